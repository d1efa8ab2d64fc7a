import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtSearches } from '#app/app/systems/search/doctor.ts';
import type { JsonObject } from '#kernel/json.ts';
import { examination } from '#test/app/systems/examine.ts';
import { Watchroom } from '#test/acceptance/alerts/watchroom.ts';
import { bulk, call } from './bulk.ts';
import { LOOKED_AT, LookingScene } from './looking.ts';

const MINUTE = 60_000;
const BEGINS = Date.UTC(2026, 10, 2, 12);
const HOSTS = Array.from({ length: 8 }, (_, index) => `pica0${index + 1}`);
const KEYWORD = { type: 'keyword' };

describe.each(LOOKED_AT)('sources that fall silent, and documents that come late, on Elasticsearch %s', (version) => {
  let scene: LookingScene;
  let room: Watchroom | null;
  beforeEach(async () => {
    room = null;
    scene = await LookingScene.open(version);
  });
  afterEach(async () => {
    await room?.close();
    await scene?.close();
  });

  const url = (): string => scene.server.url;
  const created = (name: string, time: JsonObject, settings: JsonObject = {}): Promise<unknown> =>
    call(url(), 'PUT', `/${name}?wait_for_active_shards=${Object.keys(settings).length === 0 ? 1 : 0}`, {
      settings: { number_of_replicas: 0, ...settings },
      mappings: { properties: { '@timestamp': time, host: { properties: { name: KEYWORD } } } },
    });

  /** Vigie with a rule, over hosts that wrote before it came. */
  async function opened(yaml: string, dated: (at: number) => string | number): Promise<Watchroom> {
    await written(dated(BEGINS - MINUTE));
    room = await Watchroom.open({ rules: [await scene.rule(yaml)], elasticsearch: scene.search, startsAt: BEGINS });
    return room;
  }

  const written = (when: string | number): Promise<void> =>
    bulk(
      url(),
      'quiet-1',
      HOSTS.map((name) => ({ '@timestamp': when, host: { name } })),
    );

  /** Each minute all hosts write. */
  async function live(playing: Watchroom, until: number, dated: (at: number) => string | number): Promise<void> {
    for (let minute = Math.round(playing.minute); minute < until; minute += 1) {
      await written(dated(playing.clock.now()));
      await playing.until(minute + 1);
    }
  }

  const SILENT = 'name: silent\nindex: quiet-*\ntype: flatline\nthreshold: 1\ntimeframe: { minutes: 5 }\nquery_key: host.name\n';
  const iso = (at: number): string => new Date(at).toISOString();

  it('are one post that names the index that was made read-only, and over when it takes documents again', async () => {
    await created('quiet-1', { type: 'date' });
    const playing = await opened(SILENT, iso);
    await live(playing, 8, iso);
    await call(url(), 'PUT', '/quiet-1/_settings', { 'index.blocks.write': true });
    await playing.until(28);
    expect(playing.only().text).toMatch(/receives nothing any more.*`quiet-1` is read-only by `index\.blocks\.write`/su);
    await call(url(), 'PUT', '/quiet-1/_settings', { 'index.blocks.write': null });
    await live(playing, 34, iso);
    expect(playing.only().text).toMatch(/^✅/u);
  }, 120_000);

  it.each([
    ['unix', 1_000],
    ['unix_ms', 1],
  ])(
    'are told by timestamps in %s, too, and one document that is dated tomorrow hides nothing',
    async (type, unit) => {
      await created('quiet-1', { type: 'long' });
      const dated = (at: number): number => Math.floor(at / unit);
      const yaml = `name: any\nindex: quiet-*\ntype: any\nfilter: [{ term: { host.name: nobody } }]\ntimestamp_type: ${type}\n`;
      const playing = await opened(yaml, dated);
      await live(playing, 4, dated);
      await bulk(url(), 'quiet-1', [{ '@timestamp': dated(playing.clock.now() + 1_440 * MINUTE), host: { name: 'pica01' } }]);
      await playing.until(14);
      expect(playing.texts().filter((text) => text.includes('receives nothing'))).toEqual([]);
      await playing.until(24);
      expect(playing.only(/receives nothing any more/u).text).toMatch(/^🔴.*nothing newer than 13:03/su);
    },
    120_000,
  );

  it('are found ten minutes late, once', async () => {
    await created('quiet-1', { type: 'date' });
    const playing = await opened(
      'name: logins\nindex: quiet-*\ntype: frequency\nnum_events: 20\ntimeframe: { seconds: 30 }\nresolve_after: { minutes: 30 }\n',
      iso,
    );
    await live(playing, 12, iso);
    const late = Array.from({ length: 20 }, (_, each) => ({ '@timestamp': iso(BEGINS + 2.5 * MINUTE + each), host: { name: 'pica01' } }));
    await bulk(url(), 'quiet-1', late);
    await live(playing, 18, iso);
    expect(playing.alerts().filter(({ rule }) => rule === 'logins')).toMatchObject([
      { matches: 20, startedAt: BEGINS + 2.5 * MINUTE + 19 },
    ]);
  }, 120_000);

  it('are named by doctor: closed, red, or none', async () => {
    await created('quiet-shut', { type: 'date' });
    await created('quiet-red', { type: 'date' }, { 'index.routing.allocation.require._name': 'nobody' });
    await created('quiet-well', { type: 'date' });
    await call(url(), 'POST', '/quiet-shut/_close');
    const patterns = ['quiet-shut', 'quiet-red', 'quiet-none-*', 'quiet-well'];
    const rules = await Promise.all(patterns.map((index) => scene.rule(`name: ${index}\nindex: ${index}\ntype: any\n`)));
    const found = await lookAtSearches(new Map([['main', scene.search]]), { ...examination(''), rules });
    expect(found.filter(({ what }) => what.startsWith('source')).map(({ what, ok, detail }) => [what, ok, detail])).toEqual([
      ['source quiet-shut', false, 'closed: quiet-shut'],
      ['source quiet-red', false, expect.stringMatching(/^shards are missing: quiet-red/u)],
      ['source quiet-none-*', false, 'no index is there: rules on it are blind'],
    ]);
  }, 60_000);
});
