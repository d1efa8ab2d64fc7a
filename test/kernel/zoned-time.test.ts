import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';

const PARIS = 'Europe/Paris';
const at = (iso: string): number => Date.parse(iso);

describe('wall time', () => {
  it.each([
    ['winter', '2026-01-05T08:00:00Z', '2026-01-05T09:00:00Z'],
    ['summer', '2026-07-06T07:00:00Z', '2026-07-06T09:00:00Z'],
    ['right before the clocks go forward', '2026-03-29T00:59:59.500Z', '2026-03-29T01:59:59.500Z'],
    ['right after', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z'],
  ])('in Paris, %s', (_when, moment, wall) => {
    expect(wallTime(at(moment), PARIS)).toBe(at(wall));
    expect(momentOf(at(wall), PARIS)).toBe(at(moment));
  });

  it('shown twice is the first of the two', () => {
    expect(momentOf(at('2026-10-25T02:30:00Z'), PARIS)).toBe(at('2026-10-25T00:30:00Z'));
  });

  it('never shown is as much later as was skipped', () => {
    expect(momentOf(at('2026-03-29T02:30:00Z'), PARIS)).toBe(at('2026-03-29T01:30:00Z'));
  });

  it.each([PARIS, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'Pacific/Apia'])(
    'goes back and forth in %s',
    (zone) => {
      fc.assert(
        fc.property(fc.integer({ min: at('2011-06-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }), (moment) => {
          const wall = wallTime(moment, zone);
          const back = momentOf(wall, zone);
          expect(wallTime(back, zone)).toBe(wall);
          expect(back).toBeLessThanOrEqual(moment);
        }),
      );
    },
  );
});
