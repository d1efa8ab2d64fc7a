import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Search } from '#ports/search.ts';
import { Watchroom } from '#test/acceptance/alerts/watchroom.ts';
import { bulk, call } from './bulk.ts';
import { LookingScene } from './looking.ts';

const MINUTE = 60_000;
const BEGINS = Date.UTC(2026, 10, 2, 12);
const HOSTS = Array.from({ length: 8 }, (_, index) => `pica0${index + 1}`);
const KEYWORD = { type: 'keyword' };
const TEXT = { type: 'text', fields: { keyword: KEYWORD } };

const DISK = `name: disk
index: metricbeat-*
type: metric_aggregation
metric_agg_key: used
metric_agg_type: max
max_threshold: 0.9
query_key: host.name
severity: critical
resolve_after: { minutes: 2 }
summary: { en: Disk full }
`;
const SILENT = `name: silent
index: metricbeat-*
type: flatline
threshold: 1
timeframe: { minutes: 5 }
query_key: host.name
severity: critical
summary: { en: No measurement }
`;
const LOGINS = `name: logins
index: auth-*
type: frequency
num_events: 3
timeframe: { minutes: 1 }
query_key: host.name
severity: warning
resolve_after: { minutes: 2 }
summary: { en: Many logins }
`;

let scene: LookingScene;
let nowhere: Search;
let room: Watchroom;
let isAway: boolean;
/** Where Beats write now, and whose disk is full or whose clock is how many minutes ahead. */
let index: string;
let full: readonly string[];
let ahead: Readonly<Record<string, number>>;
let told: number;

/** The day begins anew for whoever plays it again. */
beforeEach(async () => {
  scene = await LookingScene.open('7.17.29');
  await call(url(), 'DELETE', '/metricbeat-*,auth-*');
  nowhere = connectSearch({ cluster: 'main', urls: ['http://127.0.0.1:1'] });
  [index, full, ahead, told, isAway] = ['metricbeat-1', [], {}, 0, false];
});
afterEach(async () => {
  await room?.close();
  await nowhere?.close();
  await scene?.close();
});

const url = (): string => scene.server.url;
const created = (name: string, hostName: JsonObject, settings: JsonObject = {}): Promise<unknown> =>
  call(url(), 'PUT', `/${name}?wait_for_active_shards=0`, {
    settings: { number_of_replicas: 0, ...settings },
    mappings: { properties: { '@timestamp': { type: 'date' }, host: { properties: { name: hostName } }, used: { type: 'double' } } },
  });

/** What Beats say of all hosts at a time of theirs. */
function measured(at: number): readonly JsonObject[] {
  return HOSTS.map((name) => ({
    '@timestamp': new Date(at + (ahead[name] ?? 0) * MINUTE).toISOString(),
    host: { name },
    used: full.includes(name) ? 0.95 : 0.5,
  }));
}

/** Time goes on, and documents come each minute. */
async function live(until: number): Promise<void> {
  for (let minute = Math.round(room.minute); minute < until; minute += 1) {
    await written(room.clock.now());
    await room.until(minute + 1);
  }
}

async function written(at: number): Promise<void> {
  await bulk(url(), index, measured(at));
  await bulk(url(), 'auth-1', [{ '@timestamp': new Date(at).toISOString(), host: { name: 'pica01' } }]);
}

/** Time goes on while nothing can be written; Beats write it afterwards. */
async function stopped(until: number, back: () => Promise<unknown>): Promise<void> {
  const [from, late] = [room.clock.now(), [] as JsonObject[]];
  await room.until(until);
  for (let at = from; at < room.clock.now(); at += MINUTE) late.push(...measured(at));
  await back();
  await bulk(url(), index, late);
}

/** The first lines of the posts that are new since the last time, as they read now. */
function seen(): readonly string[] {
  const texts = room.texts();
  const fresh = texts.slice(told);
  told = texts.length;
  return fresh.map((text) => text.split('\n')[0] ?? '');
}

/** Posts that say something else than that it is over. */
const open = (): readonly string[] => room.texts().filter((text) => !text.startsWith('✅'));

const behind = (real: Search): Search => {
  const way = (): Search => (isAway ? nowhere : real);
  return {
    cluster: real.cluster,
    atOnce: real.atOnce,
    multi: (...args) => way().multi(...args),
    fields: (...args) => way().fields(...args),
    sources: (...args) => way().sources(...args),
    blocks: (...args) => way().blocks(...args),
    info: (...args) => way().info(...args),
    close: () => real.close(),
  };
};

it('what people saw of a bad day, in order, once each, and over when it was over', async () => {
  await created('metricbeat-1', KEYWORD);
  await created('auth-1', KEYWORD);
  const rules = await Promise.all([DISK, SILENT, LOGINS].map((yaml) => scene.rule(yaml)));
  // Beats were there before vigie: sources that never had a document would be told of.
  await written(BEGINS - MINUTE);
  const opening = Watchroom.open({ rules, elasticsearch: behind(scene.search), settings: { postsPerMinute: 5 }, startsAt: BEGINS });
  room = await opening;
  await live(6);
  expect(seen()).toEqual([]);

  // A burst of 1,100 keys: more clauses than 7.17 takes at once.
  const burst = Array.from({ length: 3_300 }, (_, each) => ({
    '@timestamp': new Date(room.clock.now() + (each % 3)).toISOString(),
    host: { name: `web${each % 1_100}` },
  }));
  await bulk(url(), 'auth-1', burst);
  await live(8);
  expect(room.alerts().filter(({ rule, state }) => rule === 'logins' && state === 'firing')).toHaveLength(1_100);
  const digest = seen();
  expect(digest).toHaveLength(6);
  await live(16);
  expect(room.alerts().filter(({ state }) => state !== 'resolved')).toEqual([]);
  expect([open(), seen()]).toEqual([[], []]);

  full = ['pica02'];
  await live(19);
  expect(seen()).toEqual(['🔴 **pica02** · Disk full · @alice']);

  await call(url(), 'POST', '/metricbeat-1/_close');
  await stopped(23, () => call(url(), 'POST', '/metricbeat-1/_open?wait_for_active_shards=1'));
  expect(open().map((text) => text.split('\n')[0])).toEqual([
    '❔ **pica02** · Disk full · @alice',
    '🔴 **vigie:source** · vigie is blind for a source · @alice',
  ]);
  expect(room.only(/vigie:source/u).text).toMatch(/`metricbeat-1` is closed/u);
  await live(27);
  expect(seen()).toEqual(['✅ **vigie:source** · vigie is blind for a source · @alice']);

  await call(url(), 'DELETE', '/metricbeat-1');
  await stopped(31, () => created('metricbeat-1', KEYWORD));
  expect(open().at(-1)).toMatch(/🔴.*vigie is blind for a source.*`metricbeat-1` is gone/su);
  await live(36);
  expect(seen()).toEqual(['✅ **vigie:source** · vigie is blind for a source · @alice']);
  expect(open().map((text) => text.split('\n')[0])).toEqual(['🔴 **pica02** · Disk full · @alice']);

  // Rolled over, with another mapping of the key.
  await created('metricbeat-2', TEXT);
  index = 'metricbeat-2';
  await live(40);
  expect(open().slice(1)).toEqual([]);
  expect([open().length, seen()]).toEqual([1, []]);
  full = [];
  await live(50);
  expect([open(), seen()]).toEqual([[], []]);

  await created('metricbeat-3', KEYWORD, { 'index.routing.allocation.require._name': 'nobody' });
  await live(54);
  expect(open().at(-1)).toMatch(/🔴.*vigie is blind for a source.*shards of `metricbeat-3` are missing/su);
  await call(url(), 'DELETE', '/metricbeat-3');
  await live(58);
  expect([open(), seen()]).toEqual([[], ['✅ **vigie:source** · vigie is blind for a source · @alice']]);

  // Elasticsearch is away for two minutes, in which a disk gets full.
  isAway = true;
  full = ['pica03'];
  await live(60);
  await room.until(60.9);
  isAway = false;
  await live(64);
  expect(seen()).toEqual([
    '✅ **vigie:blind** · Elasticsearch does not answer: vigie is blind · @alice',
    '🔴 **pica03** · Disk full · @alice',
  ]);
  full = [];
  await live(74);
  expect([open(), seen()]).toEqual([[], []]);

  ahead = { pica04: 20, pica05: -20 };
  await live(88);
  ahead = {};
  await live(98);
  expect(seen()).toEqual(['🔵 **vigie:clock** · A clock is wrong, or documents come late']);
  expect(open()).toHaveLength(1);
  expect(open()[0]).toMatch(/`pica04` the clock is (?:19|20)\s?min ahead/u);
  expect(open()[0]).toMatch(/`pica05` (?:19|20|21|22)\s?min behind/u);
  expect(room.alerts().filter(({ state, rule }) => state !== 'resolved' && rule !== 'vigie:clock')).toEqual([]);
}, 180_000);
