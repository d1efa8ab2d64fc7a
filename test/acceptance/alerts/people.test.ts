import { afterEach, describe, expect, it } from 'vitest';
import { endSilence, releasePost, silenceMatching, silencePost, takeAlert, takePost } from '#pipeline/alert/respond.ts';
import type { AlertSettings } from '#domain/alert/settings.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const PICA01 = { 'host.name': 'pica01' };
const PICA02 = { 'host.name': 'pica02' };
const ALICE = { id: 'alice-id', username: 'alice' };
const BOB = { id: 'bob-id', username: 'bob' };
const critical = rule({ name: 'full', severity: 'critical', summary: { en: 'Disk full' } });
let room: Watchroom;
afterEach(() => room.close());

async function fires(settings: Partial<AlertSettings> = {}, until = 400): Promise<string> {
  room = await Watchroom.open({ rules: [rule(), critical], settings });
  room.breach('full', PICA01, { from: 3, to: until });
  await room.until(5);
  return room.only().key.replace('alert:', '');
}

describe('somebody is woken', () => {
  it('by their name in the post of a critical alert, and nobody by a warning', async () => {
    await fires();
    expect(room.only().text).toMatch(/^🔴 \*\*pica01\*\* · Disk full · @alice\n/u);
    room.breach('disk', PICA02, { from: 6, to: 20 });
    await room.until(9);
    expect(room.only(/pica02/u).text).not.toMatch(/@/u);
  });

  it('one after the other, then everybody, then the second way', async () => {
    await fires({ pagers: { first: ['ntfy'], second: ['mail'] } });
    expect(await room.pages()).toEqual(['ntfy: alert for alice']);
    await room.until(15);
    expect(room.thread()).toEqual([expect.stringMatching(/^@bob nobody has taken this for 10\smin.*pica01\?/u)]);
    await room.until(25);
    expect(room.thread().at(-1)).toMatch(/^@channel nobody has taken this for 20\smin/u);
    await room.until(35);
    expect(room.thread().at(-1)).toMatch(/^📟.*now tries `mail`/u);
    expect(await room.pages()).toEqual(['ntfy: alert for alice', 'mail: alert for alice']);
    await room.until(120);
    expect(room.thread()).toHaveLength(3);
  });

  it('no further once somebody takes it, and that is in the story', async () => {
    const post = await fires();
    await room.until(16);
    await takePost(room.desk, post, BOB);
    await room.until(100);
    expect(room.thread()).toEqual([expect.stringMatching(/^@bob nobody/u), '👀 bob takes care of it.']);
    expect(room.only().text).toMatch(/^👀.*\nTaken by bob/u);
  });

  it('again from the beginning when it comes back after it was over', async () => {
    room = await Watchroom.open({ rules: [critical] });
    room.breach('full', PICA01, { from: 3, to: 20 });
    room.breach('full', PICA01, { from: 40, to: 100 });
    await room.until(6);
    await takePost(room.desk, room.only().key.replace('alert:', ''), ALICE);
    await room.until(55);
    const [, second] = room.posts();
    expect(second?.text).toMatch(/^🔴.*@alice/u);
    expect(second === undefined ? [] : room.thread(second)).toEqual([expect.stringMatching(/^@bob nobody has taken this for 10\smin/u)]);
  });

  it('by everybody being called when nobody is on call', async () => {
    room = await Watchroom.open({ rules: [critical], onCall: () => ({ current: null, next: [] }) });
    room.breach('full', PICA01, { from: 3, to: 60 });
    await room.until(5);
    expect(room.only().text).toMatch(/· @channel\n/u);
  });

  it('by the second way never twice', async () => {
    await fires({ pagers: { first: ['ntfy'], second: ['ntfy'] } });
    await room.restart();
    await room.until(60);
    await room.restart();
    await room.until(90);
    expect(await room.pages()).toHaveLength(2);
  });

  it('not by a warning in quiet hours, which waits for the morning', async () => {
    // The room opens at 13:00 in Paris.
    room = await Watchroom.open({ rules: [rule(), critical], settings: { quietHours: { fromMinute: 13 * 60, toMinute: 14 * 60 } } });
    room.breach('disk', PICA01, { from: 3, to: 100 });
    room.breach('full', PICA02, { from: 3, to: 100 });
    await room.until(59);
    expect(room.texts()).toEqual([expect.stringMatching(/pica02/u)]);
    await room.until(61);
    expect(room.texts().some((text) => /pica01/u.test(text))).toBe(true);
  });
});

describe('taking an alert', () => {
  it('stops the reminders until it is over', async () => {
    const post = await fires({ repeatIntervalMs: 3_600_000, escalateAfterMs: 10 * 3_600_000 });
    await room.until(70);
    expect(room.thread()).toEqual([expect.stringMatching(/^@alice ⏰ pica01: still so since 13:03.*nobody has taken it/su)]);
    await takePost(room.desk, post, BOB);
    await room.until(200);
    expect(room.thread()).toHaveLength(2);
  });

  it('lasts four hours on a critical one, then it is everybody’s again', async () => {
    const post = await fires({ repeatIntervalMs: 3_600_000 }, 600);
    await takePost(room.desk, post, BOB);
    await room.until(240);
    expect(room.only().text).toMatch(/Taken by bob/u);
    await room.until(247);
    expect(room.only().text).toMatch(/Critical since/u);
  });

  it('can be taken back', async () => {
    const post = await fires();
    await takePost(room.desk, post, BOB);
    await releasePost(room.desk, post, BOB);
    await room.until(6);
    expect(room.thread()).toEqual(['👀 bob takes care of it.', '↩️ bob no longer has it: it is everybody’s again.']);
    expect(room.only().text).toMatch(/Critical since/u);
  });

  it('is not undone by somebody else', async () => {
    const post = await fires();
    await takePost(room.desk, post, BOB);
    await releasePost(room.desk, post, ALICE);
    await room.until(6);
    expect(room.only().text).toMatch(/Taken by bob/u);
  });

  it('covers what is there, not what joins the group later', async () => {
    const post = await fires();
    await takePost(room.desk, post, BOB);
    room.breach('disk', PICA01, { from: 10, to: 60 });
    await room.until(14);
    expect(room.thread().at(-1)).toMatch(/^⚠️ pica01: it gets worse.*disk/su);
    expect(room.only().text).toMatch(/^🔴.*\nCritical since.*👀 bob/su);
  });

  it('by its id takes that one alone', async () => {
    room = await Watchroom.open({ rules: [rule(), critical] });
    room.breach('full', PICA01, { from: 3, to: 60 });
    room.breach('disk', PICA01, { from: 3, to: 60 });
    await room.until(5);
    const [first] = room.alerts().filter((alert) => alert.rule === 'disk');
    await takeAlert(room.desk, first?.id ?? '', BOB);
    expect(room.alerts().map((alert) => [alert.rule, alert.state])).toEqual(
      expect.arrayContaining([
        ['full', 'firing'],
        ['disk', 'acknowledged'],
      ]),
    );
  });

  it('survives a restart', async () => {
    const post = await fires({ repeatIntervalMs: 3_600_000 });
    await takePost(room.desk, post, BOB);
    await room.restart();
    await room.until(100);
    expect(room.thread()).toEqual(['👀 bob takes care of it.']);
  });
});

describe('a silence', () => {
  it('by 🔕 holds that rule and key for an hour, then it is told again', async () => {
    const post = await fires({ repeatIntervalMs: 30 * 60_000 });
    await silencePost(room.desk, post, BOB);
    await room.until(62);
    expect(room.thread()).toEqual([expect.stringMatching(/^🔕 bob silenced it until 14:05/u)]);
    await room.until(70);
    expect(room.thread().length).toBeGreaterThan(1);
  });

  it('by 🔕 covers no worse severity', async () => {
    room = await Watchroom.open({ rules: [rule({ name: 'same', severity: 'warning' })] });
    room.breach('same', PICA01, { from: 3, to: 20 });
    await room.until(5);
    await silencePost(room.desk, room.only().key.replace('alert:', ''), BOB);
    expect([...room.desk.book.silences.values()].map((silence) => silence.upTo)).toEqual(['warning']);
  });

  it('keeps a new alert from being told at all', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await silence({ rule: 'full' }, 60);
    room.breach('full', PICA01, { from: 3, to: 30 });
    await room.until(40);
    expect(room.posts()).toEqual([]);
  });

  it('of one name of a machine holds for what its documents call it', async () => {
    room = await Watchroom.open({ rules: [critical], settings: { hostNames: [['left', 'pica01', 'pica01.example.org']] } });
    await silence({ 'host.name': 'left' }, 60);
    room.breach('full', PICA01, { from: 3, to: 30 });
    await room.until(40);
    expect(room.posts()).toEqual([]);
  });

  it('that runs out lets what still fires be told', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await silence({ 'host.name': 'pica*' }, 20);
    room.breach('full', PICA01, { from: 3, to: 60 });
    await room.until(19);
    expect(room.posts()).toEqual([]);
    await room.until(22);
    expect(room.only().text).toMatch(/pica01/u);
  });

  it('that is ended sooner does so too', async () => {
    room = await Watchroom.open({ rules: [critical] });
    const id = await silence({ rule: 'full' }, 60);
    room.breach('full', PICA01, { from: 3, to: 60 });
    await room.until(10);
    await endSilence(room.desk, id, ALICE);
    await room.until(11);
    expect(room.only().text).toMatch(/pica01/u);
  });

  it('on critical alerts ends within a day, whatever was asked', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await silence({ rule: 'full' }, 3 * 24 * 60);
    const [made] = room.desk.book.silences.values();
    expect((made?.endsAt ?? 0) - (made?.startsAt ?? 0)).toBe(24 * 3_600_000);
  });

  it('never hides that vigie is blind', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await silence({ rule: '*' }, 600);
    room.down(5, 60);
    await room.until(15);
    expect(room.only().text).toMatch(/Elasticsearch does not answer/u);
  });

  it('survives a restart', async () => {
    room = await Watchroom.open({ rules: [critical] });
    await silence({ rule: 'full' }, 60);
    await room.restart();
    room.breach('full', PICA01, { from: 3, to: 30 });
    await room.until(40);
    expect(room.posts()).toEqual([]);
  });

  async function silence(matchers: Record<string, string>, minutes: number): Promise<string> {
    return await silenceMatching(room.desk, { matchers, ms: minutes * 60_000, reason: 'work', upTo: 'critical', by: BOB });
  }
});
