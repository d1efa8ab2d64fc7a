import { describe, expect, it } from 'vitest';
import type { Trouble } from '#domain/alert/trouble.ts';
import { watchCounted } from '#pipeline/alert/counted.ts';
import type { Result } from '#pipeline/alert/polling.ts';
import { rule } from '#test/domain/alert/builders.ts';

function looked(name: string, counted: number): Result {
  return {
    rule: rule({ name }),
    span: { from: 0, to: 60_000 },
    missed: false,
    outcome: { ok: true, look: { findings: [], reports: [], memory: {}, counted } },
  };
}

describe('a rule whose documents are counted', () => {
  const rules = new Map(['requests', 'logins'].map((name) => [name, null]));
  const told = (name: string): Trouble => ({ key: { counted_rule: name }, since: 0, value: 26_000, document: { careful: false } });
  const names = (troubles: readonly Trouble[]) => troubles.map(({ key }) => key['counted_rule']);

  it('is named until it reads them again, over a restart too', () => {
    const counted = watchCounted([told('requests'), told('removed')], new Set());
    expect(names(counted(rules, [looked('logins', 30_000)], 1))).toEqual(['requests', 'logins']);
    expect(names(counted(rules, [looked('requests', 0)], 2))).toEqual(['logins']);
  });
});
