import type { JsonObject } from '#kernel/json.ts';
import type { Random } from './random.ts';

/** A document that came later than its time. */
export interface Late {
  readonly arrivesAt: number;
  readonly document: JsonObject;
}

export interface DataSet {
  readonly from: number;
  readonly to: number;
  readonly runEveryMs: number;
  readonly bufferTimeMs: number;
  /** Those that are there from the start. */
  readonly documents: readonly JsonObject[];
  /** Those that come while rules look, in the order in which they do. */
  readonly late: readonly Late[];
}

/**
 * The same documents as if each had been there in time, without those that come too late for anybody: later than the buffer reaches back at
 * the first tick that could see them.
 */
export function inTime(data: DataSet): DataSet {
  const seen = data.late.filter(({ arrivesAt, document }) => {
    const tick = data.from + Math.ceil((arrivesAt - data.from) / data.runEveryMs) * data.runEveryMs;
    return Date.parse(String(document['@timestamp'])) > tick - data.runEveryMs - Math.max(data.bufferTimeMs, LEAST_MS);
  });
  return { ...data, documents: [...data.documents, ...seen.map(({ document }) => document)], late: [] };
}

const MINUTE = 60_000;
/** vigie waits so long for late documents, whatever the buffer. */
const LEAST_MS = 15 * MINUTE;
/** More than the two longest windows of any rule. */
const HOPELESS_MS = 25 * MINUTE;
/** A round time, so that ticks and buckets meet at it. */
const START = Date.UTC(2026, 0, 10, 12, 0, 0);

export const MAPPING: JsonObject = {
  properties: {
    '@timestamp': { type: 'date' },
    unix: { type: 'long' },
    unix_ms: { type: 'long' },
    host: { properties: { name: { type: 'keyword' } } },
    service: { type: 'keyword' },
    user: { type: 'keyword' },
    status: { type: 'long' },
    flag: { type: 'boolean' },
    load: { type: 'double' },
    'a.dotted': { type: 'keyword' },
    message: { type: 'text', fields: { keyword: { type: 'keyword' } } },
    tags: { type: 'keyword' },
    id: { type: 'long' },
    mixed: { type: 'keyword' },
  },
};

/** Of every second day's index: there a field is a text. */
export const OTHER_MAPPING: JsonObject = {
  properties: { ...(MAPPING['properties'] as JsonObject), mixed: { type: 'text', fields: { keyword: { type: 'keyword' } } } },
};

/**
 * Bursts, quiet stretches and a steady trickle, on moments that like to be boundaries: of ticks, of windows, of each other. Some documents
 * were indexed long after later ones, and some come so late that rules have looked at their time already. Some lack fields, or have nothing, false, zero or a list in them.
 */
export function makeData(random: Random, lateShare: number): DataSet {
  const runEveryMs = random.one([30_000, MINUTE, MINUTE, 2 * MINUTE]);
  const bufferTimeMs = random.one([runEveryMs, 5 * runEveryMs, 10 * runEveryMs]);
  const late: Late[] = [];
  // Ticks aren't on whole seconds only.
  const start = START + random.one([0, 0, 377]);
  const to = start + random.one([40, 60, 90]) * MINUTE;
  const hosts = Array.from({ length: random.whole(1, 6) }, (_, index) => `pica0${index + 1}`);
  const documents: JsonObject[] = [];
  const add = (at: number, host: string): void => {
    const document = documentOf(random, offSecond(at), host, (at - start) / (to - start));
    const arrivesAt = random.chance(lateShare) ? Math.max(start, at) + latenessOf(random, runEveryMs, bufferTimeMs) : at;
    if (arrivesAt > start && arrivesAt > at && at > start) late.push({ arrivesAt, document });
    else documents.push(document);
  };
  for (const host of hosts) {
    const everyMs = random.one([10_000, 20_000, MINUTE, 3 * MINUTE]);
    const quietFrom = start + random.whole(0, to - start);
    const quietTo = random.chance(0.5) ? quietFrom + random.whole(0, 30) * MINUTE : quietFrom;
    const begins = random.chance(0.3) ? random.whole(0, 20) * MINUTE : -5 * MINUTE;
    for (let at = start + begins; at <= to; at += everyMs) {
      const moment = random.chance(0.5) ? at : at + random.whole(-everyMs / 2, everyMs / 2);
      if (moment < quietFrom || moment > quietTo) add(moment, host);
    }
    for (let burst = random.whole(0, 4); burst > 0; burst -= 1) {
      const burstAt = start + random.whole(0, (to - start) / 1_000) * 1_000;
      const stepMs = random.one([0, 1, 500, 1_000, 5_000, 15_000]);
      for (let index = random.whole(2, 40); index > 0; index -= 1) add(burstAt + index * stepMs, host);
    }
  }
  for (const boundary of [start, start + runEveryMs, to, to - runEveryMs, to + 1_000]) add(boundary, random.one(hosts));
  return {
    from: start,
    to,
    runEveryMs,
    bufferTimeMs,
    documents: random.shuffled(documents),
    late: late.toSorted((a, b) => a.arrivesAt - b.arrivesAt),
  };
}

/** As JSON: an id beyond 2^53 is a number there, which no number of JavaScript's is. */
export function asJson(document: JsonObject): string {
  return JSON.stringify(document).replace(/"id":"(\d+)"/u, '"id":$1');
}

/** By less than a tick, by as much as the buffer bears, or hopelessly: long after any window that the document could be in. */
function latenessOf(random: Random, runEveryMs: number, bufferTimeMs: number): number {
  const bearable = Math.max(runEveryMs / 2, bufferTimeMs - runEveryMs);
  return random.one([random.whole(1, runEveryMs), random.whole(1, bearable), random.whole(1, bearable), bufferTimeMs + HOPELESS_MS]);
}

/** ElastAlert's ticks are whole seconds here, and Elasticsearch rounds those: what comes in the very second of one is difference 28. */
function offSecond(at: number): number {
  return Math.abs(at % 30_000) < 1_000 ? at - (at % 1_000) : at;
}

function documentOf(random: Random, at: number, host: string, progress: number): JsonObject {
  const document: Record<string, JsonObject[string]> = {
    '@timestamp': new Date(at).toISOString(),
    unix: Math.floor(at / 1_000),
    unix_ms: at,
  };
  if (random.chance(0.97)) {
    if (random.chance(0.8)) document['host'] = { name: host };
    else document['host.name'] = host;
  }
  if (random.chance(0.95)) document['service'] = random.one(['pad', 'mail', 'wiki', 'chat'].slice(0, 2 + Math.floor(progress * 3)));
  if (random.chance(0.9)) document['user'] = random.chance(0.03) ? '' : `u${Math.floor(random.next() ** 3 * 40)}`;
  document['status'] = random.one([200, 200, 200, 200, 404, 500, 0]);
  if (random.chance(0.9)) document['flag'] = random.chance(0.7);
  if (random.chance(0.95)) document['load'] = Math.round(random.next() * (1 + 3 * progress) * 4) / 4; // fourths: their sums don't drift
  if (random.chance(0.9)) document['tags'] = random.one<JsonObject[string]>(['a', ['a'], ['a', 'b'], ['b', 'c'], [], null]);
  // Beyond 2^53.
  if (random.chance(0.9)) document['id'] = `1234567890123456${random.whole(0, 9)}`;
  document['mixed'] = random.one(['x', 'y', 'z']);
  if (random.chance(0.1)) document['status'] = null;
  document['a.dotted'] = random.one(['x', 'y', 'z']);
  document['message'] = random.one(['all is well', 'disk full', 'all is well', 'oh no']);
  return document;
}
