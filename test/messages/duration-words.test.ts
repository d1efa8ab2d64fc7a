import { describe, expect, it } from 'vitest';
import { ageWords, durationWords } from '#messages/duration-words.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Blanks of the words are all no-break spaces; they are easier to read as others. */
const read = (text: string): string => {
  expect(text).not.toMatch(/(?<=\d) | (?=\d)/u);
  return text.replaceAll('\u00a0', ' ');
};

describe('a duration in words', () => {
  it.each([
    [0, '0 s', '0 s'],
    [-5, '0 s', '0 s'],
    [Number.NaN, '0 s', '0 s'],
    [340, 'less than a second', 'moins d’une seconde'],
    [SECOND, '1 s', '1 s'],
    [MINUTE, '1 min', '1 min'],
    [3 * MINUTE + 19 * SECOND, '3 min 19 s', '3 min 19 s'],
    [11 * MINUTE + 3 * SECOND, '11 min', '11 min'],
    [HOUR, '1 h', '1 h'],
    [HOUR + MINUTE, '1 h 1 min', '1 h 01'],
    [90 * MINUTE, '1 h 30 min', '1 h 30'],
    [DAY, '1 day', '1 jour'],
    [DAY + 4 * HOUR + 59 * MINUTE, '1 day 4 h', '1 jour 4 h'],
    [2 * DAY, '2 days', '2 jours'],
    [1_300 * DAY, '1,300 days', '1\u202f300 jours'],
    [23 * DAY + 13 * HOUR, '23 days', '23 jours'],
  ])('%d ms: %s, %s', (ms, en, fr) => {
    expect(read(durationWords(ms, 'en'))).toBe(en);
    expect(read(durationWords(ms, 'fr'))).toBe(fr);
  });
});

describe('an age in words', () => {
  it.each([
    [90 * MINUTE, '1 h 30'],
    [9 * HOUR + 12 * MINUTE, '9 h'],
    [2 * DAY + 4 * HOUR, '2 jours 4 h'],
    [3 * DAY + 4 * HOUR, '3 jours'],
    [50 * SECOND, '50 s'],
    [4 * MINUTE + 10 * SECOND, '4 min'],
  ])('%d ms: %s', (ms, words) => {
    expect(read(ageWords(ms, 'fr'))).toBe(words);
  });
});
