import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onCall } from '#domain/alert/oncall.ts';
import { oncall as rotas } from '#app/app/systems/oncall.ts';
import { parseConfig } from '#config/load.ts';
import { added, problemsOf } from '#test/config/sample.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { examination, examine, NEEDS } from './examine.ts';

const oncall = (keys: string): string => added(`oncall: { ${keys} }`);
const about = (keys: string) => examination(`oncall: { ${keys} }`);
const configOf = (keys: string) => parseConfig(oncall(keys), 'vigie.yaml').config;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-oncall-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A calendar with one shift from yesterday until tomorrow. */
async function calendar(title: string): Promise<string> {
  const day = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 10).replaceAll('-', '');
  const file = join(folder, 'oncall.ics');
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260101T000000Z'];
  const shift = [
    `DTSTART;VALUE=DATE:${day(-86_400_000)}`,
    `DTEND;VALUE=DATE:${day(2 * 86_400_000)}`,
    `SUMMARY:${title}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  await writeFile(file, [...lines, ...shift, ''].join('\r\n'));
  return file;
}

describe('configuration of who is on call', () => {
  it('makes a weekly rota in the zone of the configuration', async () => {
    const { client } = await rotas.open(configOf('people: [alice, bob], handover: "friday 18:30", starts: 2026-01-02'), {
      ...NEEDS,
      clock: new ManualClock(),
    });
    const rota = client?.rota(0);
    expect(rota).toEqual({
      kind: 'weekly',
      timezone: 'Europe/Paris',
      people: ['alice', 'bob'],
      handover: { weekday: 5, minute: 1_110 },
      starts: '2026-01-02',
    });
    expect(rota === undefined ? null : onCall(rota, [], Date.parse('2026-01-02T18:30:00+01:00')).current?.person).toBe('alice');
  });

  it.each([
    ['nobody', 'handover: "monday 09:00"', 'vigie.yaml:10:1: oncall: needs people, who take turns, or a calendar (ics)'],
    ['no start', 'people: [alice]', 'vigie.yaml:10:1: oncall: needs starts: a day of the week in which the first of the list begins'],
    ['a day that is none', 'people: [alice], starts: 2026-02-30', 'vigie.yaml:10:36: oncall.starts: must be a date such as 2026-01-05'],
    [
      'a handover at no time',
      'people: [alice], starts: 2026-01-05, handover: monday',
      'vigie.yaml:10:58: oncall.handover: must be a day and a time such as monday 09:00',
    ],
    ['a calendar without a place', 'people: [alice], ics: {}', 'vigie.yaml:10:28: oncall.ics: needs either url or file'],
    [
      'a calendar in two places',
      'people: [alice], ics: { url: "https://example.org/x", file: /x }',
      'vigie.yaml:10:28: oncall.ics: needs either url or file',
    ],
    ['a calendar of nobody', 'ics: { file: /x }', 'vigie.yaml:10:1: oncall: needs people or ics.names: who else is meant in the calendar?'],
  ])('refuses %s', (_what, keys, problem) => {
    expect(problemsOf(oncall(keys))).toEqual([problem]);
  });
});

describe('doctor, of who is on call', () => {
  it('names them', async () => {
    const list = await examine(rotas, about('people: [alice], starts: 2026-01-05'));
    expect(list).toEqual([{ what: 'on call', ok: true, detail: expect.stringMatching(/^alice, until \d{4}-/u) }]);
    const file = await calendar('Bob Martin');
    expect(await examine(rotas, about(`ics: { file: "${file}", names: { Bob Martin: bob } }`))).toEqual([
      { what: 'on call', ok: true, detail: expect.stringMatching(/^bob, until /u) },
    ]);
  });

  it('says what in the calendar counts for nothing, and that nobody is there', async () => {
    const file = await calendar('Dora');
    const findings = await examine(rotas, about(`people: [alice], ics: { file: "${file}" }`));
    expect(findings.map(({ ok, detail }) => [ok, detail])).toEqual([
      [false, 'nobody now: is the calendar up to date?'],
      [false, '"Dora" in the calendar counts for nothing: map it in oncall.ics.names'],
    ]);
  });

  it('tells a calendar that can not be read', async () => {
    expect(await examine(rotas, about('people: [alice], ics: { file: /nowhere.ics }'))).toEqual([
      { what: 'on call', ok: false, detail: 'calendar_unreachable' },
    ]);
  });
});
