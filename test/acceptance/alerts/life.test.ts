import { afterEach, describe, expect, it } from 'vitest';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const PICA01 = { 'host.name': 'pica01' };
const PICA02 = { 'host.name': 'pica02' };
const critical = rule({ name: 'full', severity: 'critical', summary: { en: 'Disk full', fr: 'Disque plein' } });
let room: Watchroom;
afterEach(() => room.close());

describe('an alert', () => {
  it('is told once, after the wait of its group, and its end is a line in the thread', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 20 });
    await room.until(3.4);
    expect(room.posts()).toEqual([]);
    await room.until(5);
    expect(room.texts()).toEqual([expect.stringMatching(/🟠 \*\*pica01\*\* · Disk almost full\nWarning since 13:03/u)]);
    await room.until(19);
    expect(room.posts()).toHaveLength(1);
    await room.until(22);
    expect(room.only().text).toMatch(/^✅ \*\*pica01\*\*/u);
    expect(room.thread()).toEqual(['✅ pica01: over after 18\u00a0min.']);
  });

  it('that ends before anybody was told is told to nobody', async () => {
    room = await Watchroom.open({ rules: [rule({ runEveryMs: 10_000 })] });
    room.breach('disk', PICA01, { from: 3, to: 3.1 });
    await room.until(10);
    expect(room.posts()).toEqual([]);
    expect(room.states()).toEqual(['resolved']);
  });

  it('must hold for as long as the rule says', async () => {
    room = await Watchroom.open({ rules: [rule({ forMs: 300_000 })] });
    room.breach('disk', PICA01, { from: 3, to: 6 });
    room.breach('disk', PICA02, { from: 3, to: 20 });
    await room.until(7);
    expect(room.posts()).toEqual([]);
    await room.until(10);
    expect(room.texts()).toEqual([expect.stringMatching(/pica02/u)]);
  });

  it('shows its newest value in the same post, without telling anybody again', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 6, value: 0.92 });
    room.breach('disk', PICA01, { from: 6, to: 20, value: 0.97 });
    await room.until(5);
    expect(room.only().text).toMatch(/\*\*92%\*\* \(limit 90%\)/u);
    await room.until(9);
    expect(room.only().text).toMatch(/\*\*97%\*\* \(limit 90%\)/u);
    expect(room.thread()).toEqual([]);
  });

  it('stays quiet for as long as `resolve_after` says before it counts as over', async () => {
    room = await Watchroom.open({ rules: [rule({ resolveAfterMs: 600_000 })] });
    room.breach('disk', PICA01, { from: 3, to: 6 });
    await room.until(13);
    expect(room.only().text).toMatch(/^🟠/u);
    await room.until(18);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('that fires again later is another alert, with a post of its own', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 6 });
    room.breach('disk', PICA01, { from: 30, to: 33 });
    await room.until(40);
    expect(room.posts()).toHaveLength(2);
    expect(new Set(room.alerts().map((alert) => alert.id)).size).toBe(2);
  });

  it('is looked for only at the times to which its rule is limited', async () => {
    // The room opens at 13:00 in Paris: minutes 10 to 19 of each hour.
    room = await Watchroom.open({ rules: [rule({ limitExecution: '10-19 * * * mon-fri' })] });
    room.breach('disk', PICA01, { from: 3, to: 40 });
    await room.until(9);
    expect(room.posts()).toEqual([]);
    await room.until(12);
    expect(room.only().text).toMatch(/pica01/u);
  });

  it('speaks French', async () => {
    room = await Watchroom.open({ rules: [rule()], language: 'fr' });
    room.breach('disk', PICA01, { from: 3, to: 6, value: 0.925 });
    await room.until(5);
    expect(room.only().text).toMatch(/🟠 \*\*pica01\*\* · Disque presque plein\nAvertissement depuis 13\sh\s03/u);
    expect(room.only().text).toMatch(/\*\*92,5\u00a0%\*\* \(seuil 90\u00a0%\)/u);
    await room.until(10);
    expect(room.thread()).toEqual(['✅ pica01\u00a0: terminé au bout de 4\u00a0min.']);
  });

  it('is coloured by its severity, then by its end', async () => {
    room = await Watchroom.open({ rules: [critical] });
    room.breach('full', PICA01, { from: 3, to: 6 });
    await room.until(5);
    expect(room.only().color).toBe('#d24b4e');
    await room.until(10);
    expect(room.only().color).toBe('#2e9e5b');
  });

  it('carries 👀 and 🔕, and ▶️ where its rule has a remedy', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'plain' }), rule({ name: 'helped', remedy: 'restart {host.name}' })] });
    room.breach('plain', PICA01, { from: 3, to: 9 });
    room.breach('helped', PICA02, { from: 3, to: 9 });
    await room.until(5);
    expect(room.posts().map((post) => [post.text.includes('▶️ `restart pica02`'), post.reactions])).toEqual([
      [false, ['eyes', 'no_bell']],
      [true, ['eyes', 'no_bell', 'arrow_forward']],
    ]);
  });

  it('offers no remedy for a key that is no plain name', async () => {
    room = await Watchroom.open({ rules: [rule({ remedy: 'restart {host.name}' })] });
    room.breach('disk', { 'host.name': 'pad --emergency x' }, { from: 3, to: 9 });
    await room.until(5);
    expect(room.only().text).not.toMatch(/▶️/u);
  });

  it('says what to do in the Markdown of its rule, and wakes nobody by it', async () => {
    room = await Watchroom.open({ rules: [rule({ runbook: { en: 'Look with `df -h`, then ask @alice.' } })] });
    room.breach('disk', PICA01, { from: 3, to: 9 });
    await room.until(5);
    expect(room.only().text).toContain('What to do: Look with `df -h`, then ask @\u200balice.');
  });

  it('shows what a document says as text alone', async () => {
    room = await Watchroom.open({ rules: [rule({ queryKey: ['user'] })] });
    room.breach('disk', { user: '@all [click](http://evil.example) **now**' }, { from: 3, to: 9 });
    await room.until(5);
    expect(room.only().text).toContain('`@all [click](http://evil.example) **now**`');
    expect(room.only().text.replaceAll(/`[^`]*`/gu, '')).not.toMatch(/@all|\[click\]/u);
  });
});

describe('what is not seen', () => {
  it('is no data when its source is silent, and never over', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 6 });
    room.silent(PICA01, 6, 30);
    await room.until(20);
    expect(room.only().text).toMatch(/^❔.*\nNo data any more/u);
    await room.until(33);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('is unknown while Elasticsearch does not answer, and goes on afterwards', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 200 });
    room.down(10, 70);
    await room.until(20);
    expect(room.texts()[0]).toMatch(/^❔.*\nCannot be checked/u);
    expect(room.texts()[1]).toMatch(
      /🔴 \*\*vigie:blind\*\* · Elasticsearch does not answer.*@alice\nCritical since 13:10.*blind since 13:10 \(connection refused\)/su,
    );
    await room.until(75);
    expect(room.texts()[0]).toMatch(/^🟠/u);
    expect(room.texts()[1]).toMatch(/^✅/u);
  });

  it('for less than a minute is a restart, not blindness', async () => {
    room = await Watchroom.open({ rules: [rule({ runEveryMs: 10_000 })] });
    room.down(5, 5.6);
    await room.until(10);
    expect(room.posts()).toEqual([]);
  });

  it('is made up for: what began while Elasticsearch was down is told when it is back', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.down(10, 70);
    room.breach('disk', PICA01, { from: 30, to: 90 });
    await room.until(75);
    expect(room.texts().some((text) => /🟠 \*\*pica01\*\*.*since 13:30/su.test(text))).toBe(true);
  });

  it('is one message when it began and ended meanwhile, and mentions nobody', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await room.until(5);
    await room.stop();
    room.breach('full', PICA01, { from: 20, to: 30 });
    room.breach('full', PICA02, { from: 25, to: 35 });
    await room.until(60);
    await room.start();
    await room.until(65);
    expect(room.texts()).toEqual([
      expect.stringMatching(/🕰️ While vigie was away \(since 13:20\), 2 alerts began and ended:.*pica01.*pica02/su),
    ]);
    expect(room.texts()[0]).not.toMatch(/@/u);
  });

  it('in an index that takes nothing any more is an alert of its own', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    await room.until(5);
    room.stale(5);
    await room.until(19);
    expect(room.posts()).toEqual([]);
    await room.until(23);
    expect(room.only().text).toMatch(/An index receives nothing.*`main, metricbeat-\*` nothing newer than 13:05/su);
    room.stale(null);
    await room.until(26);
    expect(room.only().text).toMatch(/^✅/u);
  });

  it('by a single rule that always fails is said, once', async () => {
    room = await Watchroom.open({ rules: [rule(), rule({ name: 'broken' })] });
    room.failing('broken', 3, 30);
    await room.until(12);
    expect(room.only().text).toMatch(/A rule fails again and again.*`broken` failing since 13:03.*refused/su);
    await room.until(35);
    expect(room.only().text).toMatch(/^✅/u);
    expect(room.posts()).toHaveLength(1);
  });
});

describe('a restart', () => {
  it('in the middle of everything loses nothing and repeats nothing', async () => {
    room = await Watchroom.open({ rules: [rule(), critical] });
    room.breach('disk', PICA01, { from: 3, to: 40 });
    room.breach('full', PICA02, { from: 4, to: 30 });
    for (const minute of [3.2, 4.6, 9, 12, 31]) {
      await room.until(minute);
      await room.restart();
    }
    await room.until(45);
    expect(room.posts()).toHaveLength(2);
    expect(room.texts().every((text) => text.startsWith('✅'))).toBe(true);
    expect(room.posts().map((post) => room.thread(post).filter((line) => line.includes('over after')).length)).toEqual([1, 1]);
  });

  it('says nothing is over before the first complete look', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 100 });
    await room.until(10);
    await room.stop();
    room.down(20, 30);
    await room.until(20);
    await room.start();
    await room.until(28);
    expect(room.only(/pica01/u).text).toMatch(/^❔/u);
    await room.until(33);
    expect(room.only(/pica01/u).text).toMatch(/^🟠/u);
  });

  it('of a rule that was changed begins anew, and keeps what is open', async () => {
    room = await Watchroom.open({ rules: [rule()] });
    room.breach('disk', PICA01, { from: 3, to: 20 });
    await room.until(6);
    room.rules = new Map([...room.rules, ['disk', rule({ hash: 'h2' })]]);
    await room.until(25);
    expect(room.posts()).toHaveLength(1);
    expect(room.only().text).toMatch(/^✅/u);
  });
});
