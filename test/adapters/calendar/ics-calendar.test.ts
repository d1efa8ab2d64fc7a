import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openIcsCalendar, type IcsOptions } from '#adapters/calendar/ics-calendar.ts';
import type { Calendar } from '#ports/calendar.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { HttpSink } from '#test/lab/pager/http-sink.ts';

const MINUTE = 60_000;
const NAMES = { 'Alice Martin': 'alice', 'bob@example.org': 'bob' };

const event = (...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', `UID:${lines.join('').replaceAll(/\W/gu, '')}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const ics = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const paris = (key: string, at: string): string => `${key};TZID=Europe/Paris:${at}`;
const once = (person: string, day = '20261103'): string =>
  event(paris('DTSTART', `${day}T090000`), paris('DTEND', `${day}T180000`), `SUMMARY:${person}`);

const upTo = (most: number): string => Array.from({ length: most }, (_, index) => index).join(',');
/** Allowed as a daily one, and yet 86,400 times a day. */
const EVERY_SECOND = `RRULE:FREQ=DAILY;BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)};BYSECOND=${upTo(60)}`;

let clock: ManualClock;
let sink: HttpSink;
let folder: string;
let facts: Map<string, string>;
const open: Calendar[] = [];
beforeEach(async () => {
  clock = new ManualClock();
  sink = await HttpSink.start();
  folder = await mkdtemp(join(tmpdir(), 'vigie-ics-'));
  facts = new Map();
});
afterEach(async () => {
  for (const calendar of open.splice(0)) await calendar.close();
  expect(clock.sleeping).toBe(0);
  await sink.stop();
  await rm(folder, { recursive: true });
});

async function calendar(options: Partial<IcsOptions> = {}): Promise<Calendar> {
  const opened = await openIcsCalendar({
    source: { url: `${sink.url}/private-7f3a/basic.ics` },
    people: ['alice', 'bob', 'carol'],
    names: NAMES,
    timezone: 'Europe/Paris',
    clock,
    timeoutMs: 500,
    facts: { fact: async (name) => facts.get(name) ?? null, remember: async (name, value) => void facts.set(name, value) },
    ...options,
  });
  open.push(opened);
  return opened;
}

/** Serves a calendar, and reads the shifts of a span of local days as `person: from–to` in UTC. */
async function shifts(text: string, from = '2026-11-01', to = '2026-11-30', options: Partial<IcsOptions> = {}): Promise<readonly string[]> {
  sink.behaviour = { status: 200, body: text };
  const opened = await calendar(options);
  expect(opened.state().problem).toBeNull();
  const short = (at: number): string => new Date(at).toISOString().slice(5, 16);
  return opened.shifts(Date.parse(from), Date.parse(to)).map((shift) => `${shift.person}: ${short(shift.from)}–${short(shift.to)}`);
}

describe('a calendar of shifts', () => {
  it('has shifts with a zone, in UTC, and without any zone', async () => {
    const text = ics(
      once('alice'),
      event('DTSTART:20261104T090000Z', 'DTEND:20261104T180000Z', 'SUMMARY:bob'),
      event('DTSTART:20261105T090000', 'DTEND:20261105T180000', 'SUMMARY:carol'),
    );
    expect(await shifts(text)).toEqual([
      'alice: 11-03T08:00–11-03T17:00',
      'bob: 11-04T09:00–11-04T18:00',
      'carol: 11-05T08:00–11-05T17:00',
    ]);
  });

  it('has whole days, from midnight to midnight of its own zone', async () => {
    const text = ics(event('DTSTART;VALUE=DATE:20261105', 'DTEND;VALUE=DATE:20261107', 'SUMMARY:alice'));
    expect(await shifts(text)).toEqual(['alice: 11-04T23:00–11-06T23:00']);
    expect(await shifts(text, '2026-11-01', '2026-11-30', { timezone: 'America/New_York' })).toEqual(['alice: 11-05T05:00–11-07T05:00']);
  });

  it('repeats, without the days that are taken out, and with those that were moved', async () => {
    const weekly = [paris('DTSTART', '20261102T090000'), paris('DTEND', '20261102T180000'), 'SUMMARY:alice'];
    const base = [
      'BEGIN:VEVENT',
      'UID:one',
      'DTSTAMP:20260101T000000Z',
      ...weekly,
      'RRULE:FREQ=WEEKLY',
      paris('EXDATE', '20261109T090000'),
      'END:VEVENT',
    ];
    const moved = [
      'BEGIN:VEVENT',
      'UID:one',
      'DTSTAMP:20260101T000000Z',
      paris('RECURRENCE-ID', '20261116T090000'),
      paris('DTSTART', '20261117T100000'),
      paris('DTEND', '20261117T120000'),
      'SUMMARY:bob',
      'END:VEVENT',
    ];
    expect(await shifts(ics(base.join('\r\n'), moved.join('\r\n')), '2026-11-01', '2026-11-24')).toEqual([
      'alice: 11-02T08:00–11-02T17:00',
      'bob: 11-17T09:00–11-17T11:00',
      'alice: 11-23T08:00–11-23T17:00',
    ]);
  });

  it('hands over at nine in the weeks when the clocks change, without a gap', async () => {
    const turn = (person: string, from: string, to: string): string =>
      event(paris('DTSTART', `${from}T090000`), paris('DTEND', `${to}T090000`), 'RRULE:FREQ=WEEKLY;INTERVAL=2', `SUMMARY:${person}`);
    const text = ics(turn('alice', '20261005', '20261012'), turn('bob', '20261012', '20261019'));
    expect(await shifts(text, '2026-10-13', '2026-10-28')).toEqual([
      'bob: 10-12T07:00–10-19T07:00',
      'alice: 10-19T07:00–10-26T08:00',
      'bob: 10-26T08:00–11-02T08:00',
    ]);
  });

  it('tells who is meant by attendee, by name, or by a word of the summary', async () => {
    const at = (day: string): readonly string[] => [`DTSTART:202611${day}T090000Z`, `DTEND:202611${day}T100000Z`];
    const text = ics(
      event(...at('02'), 'SUMMARY:Astreinte', 'ATTENDEE;CN=Bob:mailto:Bob@example.org'),
      event(...at('03'), 'SUMMARY:Astreinte', 'ATTENDEE;CN=Alice Martin;PARTSTAT=ACCEPTED:mailto:am@example.org'),
      event(...at('04'), 'SUMMARY:Astreinte (Carol)'),
      event(...at('05'), 'SUMMARY:@alice'),
      event(...at('06'), 'SUMMARY:Alice Martin', 'ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org'),
    );
    const found = await shifts(text);
    expect(found.map((each) => each.split(':')[0])).toEqual(['bob', 'alice', 'carol', 'alice', 'alice']);
  });

  it('counts nobody where it is nobody’s or several people’s, and says so', async () => {
    const text = ics(once('dora', '20261103'), once('alice and bob', '20261104'), once('carol', '20261105'), once('malice', '20261106'));
    expect(await shifts(text)).toEqual(['carol: 11-05T08:00–11-05T17:00']);
    expect(open[0]?.state().ignored).toEqual(['dora', 'alice and bob', 'malice']);
  });

  it('leaves out what was cancelled, what has no end, and what recurs too often to be a shift', async () => {
    const text = ics(
      event('DTSTART:20261103T090000Z', 'DTEND:20261103T100000Z', 'SUMMARY:alice', 'STATUS:CANCELLED'),
      event('DTSTART:20261104T090000Z', 'SUMMARY:bob'),
      event('DTSTART:20261101T000000Z', 'DTEND:20261101T000001Z', 'RRULE:FREQ=SECONDLY', 'SUMMARY:carol every second'),
    );
    expect(await shifts(text)).toEqual([]);
    expect(open[0]?.state().ignored).toEqual(['carol every second']);
  });

  it('is read from a file, too', async () => {
    const file = join(folder, 'oncall.ics');
    await writeFile(file, ics(once('alice')));
    const opened = await calendar({ source: { file } });
    expect(opened.shifts(Date.parse('2026-11-01'), Date.parse('2026-11-30'))).toHaveLength(1);
  });
});

describe('reading a calendar again', () => {
  const alice = async (opened: Calendar): Promise<string | undefined> =>
    opened.shifts(Date.parse('2026-11-01'), Date.parse('2026-11-30'))[0]?.person;

  it('happens every 15 minutes', async () => {
    sink.behaviour = { status: 200, body: ics(once('alice')) };
    const opened = await calendar();
    expect(await alice(opened)).toBe('alice');
    sink.behaviour = { status: 200, body: ics(once('bob')) };
    await clock.advance(14 * MINUTE);
    expect(await alice(opened)).toBe('alice');
    await clock.advance(2 * MINUTE);
    await until(() => sink.received.length === 2);
    await until(async () => (await alice(opened)) === 'bob');
  });

  it.each([
    ['an error', { status: 500 } as const, 'calendar_unreachable', 'HTTP 500'],
    ['silence', 'hang' as const, 'calendar_unreachable', 'no answer in time'],
    ['a login page', { status: 200, body: '<html>' } as const, 'calendar_invalid', 'no BEGIN:VCALENDAR'],
    [
      'every second of every day',
      { status: 200, body: ics(event('DTSTART:20251101T000000Z', 'DTEND:20251101T000001Z', EVERY_SECOND, 'SUMMARY:carol')) } as const,
      'calendar_invalid',
      'its repetitions are too many to be followed',
    ],
    ['too much', { status: 200, body: `BEGIN:VCALENDAR${' '.repeat(1_100_000)}` } as const, 'calendar_invalid', 'larger than 1 MB'],
  ])('keeps the last good copy after %s', async (_what, behaviour, code, reason) => {
    sink.behaviour = { status: 200, body: ics(once('alice')) };
    const opened = await calendar();
    const readAt = clock.now();
    sink.behaviour = behaviour;
    await clock.advance(MINUTE);
    await opened.refresh();
    expect(await alice(opened)).toBe('alice');
    expect(opened.state()).toEqual({ readAt, problem: { code, params: { reason } }, ignored: [] });
    sink.behaviour = { status: 200, body: ics(once('bob')) };
    await opened.refresh();
    expect(opened.state()).toEqual({ readAt: clock.now(), problem: null, ignored: [] });
    expect(await alice(opened)).toBe('bob');
  });

  it('keeps it over a restart', async () => {
    sink.behaviour = { status: 200, body: ics(once('alice')) };
    await calendar();
    sink.behaviour = { status: 404 };
    const again = await calendar();
    expect(await alice(again)).toBe('alice');
    expect(again.state().problem?.code).toBe('calendar_unreachable');
  });

  it('has nobody when it was never read, and hides its address', async () => {
    await sink.stop();
    const opened = await calendar();
    sink = await HttpSink.start();
    expect(await alice(opened)).toBeUndefined();
    expect(opened.state()).toMatchObject({ readAt: null, problem: { code: 'calendar_unreachable' } });
    expect(inspect(opened.state(), { depth: 9 })).not.toContain('private-7f3a');
  });

  it('tells a file that is not there', async () => {
    const opened = await calendar({ source: { file: join(folder, 'none.ics') } });
    expect(opened.state().problem).toMatchObject({ code: 'calendar_unreachable', params: { reason: expect.stringContaining('ENOENT') } });
  });
});

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('waited in vain');
}
