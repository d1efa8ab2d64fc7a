import { systemClock } from '#kernel/clock.ts';
import { bad, type Finding } from './finding.ts';

/** Whoever waits stands before a terminal: all looks go on side by side, and none is waited for longer (ms). */
export const PATIENCE_MS = 25_000;

/** What one look finds; one that hangs is a finding itself. @param what its name, for when it does */
export async function foundWithin(ms: number, what: string, look: Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const done = new AbortController();
  const late = systemClock
    .sleep(ms, done.signal)
    .then(() => [bad(what, `no answer within ${ms / 1_000} s. Look whether it is reached from here`)]);
  return await Promise.race([look, late]).finally(() => done.abort());
}
