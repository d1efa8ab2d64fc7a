import { describe, expect, it } from 'vitest';
import { parseUntil, resolveUntil, splitUntil } from '#domain/command/until.ts';

/** A Saturday, 14:05 in Paris. */
const NOW = Date.parse('2026-11-28T13:05:00Z');
const PARIS = 'Europe/Paris';

function meant(text: string): string | null {
  const until = parseUntil(text);
  return until === null ? null : new Date(resolveUntil(until, NOW, PARIS)).toISOString();
}

describe('a moment to come', () => {
  it.each([
    ['2h', '2026-11-28T15:05:00.000Z'],
    ['90m', '2026-11-28T14:35:00.000Z'],
    ['3d', '2026-12-01T13:05:00.000Z'],
    ['18:00', '2026-11-28T17:00:00.000Z'],
    ['18h', '2026-11-28T17:00:00.000Z'],
    ['18h30', '2026-11-28T17:30:00.000Z'],
    ['9:00', '2026-11-29T08:00:00.000Z'],
    ['midnight', '2026-11-28T23:00:00.000Z'],
    ['tomorrow 18:00', '2026-11-29T17:00:00.000Z'],
    ['demain à 18h', '2026-11-29T17:00:00.000Z'],
    ['monday 9:00', '2026-11-30T08:00:00.000Z'],
    ['lundi', '2026-11-30T23:00:00.000Z'],
    ['demain', '2026-11-29T23:00:00.000Z'],
    ['2026-12-24', '2026-12-24T23:00:00.000Z'],
    ['2026-12-24 12:00', '2026-12-24T11:00:00.000Z'],
    ['tomorrow evening', '2026-11-29T19:00:00.000Z'],
    ['demain matin', '2026-11-29T07:00:00.000Z'],
  ])('%s', (text, at) => expect(meant(text)).toBe(at));

  it.each(['', 'soon', 'the meeting', '25:00', '2026-02-30', '14'])('is not %j', (text) => expect(meant(text)).toBeNull());
});

describe('a moment with a reason behind it', () => {
  it.each([
    ['until tomorrow 18:00 the general meeting', 'the general meeting'],
    ['18:00 exam week', 'exam week'],
    ['jusqu’à demain 18h assemblée générale', 'assemblée générale'],
    ['jusqu’à lundi vacances', 'vacances'],
    ['2h upgrade', 'upgrade'],
    ['for 2h upgrade', 'upgrade'],
    ['until monday 9:00 is the first train', 'is the first train'],
  ])('%s', (text, reason) => expect(splitUntil(text)?.reason).toBe(reason));

  it.each(['until tomorrow', '2h', 'because of the exams', ''])('is not %j', (text) => expect(splitUntil(text)).toBeNull());
});
