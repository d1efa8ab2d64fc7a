import { describe, expect, it } from 'vitest';
import { parseMoment, resolveMoment } from '#domain/command/moment.ts';
import { LEADS, momentWords, shortMoment, type Here } from '#messages/moment-words.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';

const NOW = Date.UTC(2026, 10, 30, 12, 0);
const TODAY = Date.UTC(2026, 10, 30, 4, 7);
const OTHER = Date.UTC(2026, 10, 28, 13, 5);
const here = (language: Language): Here => ({ language, timezone: 'Europe/Paris', now: NOW });
const read = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a moment with its preposition', () => {
  it.each([
    ['on', 'aujourd’hui à 5 h 07', 'le 28 novembre à 14 h 05'],
    ['at', 'à 5 h 07', 'le 28 novembre à 14 h 05'],
    ['since', 'depuis 5 h 07', 'depuis le 28 novembre à 14 h 05'],
    ['until', 'jusqu’à 5 h 07', 'jusqu’au 28 novembre à 14 h 05'],
    ['of', 'de 5 h 07', 'du 28 novembre à 14 h 05'],
    ['after', 'après 5 h 07', 'après le 28 novembre à 14 h 05'],
    ['from', 'à partir de 5 h 07', 'à partir du 28 novembre à 14 h 05'],
  ] as const)('%s: %s, %s', (lead, today, other) => {
    expect(read(momentWords(TODAY, lead, here('fr')))).toBe(today);
    expect(read(momentWords(OTHER, lead, here('fr')))).toBe(other);
  });

  it('says the same in English', () => {
    expect(LEADS.map((lead) => momentWords(TODAY, lead, here('en'))).join(', ')).toBe(
      'today at 05:07, at 05:07, since 05:07, until 05:07, of 05:07, after 05:07, from 05:07',
    );
    expect(momentWords(OTHER, 'until', here('en'))).toBe('until 28 November at 14:05');
  });

  it('names the year where it is another one, the first of a month as French does, and no minutes of a full hour', () => {
    expect(read(momentWords(Date.UTC(2025, 11, 1, 8, 0), 'since', here('fr')))).toBe('depuis le 1er décembre 2025 à 9 h');
  });
});

describe('a moment in a list', () => {
  it('is short', () => {
    expect([TODAY, OTHER].map((ms) => read(shortMoment(ms, here('fr'))))).toEqual(['5 h 07', '28/11 à 14 h 05']);
    expect([TODAY, OTHER].map((ms) => shortMoment(ms, here('en')))).toEqual(['05:07', '28/11, 14:05']);
  });

  it.each(LANGUAGES)('can be typed as it stands, in %s', (language) => {
    for (const ms of [TODAY, OTHER, Date.UTC(2025, 11, 1, 8, 0)]) {
      const moment = parseMoment(shortMoment(ms, here(language)));
      expect(moment === null ? null : resolveMoment(moment, NOW, 'Europe/Paris')).toBe(ms);
    }
  });
});
