import { describe, expect, it } from 'vitest';
import { cronMatches } from '#domain/alert/cron.ts';

const at = (text: string): number => Date.parse(text);

describe('a cron line', () => {
  it.each([
    ['* * * * *', '2026-11-02T12:34:00Z', true],
    ['30-40 * * * *', '2026-11-02T12:34:56Z', true],
    ['*/15 * * * *', '2026-11-02T12:45:00Z', true],
    ['*/15 * * * *', '2026-11-02T12:46:00Z', false],
    ['4/10 * * * *', '2026-11-02T12:34:00Z', true],
    ['4 * * * *', '2026-11-02T12:34:00Z', false],
    // 13:34 in Paris
    ['* 13 * * *', '2026-11-02T12:34:00Z', true],
    ['* 12 * * *', '2026-11-02T12:34:00Z', false],
    ['* * * nov *', '2026-11-02T12:34:00Z', true],
    ['* * * 11,12 *', '2026-10-02T12:34:00Z', false],
    ['* * * * mon', '2026-11-02T12:34:00Z', true],
    ['* * * * 7', '2026-11-01T12:34:00Z', true],
    ['* * * * 0', '2026-11-01T12:34:00Z', true],
    ['* * 1 * mon', '2026-11-02T12:34:00Z', true],
    ['* * 1 * tue', '2026-11-02T12:34:00Z', false],
    // The day there, not here
    ['* * 3 * *', '2026-11-02T23:30:00Z', true],
  ])('%s at %s: %s', (line, moment, expected) => {
    expect(cronMatches(line, at(moment), 'Europe/Paris')).toBe(expected);
  });
});
