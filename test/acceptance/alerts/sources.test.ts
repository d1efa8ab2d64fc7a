import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';
import type { MemorySearch } from '#test/lab/search/memory-search.ts';
import { flatline, HOSTS, MINUTE, report, Reporting } from './reporting.ts';
import type { Watchroom } from './watchroom.ts';

let room: Watchroom;
let live: Reporting['live'];
afterEach(() => room.close());

async function open(rules: readonly Rule[], history: number): Promise<MemorySearch> {
  const reporting = await Reporting.open(rules, history);
  ({ room } = reporting);
  live = (...args) => reporting.live(...args);
  return reporting.search;
}

describe('a source that is not all there', () => {
  it('is one post with the name of the index that was closed; no rule fires or is over by it', async () => {
    const disk = rule({ index: 'metricbeat-*', bufferTimeMs: 5 * MINUTE, forMs: 0 });
    const search = await open([disk, flatline], 10);
    await live(12, {});
    const before = room.texts().length;
    search.closeIndex('metricbeat-1');
    await room.until(40);
    const post = room.only(/Blind for `metricbeat-\*`/u);
    expect(post.text).toMatch(/🔴.*vigie is blind for a source.*`metricbeat-1` is closed/su);
    expect(room.texts()).toHaveLength(before + 1);
    expect(room.texts().filter((text) => text.startsWith('✅'))).toEqual([]);
    search.openIndex('metricbeat-1');
    await live(60, {});
    expect(room.only(/Blind for `metricbeat-\*`/u).text).toMatch(/^✅/u);
    expect(room.texts().filter((text) => /fails again/u.test(text))).toEqual([]);
  });

  it('is one post when an index of today is gone, and over when it is back; an old one goes in silence', async () => {
    const search = await open([flatline], 10);
    report(search, room.clock.now() - 2_000 * MINUTE, { index: 'metricbeat-0' });
    await live(12, {});
    search.deleteIndex('metricbeat-0');
    await live(20, {});
    expect(room.texts()).toEqual([]);
    search.deleteIndex('metricbeat-1');
    await room.until(40);
    expect(room.texts()).toHaveLength(1);
    expect(room.only(/Blind for/u).text).toMatch(/`metricbeat-1` is gone/u);
    await live(60, {});
    expect(room.only(/Blind for/u).text).toMatch(/^✅/u);
  });

  it('is one post while shards are missing, and while another cluster that it names does not answer', async () => {
    const search = await open([flatline, { ...flatline, name: 'far', index: 'metricbeat-1,far:metricbeat-*' }], 10);
    await live(12, {});
    search.lose('metricbeat-1');
    await live(20, {});
    search.lose('metricbeat-1', false);
    await live(30, {});
    const red = room.only(/Blind for `metricbeat-\*`/u);
    expect(red.text).toMatch(/^✅.*shards of `metricbeat-1` are missing/su);
    const before = room.texts().length;
    search.faults.searches('skipped', ({ index }) => index.includes('far:'));
    await live(50, {});
    search.faults.clear();
    await live(60, {});
    expect(room.texts()).toHaveLength(before + 1);
    expect(room.texts().at(-1)).toMatch(/^✅.*Blind for `metricbeat-1,far:metricbeat-\*` .*the other cluster `far` does not answer/su);
    expect(room.texts().filter((text) => /pica/u.test(text))).toEqual([]);
  });

  it('goes on where another index takes the place of the one that is gone', async () => {
    const search = await open([flatline], 10);
    await live(12, {});
    report(search, room.clock.now(), { index: 'metricbeat-2' });
    search.deleteIndex('metricbeat-1');
    await live(40, { index: 'metricbeat-2' });
    expect(room.texts()).toEqual([]);
  });

  it('is remembered over a restart', async () => {
    const search = await open([flatline], 10);
    report(search, room.clock.now(), { index: 'metricbeat-2' });
    await live(12, {}, { index: 'metricbeat-2' });
    await room.stop();
    search.closeIndex('metricbeat-2');
    await room.start();
    await live(20, {});
    expect(room.only(/Blind for/u).text).toMatch(/`metricbeat-2` is closed/u);
  });

  it.each([2, 30])('is the same loss when vigie starts again %i minutes later, and over when it is', async (minutes) => {
    const search = await open([flatline], 10);
    const other = { index: 'metricbeat-2', hosts: ['pica09'] };
    await live(12, {}, other);
    search.closeIndex('metricbeat-1');
    await live(12 + minutes, other);
    await room.restart();
    await live(50, other);
    const { text, edits } = room.only();
    expect([text, ...edits.map((edit) => edit.text)].filter((each) => !/^🔴.*`metricbeat-1` is closed/su.test(each))).toEqual([]);
    search.openIndex('metricbeat-1');
    await live(60, {}, other);
    expect(room.only(/Blind for/u).text).toMatch(/^✅/u);
  });

  it('goes on while nobody answers, and while nobody can say', async () => {
    const search = await open([flatline], 10);
    await live(12, {});
    search.closeIndex('metricbeat-1');
    await room.until(20);
    search.faults.all('unreachable');
    await room.until(40);
    search.faults.clear();
    await room.until(45);
    const { text, edits } = room.only(/Blind for/u);
    expect([text, ...edits.map((edit) => edit.text)].filter((each) => !each.startsWith('🔴'))).toEqual([]);
  });

  it('is the same silence after a restart, though it was found sooner than by its age', async () => {
    await open([flatline], 10);
    await live(15, {});
    await room.until(23);
    expect(room.only(/receives nothing any more/u).text).toMatch(/^🔴/u);
    await room.restart();
    await room.until(40);
    const { text, edits } = room.only();
    expect([text, ...edits.map((edit) => edit.text)].filter((each) => !each.startsWith('🔴'))).toEqual([]);
    await live(60, {});
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('is a warning where there never was anything', async () => {
    await open([flatline], 0);
    await room.until(10);
    expect(room.texts()).toHaveLength(1);
    expect(room.only(/Blind for/u).text).toMatch(/🟠.*no index is there/su);
  });

  it('is one post that names the index that takes nothing, and why, however many hosts are silent by it', async () => {
    const search = await open([flatline], 10);
    await live(15, {});
    search.blockIndex('metricbeat-1', 'index.blocks.read_only_allow_delete');
    await room.until(40);
    expect(room.only().text).toMatch(
      /🔴.*receives nothing any more.*`metricbeat-1` is read-only: the disk of Elasticsearch is nearly full/su,
    );
    search.blockIndex('metricbeat-1', null);
    await live(60, {});
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('is named so for its only host, too, and where others behind the pattern go on', async () => {
    const search = await open([flatline], 0);
    await live(12, { hosts: ['pica01'] });
    search.blockIndex('metricbeat-1', 'index.blocks.write');
    await room.until(40);
    expect(room.only().text).toMatch(/receives nothing any more.*`metricbeat-1` is read-only by `index\.blocks\.write`/su);
  });

  it('goes on in part where one of its indices takes nothing: those who wrote there are one post that names it', async () => {
    const search = await open([flatline], 10);
    // Read-only since it was rolled over, as a policy does with old ones.
    report(search, room.clock.now() - 2_000 * MINUTE, { index: 'metricbeat-0' });
    search.blockIndex('metricbeat-0', 'index.blocks.write');
    const other = { index: 'metricbeat-2', hosts: HOSTS.slice(5) };
    await live(15, { hosts: HOSTS.slice(0, 5) }, other);
    search.blockIndex('metricbeat-1', 'index.blocks.write');
    await live(40, other);
    expect(room.only().text).toMatch(/5 of 8 in `metricbeat-\*` .*`metricbeat-1` is read-only by `index\.blocks\.write`/su);
    expect(room.only().text).not.toMatch(/metricbeat-0/u);
  });

  it('is one post when it falls silent, however many hosts are silent by it', async () => {
    await open([flatline], 10);
    await live(15, {});
    await room.until(40);
    expect(room.texts()).toHaveLength(1);
    expect(room.only(/receives nothing any more/u).text).toMatch(/🔴/u);
    await live(60, { hosts: HOSTS.slice(1) });
    expect(room.only(/receives nothing any more/u).text).toMatch(/^✅/u);
    expect(room.only(/pica01/u).text).toMatch(/🔴/u);
    expect(room.texts()).toHaveLength(2);
  });
});

describe('a clock that is wrong', () => {
  it('is named once a day with its host, ahead or behind', async () => {
    await open([flatline], 10);
    await live(60, { hosts: HOSTS.slice(2) }, { hosts: ['pica02'], ahead: 12 }, { hosts: ['pica01'], ahead: -20 });
    const named = room.texts().filter((text) => /clock/u.test(text));
    expect(named).toHaveLength(1);
    expect(named[0]).toMatch(/`pica02` the clock is 1[12]\s?m\w* ahead/su);
    expect(named[0]).toMatch(/`pica01` (?:1[89]|2[01])\s?m\w* behind/su);
  });

  it.each([20, -20])('by %i minutes makes nobody silent, as long as documents come', async (ahead) => {
    await open([flatline], 10);
    await live(15, {});
    const others = { hosts: HOSTS.slice(1) };
    await live(45, others, { hosts: ['pica01'], ahead });
    expect(room.texts()).toHaveLength(1);
    expect(room.only(/clock/u).text).toMatch(/^🔵.*`pica01`/su);
    await live(80, others);
    expect(room.only(/\*\*pica01\*\*/u).text).toMatch(/^🔴/u);
    await live(100, {});
    expect(room.only(/\*\*pica01\*\*/u).text).toMatch(/^✅/u);
    expect(room.texts()).toHaveLength(2);
  });

  it.each([20, -20])('by %i minutes is the same trouble after a restart, however long it took, and over when it is', async (ahead) => {
    await open([flatline], 10);
    await live(15, {});
    const feeds = [{ hosts: HOSTS.slice(1) }, { hosts: ['pica01'], ahead }];
    await live(45, ...feeds);
    await room.restart();
    await live(75, ...feeds);
    await room.stop();
    await live(105, ...feeds);
    await room.start();
    await live(135, ...feeds);
    const shown = [room.only(), ...room.only().edits].map(({ text }) => text);
    expect(shown.filter((text) => !/^🔵.*clock.*`pica01`/su.test(text))).toEqual([]);
    room.step(23 * 60);
    await room.restart();
    await live(135 + 24 * 60 + 2, {});
    expect(room.only(/clock/u).text).toMatch(/^✅/u);
  });

  it('is not one document dated tomorrow, which hides no silence', async () => {
    const search = await open([flatline], 10);
    await live(15, {});
    report(search, room.clock.now() + 1_440 * MINUTE, { hosts: ['pica01'] });
    await live(30, { hosts: HOSTS.slice(1) });
    expect(room.only(/\*\*pica01\*\*/u).text).toMatch(/^🔴/u);
  });
});
