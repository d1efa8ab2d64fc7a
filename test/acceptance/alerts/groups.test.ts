import { afterEach, describe, expect, it } from 'vitest';
import { takePost } from '#pipeline/alert/respond.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const PICA01 = { 'host.name': 'pica01' };
const PICA02 = { 'host.name': 'pica02' };
const down = rule({ name: 'down', severity: 'critical', summary: { en: 'Host silent' }, inhibits: [{ 'host.name': '{host.name}' }] });
let room: Watchroom;
afterEach(() => room.close());

describe('a group', () => {
  it('is what happens on one host: one post', async () => {
    room = await Watchroom.open({ rules: [rule(), rule({ name: 'cpu' }), rule({ name: 'memory' })] });
    for (const name of ['disk', 'cpu', 'memory']) room.breach(name, PICA01, { from: 3, to: 20 });
    await room.until(6);
    expect(room.only().text).toMatch(/disk.*cpu.*memory/su);
    await room.until(25);
    expect(room.thread()).toEqual(['✅ pica01: over after 18\u00a0min.']);
  });

  it('that grows tells what is new, at most every five minutes', async () => {
    room = await Watchroom.open({ rules: [rule(), rule({ name: 'cpu' }), rule({ name: 'memory' })] });
    room.breach('disk', PICA01, { from: 3, to: 60 });
    room.breach('cpu', PICA01, { from: 5, to: 60 });
    room.breach('memory', PICA01, { from: 6, to: 60 });
    await room.until(8);
    expect(room.thread()).toEqual([]);
    await room.until(10);
    expect(room.thread()).toEqual([expect.stringMatching(/it gets worse.*cpu.*memory/su)]);
  });

  it('is over when its last member is', async () => {
    room = await Watchroom.open({ rules: [rule(), rule({ name: 'cpu' })] });
    room.breach('disk', PICA01, { from: 3, to: 10 });
    room.breach('cpu', PICA01, { from: 3, to: 30 });
    await room.until(20);
    expect(room.only().text).toMatch(/^🟠.*✅ `pica01`/su);
    await room.until(35);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('is what the rule says', async () => {
    room = await Watchroom.open({ rules: [rule({ groupBy: ['rule'] })] });
    room.breach('disk', PICA01, { from: 3, to: 10 });
    room.breach('disk', PICA02, { from: 3, to: 10 });
    await room.until(5);
    expect(room.only().text).toMatch(/\*\*disk\*\*.*pica01.*pica02/su);
  });

  it('of a rule with a channel of its own is told there', async () => {
    room = await Watchroom.open({ rules: [rule({ channel: 'town' })], settings: { channels: { town: 'town-id' } } });
    room.breach('disk', PICA01, { from: 3, to: 10 });
    await room.until(5);
    expect(room.only().channel).toBe('town-id');
  });

  it('is reminded of every four hours as long as nobody takes it', async () => {
    room = await Watchroom.open({ rules: [rule({ chart: true })] });
    room.breach('disk', PICA01, { from: 3, to: 600 });
    await room.until(243);
    expect(room.thread()).toEqual([]);
    await room.until(250);
    expect(room.thread()).toEqual([expect.stringMatching(/^⏰ pica01: still so/u)]);
    // The post has the chart of the moment it fired; each reminder has one of its own.
    expect(room.drawn).toEqual([3, 243]);
    await room.until(490);
    expect(room.thread()).toHaveLength(2);
  });
});

describe('a dead host', () => {
  it('is one post, and what follows from it is in none', async () => {
    room = await Watchroom.open({ rules: [down, rule({ groupBy: ['rule'] }), rule({ name: 'cpu', groupBy: ['rule'] })] });
    room.breach('down', PICA01, { from: 3, to: 60 });
    room.breach('disk', PICA01, { from: 3, to: 60 });
    room.breach('cpu', PICA01, { from: 4, to: 60 });
    room.breach('cpu', PICA02, { from: 4, to: 60 });
    await room.until(12);
    expect(room.posts()).toHaveLength(2);
    expect(room.only(/Host silent/u).text).toMatch(/pica01/u);
    expect(room.only(/\*\*cpu\*\*/u).text).toMatch(/pica02/u);
  });

  it('that is back lets what still is wrong be told', async () => {
    room = await Watchroom.open({ rules: [down, rule({ groupBy: ['rule'] })] });
    room.breach('down', PICA01, { from: 3, to: 20 });
    room.breach('disk', PICA01, { from: 3, to: 60 });
    await room.until(19);
    expect(room.posts()).toHaveLength(1);
    await room.until(24);
    expect(room.posts()).toHaveLength(2);
  });

  it('never holds back itself, nor two each other', async () => {
    const other = rule({ name: 'gone', inhibits: [{ 'host.name': '{host.name}' }], groupBy: ['rule'] });
    room = await Watchroom.open({ rules: [down, other] });
    room.breach('down', PICA01, { from: 3, to: 60 });
    room.breach('gone', PICA01, { from: 4, to: 60 });
    await room.until(10);
    expect(room.only().text).toMatch(/Host silent/u);
  });
});

describe('maintenance', () => {
  const weekly = {
    name: 'Sunday backup',
    matchers: { 'host.name': 'pica01' },
    when: { kind: 'weekly', days: [1], fromMinute: 13 * 60, toMinute: 14 * 60 },
  } as const;

  it('needs nobody while it lasts', async () => {
    room = await Watchroom.open({ rules: [rule()], settings: { windows: [weekly] } });
    room.breach('disk', PICA01, { from: 3, to: 90 });
    room.breach('disk', PICA02, { from: 3, to: 90 });
    await room.until(59);
    expect(room.only().text).toMatch(/pica02/u);
    await room.until(62);
    expect(room.posts()).toHaveLength(2);
  });

  it('is at its local hour on the day that has one hour more', async () => {
    // Sunday 25 October 2026: 03:00 becomes 02:00 in Paris. From 00:30 UTC (02:30 summer time) on.
    const window = { ...weekly, when: { kind: 'weekly', days: [0], fromMinute: 150, toMinute: 180 } } as const;
    room = await Watchroom.open({ rules: [rule()], settings: { windows: [window] }, startsAt: Date.UTC(2026, 9, 25, 0, 30) });
    room.breach('disk', PICA01, { from: 1, to: 29 });
    await room.until(29);
    expect(room.posts()).toEqual([]);
    // 02:00 again: not in the window any more, until 02:30 comes a second time.
    room.breach('disk', PICA01, { from: 31, to: 50 });
    await room.until(35);
    expect(room.posts()).toHaveLength(1);
  });
});

describe('an alert that flaps', () => {
  it('is named so, and told no more at each turn', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    for (const minute of [3, 9, 15, 21, 27, 33]) room.breach('disk', PICA01, { from: minute, to: minute + 2 });
    await room.until(40);
    expect(room.posts()).toHaveLength(4);
    const last = room.posts().at(-1);
    expect(last?.text).toMatch(/〰️ flapping: [456] times within an hour/u);
    expect(last === undefined ? ['?'] : room.thread(last)).toEqual([]);
    await room.until(60);
    expect(room.texts().at(-1)).toMatch(/^✅/u);
  });

  it('is quiet for as long as `realert` says', async () => {
    room = await Watchroom.open({ rules: [rule({ realertMs: 30 * 60_000 })] });
    room.breach('disk', PICA01, { from: 3, to: 6 });
    room.breach('disk', PICA01, { from: 15, to: 18 });
    room.breach('disk', PICA01, { from: 50, to: 55 });
    await room.until(30);
    expect(room.posts()).toHaveLength(1);
    await room.until(60);
    expect(room.posts()).toHaveLength(2);
  });
});

describe('a storm', () => {
  it('becomes a digest that fits on a phone, and Mattermost is not flooded', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'site', severity: 'critical', queryKey: ['monitor.name'] })] });
    for (let index = 0; index < 500; index += 1) room.breach('site', { 'monitor.name': `site-${index}` }, { from: 3, to: 60 });
    await room.until(6);
    expect(room.posts()).toHaveLength(21);
    const digest = room.only(/at once/u);
    expect(digest.text).toMatch(
      /^🔴 \*\*480 alerts at once\*\* · @alice\n480 firing in 480 places since 13:0\d\nOf which rules: 480 × site/u,
    );
    expect(digest.text.length).toBeLessThan(900);
    await room.until(62);
    expect(room.only(/at once/u).text).toMatch(/^✅.*\nAll over after/u);
    expect(room.thread(digest)).toEqual([
      expect.stringMatching(/^@bob nobody has taken this for 10\smin.*site-20, site-21, site-22, …/u),
      expect.stringMatching(/^@channel/u),
      expect.stringMatching(/^✅ site-20, site-21, site-22, …: over after/u),
    ]);
  });

  it('on one host is one post', async () => {
    const rules = Array.from({ length: 40 }, (_, index) => rule({ name: `rule-${index}` }));
    room = await Watchroom.open({ rules });
    for (const each of rules) room.breach(each.name, PICA01, { from: 3, to: 60 });
    await room.until(6);
    expect(room.only().text).toMatch(/And: 35 more/u);
  });

  it('is taken as one', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'site', queryKey: ['monitor.name'] })], settings: { postsPerMinute: 1 } });
    for (let index = 0; index < 30; index += 1) room.breach('site', { 'monitor.name': `site-${index}` }, { from: 3, to: 60 });
    await room.until(6);
    await takePost(room.desk, room.only(/at once/u).key.replace('alert:', ''), { id: 'bob-id', username: 'bob' });
    await room.until(7);
    expect(room.only(/at once/u).text).toMatch(/^👀/u);
    expect(room.states().filter((state) => state === 'acknowledged')).toHaveLength(29);
  });
});

describe('time', () => {
  it('that jumps ahead loses nothing', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 20, to: 200 });
    await room.until(5);
    room.step(60);
    await room.until(70);
    expect(room.only(/pica01/u).text).toMatch(/🟠 \*\*pica01\*\*.*since 13:20/su);
    expect(room.only(/looks later/u).text).toMatch(/1\sh late/u);
  });

  it('that steps back neither repeats nor stops', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 30 });
    await room.until(10);
    room.step(-5);
    await room.until(12);
    room.breach('disk', PICA02, { from: 14, to: 60 });
    await room.until(18);
    expect(room.posts()).toHaveLength(2);
  });

  it('of the clock change is shown in local time', async () => {
    room = await Watchroom.open({ rules: [rule()], startsAt: Date.UTC(2026, 9, 25, 0, 55) });
    room.breach('disk', PICA01, { from: 10, to: 20 });
    await room.until(14);
    // 01:05 UTC is 02:05 in Paris, for the second time that night.
    expect(room.only().text).toMatch(/since 02:05/u);
  });
});

describe('Mattermost away', () => {
  it('loses nothing: the post arrives later, as things are then', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 60 });
    room.publisher.away = true;
    await room.until(20);
    expect(room.posts()).toEqual([]);
    room.publisher.away = false;
    await room.until(22);
    expect(room.posts()).toHaveLength(1);
  });
});
