import type { JsonObject } from '#kernel/json.ts';

/** A document with its id. */
export interface Sample {
  readonly id: string;
  readonly document: JsonObject;
}

const START = Date.UTC(2026, 10, 1);
const HOUR_MS = 3_600_000;
const HOSTS = ['pica01', 'pica02', 'monitoring'] as const;
const LEVELS = ['info', 'info', 'warning', 'error'] as const;
const STATUSES = [200, 200, 404, 500, 503] as const;
const MESSAGES = [
  'handled job 17 in 250 ms',
  'connection refused by database',
  "can't write /var/lib/data: no space left on device",
  'Upstream TIMED out, retrying',
] as const;

const at = <T>(list: readonly [T, ...T[]], index: number): T => list[index % list.length] ?? list[0];
const two = (number: number): string => String(number).padStart(2, '0');

/** The time of the document `doc-NN`, one an hour from 1 November 2026 on. */
export const timeOf = (number: number): string => new Date(START + number * HOUR_MS).toISOString();

/** Two days of logs: every fifth lacks the processor's load, every seventh names its host by a dotted key. */
export const LOGS: readonly Sample[] = Array.from({ length: 48 }, (_, number) => {
  const host = at(HOSTS, number);
  const named: JsonObject = number % 7 === 0 ? { 'host.name': host } : { host: { name: host } };
  return {
    id: `doc-${two(number)}`,
    document: {
      '@timestamp': timeOf(number),
      ...named,
      log: { level: at(LEVELS, number) },
      http: { response: { status_code: at(STATUSES, number) } },
      ...(number % 5 === 0 ? {} : { system: { cpu: { total: { norm: { pct: number / 100 } } } } }),
      tags: number % 3 === 0 ? ['prod', `n${number % 2}`] : 'prod',
      slow: number % 4 === 0,
      message: at(MESSAGES, number),
      ...(number === 47 ? { user: { name: 'Élodie' }, note: null } : {}),
    },
  };
});

/** Values at the edges of what fields take. */
export const ODD: readonly Sample[] = [
  { id: 'millis', document: { '@timestamp': Date.UTC(2026, 10, 2, 12), n: 1, word: 'a' } },
  { id: 'offset', document: { '@timestamp': '2026-11-02T13:00:00.500+01:00', n: 2, word: 'B' } },
  { id: 'day', document: { '@timestamp': '2026-11-02', n: -0.5, word: 'b c' } },
  { id: 'nanos', document: { '@timestamp': '2026-11-02T23:59:59.999999Z', n: 1e12, word: 'é' } },
  { id: 'timeless', document: { n: 0, word: '' } },
  { id: 'empty', document: { '@timestamp': '2026-11-03T00:00:00Z', n: [], word: null } },
  {
    id: 'list',
    document: { '@timestamp': '2026-11-03T06:00:00Z', n: [3, 4, 4], word: ['a', 'z', 'a'], deep: [{ x: 'one' }, { x: 'two' }] },
  },
  { id: 'huge', document: { '@timestamp': '2026-11-03T07:00:00Z', n: 5, word: 'h'.repeat(1025), other: 'h'.repeat(1024) } },
  { id: 'signs', document: { '@timestamp': '2026-11-03T08:00:00Z', n: 6, word: 'a*b?c\\d "e" (f) [g]' } },
];

/** The hours around the end of summer time in Paris, one document each quarter. */
export const CHANGE_OF_CLOCKS: readonly Sample[] = Array.from({ length: 28 * 4 }, (_, number) => ({
  id: `q${number}`,
  document: { '@timestamp': new Date(Date.UTC(2026, 9, 24, 21) + number * 900_000).toISOString() },
}));
