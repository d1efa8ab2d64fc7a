import { describe, expect, it } from 'vitest';
import { isLate, waitingOf, type Waiting } from '#domain/swarm/patience.ts';
import type { Rollout } from '#domain/swarm/rollout.ts';

const allowance = { stepMs: 100, wholeMs: 1_000, settleMs: 300, backMs: 500 };
const rollout = (of: Partial<Rollout>): Rollout => ({
  state: 'progressing',
  dockerDone: false,
  running: 0,
  wanted: 6,
  failures: [],
  message: '',
  ...of,
});

/** What is known after looks at these moments. */
function after(...looks: readonly (readonly [number, Partial<Rollout>])[]): Waiting {
  let waiting: Waiting | null = null;
  for (const [at, of] of looks) waiting = waitingOf(waiting, rollout(of), at);
  if (waiting === null) throw new Error('no look');
  return waiting;
}

describe('an update that is followed', () => {
  it('counts settling from Docker’s completed, not from the beginning', () => {
    const waiting = after([0, {}], [900, { dockerDone: true }]);
    expect(isLate(waiting, allowance, 1_190)).toBe(false);
    expect(isLate(waiting, allowance, 1_200)).toBe(true);
  });

  it('is late when no other task came to run within a step', () => {
    const waiting = after([0, {}], [80, { running: 1 }]);
    expect(isLate(waiting, allowance, 170)).toBe(false);
    expect(isLate(waiting, allowance, 180)).toBe(true);
  });

  it('is late as a whole, however its tasks come and go', () => {
    const looks = Array.from({ length: 20 }, (_, index) => [index * 50, { running: index % 2 }] as const);
    expect(isLate(after(...looks), allowance, 999)).toBe(false);
    expect(isLate(after(...looks), allowance, 1_000)).toBe(true);
  });

  it('gives Docker its time to go back, from when it began to', () => {
    const waiting = after([0, {}], [950, { state: 'rolling-back' }], [1_200, { state: 'rolling-back' }]);
    expect(isLate(waiting, allowance, 1_449)).toBe(false);
    expect(isLate(waiting, allowance, 1_450)).toBe(true);
  });
});
