import { describe, expect, it } from 'vitest';
import type { Operation } from '#domain/operation/operation.ts';
import { turnBefore } from '#domain/operation/turn.ts';
import { received } from './machine.ts';

const START_WITHIN_MS = 300_000;

function approved(id: string, at: number, change: Partial<Operation> & { readonly locks?: readonly string[] } = {}): Operation {
  const { locks = ['vm:admin'], ...rest } = change;
  const plan = { basis: null, effects: [], locks, risk: 'change', hash: `hash-${id}` } as const;
  return { ...received(), id, state: 'approved', plan, startBy: at + START_WITHIN_MS, ...rest };
}

const heldBy = (lock: string): Operation['held'] => ({ code: 'locked', params: { lock, holder: 'run' } });

describe('of operations that wait for one lock', () => {
  it('the one approved first goes first', () => {
    const [first, second] = [approved('zzz', 10), approved('aaa', 20)];
    expect(turnBefore(second, [second, first])).toEqual({ first, lock: 'vm:admin' });
    expect(turnBefore(first, [second, first])).toBeNull();
  });

  it('the first stands before all others, and is named to each', () => {
    const all = [approved('a', 10), approved('b', 20), approved('c', 30)];
    expect(all.map((each) => turnBefore(each, all)?.first.id ?? null)).toEqual([null, 'a', 'a']);
  });

  it('those approved at once have an order too', () => {
    const [one, other] = [approved('a', 10), approved('b', 10)];
    expect([turnBefore(one, [one, other]), turnBefore(other, [one, other])?.first.id]).toEqual([null, 'a']);
  });

  it('nobody waits for one that wants something else', () => {
    const other = approved('a', 10, { locks: ['vm:mail'] });
    expect(turnBefore(approved('b', 20), [other])).toBeNull();
  });

  it('nobody waits for one that is held up by another lock than theirs', () => {
    const job = approved('a', 10, { locks: ['vm:admin', 'vm:mail'], held: heldBy('vm:mail') });
    expect(turnBefore(approved('b', 20), [job])).toBeNull();
    expect(turnBefore(approved('c', 20, { locks: ['vm:mail'] }), [job])?.lock).toBe('vm:mail');
  });

  it('nobody waits for one that no lock holds up', () => {
    const first = approved('a', 10, { held: { code: 'directory_unreachable', params: {} } });
    expect(turnBefore(approved('b', 20), [first])).toBeNull();
  });

  it('a job that was approved later goes after, however long it may wait', () => {
    const job = { name: 'nightly', dueAt: 0, after: null, patienceMs: 7_200_000 };
    const later = approved('a', 0, { job, startBy: 50 + 7_200_000 });
    expect(turnBefore(approved('b', 20), [later])).toBeNull();
    expect(turnBefore(approved('c', 60), [later])?.first.id).toBe('a');
  });
});
