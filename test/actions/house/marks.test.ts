import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { marksOf } from '#actions/house/marks.ts';
import { loadHandlers } from '#pipeline/operation/catalogue.ts';
import { received } from '#test/domain/operation/machine.ts';

const { entries } = await loadHandlers(join(import.meta.dirname, '../../../handlers'));
const actions = [...entries.values()].flatMap(({ handler, shape }) => (handler.kind === 'action' ? [shape.id] : []));

/** They change who is told what, and nothing that is measured. */
const WORDS_ALONE: readonly string[] = [
  'ack',
  'close',
  'done',
  'follow',
  'freeze',
  'oncall-swap',
  'settle',
  'silence',
  'unfreeze',
  'unsilence',
];

const AT = Date.UTC(2026, 10, 28, 13, 5);

async function marked(action: string): Promise<readonly string[]> {
  const operation = received({ action, target: 'alice', startedAt: AT });
  const clients = {
    operations: { list: () => Promise.resolve([operation]) },
    alerts: { fired: () => Promise.resolve([]) },
    inventory: { namesOf: (name: string) => [name] },
  };
  const { marks } = await marksOf(clients, ['alice'], { from: AT - 1, to: AT + 1 });
  return marks.map(({ kind }) => kind);
}

describe('what stands on the time line of a chart', () => {
  it.each(actions.filter((action) => !WORDS_ALONE.includes(action)))('has %s: it changes what is measured', async (action) => {
    expect(await marked(action)).toEqual([action]);
  });

  it.each(WORDS_ALONE)('has no %s', async (action) => {
    expect(actions).toContain(action);
    expect(await marked(action)).toEqual([]);
  });
});
