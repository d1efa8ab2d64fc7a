import { expect, it } from 'vitest';
import { parseMoment, resolveMoment } from '#domain/command/moment.ts';
import { AGES } from './databases.ts';

const HOUR_MS = 3_600_000;
const OLDEST_MS = Math.max(...AGES) * HOUR_MS;

it.each(['yesterday 14:00', 'hier 14h'])('the databases of the demo have a backup of before %s, at every hour of the year', (words) => {
  const moment = parseMoment(words);
  const january = Date.UTC(2026, 0, 1);
  const hours = Array.from({ length: 366 * 24 }, (_, hour) => january + hour * HOUR_MS);
  expect(moment).not.toBeNull();
  expect(hours.filter((now) => moment !== null && resolveMoment(moment, now, 'Europe/Paris') <= now - OLDEST_MS)).toEqual([]);
});
