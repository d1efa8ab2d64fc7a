import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime } from '#kernel/zoned-time.ts';
import { parseMoment, resolveMoment } from '#domain/command/moment.ts';

const PARIS = 'Europe/Paris';
/** Wednesday 2 December 2026, 15:30 in Paris. */
const NOW = Date.parse('2026-12-02T15:30:00+01:00');

function resolved(text: string, now = NOW): string {
  const moment = parseMoment(text);
  if (moment === null) throw new Error(`${text} was not understood`);
  return new Date(wallTime(resolveMoment(moment, now, PARIS), PARIS)).toISOString().slice(0, 16);
}

describe('a moment as people say it', () => {
  it.each([
    ['14:05', '2026-12-02T14:05'],
    ['3h', '2026-12-02T03:00'],
    ['14h', '2026-12-02T14:00'],
    ['14h05', '2026-12-02T14:05'],
    ['14 h 05', '2026-12-02T14:05'],
    ['3pm', '2026-12-02T15:00'],
    ['12 am', '2026-12-02T00:00'],
    ['noon', '2026-12-02T12:00'],
    ['today 3:00', '2026-12-02T03:00'],
    ['aujourd’hui 3h', '2026-12-02T03:00'],
    ['yesterday 14:00', '2026-12-01T14:00'],
    ['Yesterday at 14:00', '2026-12-01T14:00'],
    ['hier 14h', '2026-12-01T14:00'],
    ['hier à 14h30', '2026-12-01T14:30'],
    ['14h hier', '2026-12-01T14:00'],
    ['hier midi', '2026-12-01T12:00'],
    ['hier', '2026-12-01T00:00'],
    ['the day before yesterday 9:15', '2026-11-30T09:15'],
    ['avant-hier 23h', '2026-11-30T23:00'],
    ['monday 3:00', '2026-11-30T03:00'],
    ['on Monday at 3:00', '2026-11-30T03:00'],
    ['lundi 3h', '2026-11-30T03:00'],
    ['lundi dernier à 3h', '2026-11-30T03:00'],
    ['wednesday 15:00', '2026-12-02T15:00'],
    ['wednesday 16:00', '2026-11-25T16:00'],
    ['2026-11-27 14:00', '2026-11-27T14:00'],
    ['2026-11-27T14:00', '2026-11-27T14:00'],
    ['2026-11-27', '2026-11-27T00:00'],
    ['27/11 14h', '2026-11-27T14:00'],
    ['le 27/11 à 14h', '2026-11-27T14:00'],
    ['27/11/2025 14:00', '2025-11-27T14:00'],
    ['24/12 8:00', '2025-12-24T08:00'],
    ['29/2 8:00', '2024-02-29T08:00'],
    ['2 h ago', '2026-12-02T13:30'],
    ['2h ago', '2026-12-02T13:30'],
    ['2 minutes ago', '2026-12-02T15:28'],
    ['1 hour 30 minutes ago', '2026-12-02T14:00'],
    ['il y a 2 h', '2026-12-02T13:30'],
    ['il y a 1h30', '2026-12-02T14:00'],
    ['il y a 3 jours', '2026-11-29T15:30'],
    ['il y a 2 semaines', '2026-11-18T15:30'],
  ])('%s', (text, wall) => {
    expect(resolved(text)).toBe(wall);
  });

  it.each([
    '',
    '14',
    '25:00',
    '14:60',
    '24h',
    '13pm',
    '0am',
    '-3h',
    '1e3',
    '0x10',
    'yesterday yesterday',
    '14:00 15:00',
    'yesterday 14:00 sharp',
    'someday 14:00',
    'hier quatorze heures',
    '2026-02-30 14:00',
    '31/4 14:00',
    '11/27 14:00',
    'ago',
    'il y a',
    '2 ago',
    'il y a deux heures',
    'constructor',
    'yesterday constructor',
    'in 2 h',
    'tomorrow 3:00',
  ])('refuses %o', (text) => {
    expect(parseMoment(text)).toBeNull();
  });

  it('keeps the time of the day over a change of the clocks', () => {
    const monday = Date.parse('2026-10-26T10:00:00+01:00');
    expect(resolved('hier 14h', monday)).toBe('2026-10-25T14:00');
    expect(resolved('saturday 14:00', monday)).toBe('2026-10-24T14:00');
    expect(resolved('3 days ago', monday)).toBe('2026-10-23T10:00');
  });

  it('takes the first of two times that the clocks show twice, and leaps over one that they skip', () => {
    const after = Date.parse('2026-10-25T12:00:00+01:00');
    const twice = parseMoment('2:30');
    expect(twice === null ? null : resolveMoment(twice, after, PARIS)).toBe(Date.parse('2026-10-25T02:30:00+02:00'));
    const spring = Date.parse('2026-03-29T12:00:00+02:00');
    const skipped = parseMoment('2:30');
    expect(skipped === null ? null : resolveMoment(skipped, spring, PARIS)).toBe(Date.parse('2026-03-29T03:30:00+02:00'));
  });

  it('reads whatever minute of whatever past day a person writes out, and shows the same on the wall', () => {
    const minute = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2026-12-02T14:29:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(minute, fc.constantFrom(' ', ' at ', ' à ', 'T'), fc.constantFrom(':', 'h'), (date, between, colon) => {
        const shown = new Date(wallTime(date.getTime(), PARIS)).toISOString();
        const moment = parseMoment(`${shown.slice(0, 10)}${between}${shown.slice(11, 16).replace(':', colon)}`);
        if (moment === null) throw new Error('not understood');
        expect(new Date(wallTime(resolveMoment(moment, NOW, PARIS), PARIS)).toISOString().slice(0, 16)).toBe(shown.slice(0, 16));
      }),
    );
  });

  it('puts a weekday, a date without year and an age into the past', () => {
    const day = fc.constantFrom('monday', 'mardi', 'wednesday', 'jeudi', '1/1', '24/12', '2/12', 'yesterday', 'hier');
    fc.assert(
      fc.property(day, fc.nat(23), fc.nat(59), (word, hour, minute) => {
        const moment = parseMoment(`${word} ${hour}:${String(minute).padStart(2, '0')}`);
        if (moment === null) throw new Error('not understood');
        const at = resolveMoment(moment, NOW, PARIS);
        expect(at).toBeLessThanOrEqual(NOW);
        expect(at).toBeGreaterThan(NOW - 367 * 86_400_000);
      }),
    );
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const moment = parseMoment(text);
        if (moment !== null) expect(Number.isFinite(resolveMoment(moment, NOW, PARIS))).toBe(true);
      }),
    );
  });
});
