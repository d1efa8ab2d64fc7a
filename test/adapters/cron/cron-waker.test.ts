import { describe, expect, it, vi } from 'vitest';
import { validate } from 'node-cron';
import { cronLine } from '#adapters/cron/cron-line.ts';
import { cronWaker } from '#adapters/cron/cron-waker.ts';
import { next } from '#domain/schedule/moments.ts';
import type { Schedule } from '#domain/schedule/schedule.ts';

const HOUR_MS = 3_600_000;
const every = (ms: number, offsetMs = 0): Schedule => ({ kind: 'every', ms, offsetMs });
const daily = (minute: number, weekdays: readonly number[] = []): Schedule => ({ kind: 'at', minute, weekdays, timezone: 'Europe/Paris' });

describe('the cron line of a schedule', () => {
  it.each([
    [daily(180), '0 3 * * *'],
    [daily(1_425, [6, 0]), '45 23 * * 0,6'],
    [every(6 * HOUR_MS), '0 0,6,12,18 * * *'],
    [every(6 * HOUR_MS, 1.5 * HOUR_MS), '30 1,7,13,19 * * *'],
    [every(HOUR_MS, HOUR_MS / 3), '20 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *'],
    [every(HOUR_MS / 4, 60_000), '1,16,31,46 * * * *'],
    [every(24 * HOUR_MS), '0 0 * * *'],
    [every(7 * HOUR_MS), '* * * * *'],
    [every(HOUR_MS * 1.5), '* * * * *'],
    [every(6 * HOUR_MS, 1_500), '* * * * *'],
  ])('%j', (schedule, line) => {
    expect(cronLine(schedule)).toBe(line);
    expect(validate(line)).toBe(true);
  });
});

describe('node-cron', () => {
  it('wakes at the time of a job, and no more after it was stopped', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-28T01:58:00Z') });
    try {
      const woken: number[] = [];
      const schedule = daily(180);
      const waking = cronWaker.start([schedule, schedule], () => woken.push(Date.now()));
      await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
      expect(woken).toHaveLength(1);
      expect(Math.abs((woken[0] ?? 0) - next(schedule, Date.parse('2026-11-28T01:58:00Z')))).toBeLessThan(1_000);
      await waking.stop();
      await vi.advanceTimersByTimeAsync(25 * HOUR_MS);
      expect(woken).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
