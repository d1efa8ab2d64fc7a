import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '#kernel/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a duration', () => {
  it.each([
    ['90s', 90 * SECOND],
    ['10m', 10 * MINUTE],
    ['10min', 10 * MINUTE],
    ['6h', 6 * HOUR],
    ['7d', 7 * DAY],
    ['7j', 7 * DAY],
    ['2w', 14 * DAY],
    ['1h30m', 90 * MINUTE],
    ['1d2h3m4s', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
    ['1H30M', 90 * MINUTE],
  ])('%s is read', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    'h',
    '5',
    '0s',
    '0h0m',
    '-5m',
    '+5m',
    '1.5h',
    '1,5h',
    '1e3s',
    '0x10s',
    '1h foo',
    '1h 30m',
    ' 1h',
    '1h ',
    '30m1h',
    '1h2h',
    '1y',
    '1ms',
    '1mn',
    '1234567s',
    '٣h',
    '1h\n',
    'Infinityh',
    'now',
  ])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('never throws, and is never zero, negative or no number', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        expect(ms === null || (Number.isSafeInteger(ms) && ms > 0)).toBe(true);
      }),
    );
  });

  it('that is printed can be read again, and differs by less than its smallest unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 900 * DAY }), (ms) => {
        const printed = formatDuration(ms);
        const again = parseDuration(printed) ?? 0;
        const smallest = { d: DAY, h: HOUR, m: MINUTE, s: SECOND }[printed.at(-1) ?? ''] ?? 0;
        expect(again).toBeLessThanOrEqual(ms);
        // Two units at most: what is cut off is smaller than one of the second.
        expect(ms - again).toBeLessThan(/[a-z]\d+[a-z]$/u.test(printed) ? smallest : DAY);
      }),
    );
  });

  it.each([
    [0, '0s'],
    [-5, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [90 * MINUTE, '1h30m'],
    [DAY + MINUTE, '1d1m'],
    [2 * DAY + 4 * HOUR + 5 * MINUTE, '2d4h'],
  ])('of %d ms is printed as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
