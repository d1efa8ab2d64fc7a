import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertTimesOf, momentOf, pagerWaysOf } from '#config/alert-parts.ts';
import { parseConfig } from '#config/load.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import { added, problemsOf } from './sample.ts';

const MINUTE = 60_000;
const window = (keys: string): string => added(`alerts: { maintenance: [{ ${keys} }] }`);

function timesOf(text: string) {
  return alertTimesOf(parseConfig(text, 'vigie.yaml').config);
}

describe('configuration of alerts', () => {
  it('fills in what nobody wrote', () => {
    const { config } = parseConfig(added(''), 'vigie.yaml');
    expect(config.alerts.rules).toBeUndefined();
    expect(alertTimesOf(config)).toEqual({
      groupWaitMs: 30_000,
      groupIntervalMs: 5 * MINUTE,
      repeatIntervalMs: 240 * MINUTE,
      postsPerMinute: 20,
      quietHours: null,
      windows: [],
      timezone: 'Europe/Paris',
      escalateAfterMs: 10 * MINUTE,
      skipAfterMs: 60 * MINUTE,
    });
    expect(ruleDefaults(config, () => null)).toMatchObject({ runEveryMs: MINUTE, bufferTimeMs: 15 * MINUTE, kibanaUrl: null });
  });

  it('reads hours and windows in the zone of vigie', () => {
    const weekly = '{ name: a, matchers: { host.name: "pica*" }, weekly: { days: [sat, sun], from: "23:30", to: "05:00" } }';
    const once = '{ name: b, matchers: { rule: x }, once: { from: 2027-01-31 20:00, to: 2027-07-31T20:00 } }';
    expect(timesOf(added(`alerts:\n  quiet_hours: { from: "23:00", to: "07:30" }\n  maintenance: [${weekly}, ${once}]`))).toMatchObject({
      quietHours: { fromMinute: 1_380, toMinute: 450 },
      windows: [
        { name: 'a', matchers: { 'host.name': 'pica*' }, when: { kind: 'weekly', days: [6, 0], fromMinute: 1_410, toMinute: 300 } },
        { name: 'b', when: { kind: 'once', from: Date.parse('2027-01-31T19:00Z'), to: Date.parse('2027-07-31T18:00Z') } },
      ],
    });
  });

  it.each([
    ['2027-03-28 01:59', 'Europe/Paris', '2027-03-28T00:59Z'],
    ['2027-03-28 03:00', 'Europe/Paris', '2027-03-28T01:00Z'],
    ['2027-10-31 04:00', 'Europe/Paris', '2027-10-31T03:00Z'],
    ['2027-01-01 00:30', 'Pacific/Auckland', '2026-12-31T11:30Z'],
    ['2027-01-01 00:30', 'Pacific/Kiritimati', '2026-12-31T10:30Z'],
    ['2027-01-01 23:30', 'Pacific/Pago_Pago', '2027-01-02T10:30Z'],
    ['2027-01-01 12:00', 'Asia/Kolkata', '2027-01-01T06:30Z'],
  ])('knows when %s is in %s', (local, zone, moment) => {
    expect(new Date(momentOf(local, zone)).toISOString()).toBe(new Date(moment).toISOString());
  });

  it.each([
    ['a relative folder', added('alerts: { rules: rules }'), ['vigie.yaml:10:18: alerts.rules: must be an absolute path']],
    [
      'a mistyped key',
      added('alerts: { group_wiat: 30s }'),
      ['vigie.yaml:10:11: alerts.group_wiat: unknown key, did you mean group_wait?'],
    ],
    [
      'a time of the day that YAML reads as a number',
      added('alerts: { quiet_hours: { from: 23, to: "07:00" } }'),
      ['vigie.yaml:10:32: alerts.quiet_hours.from: must be a text: put it in quotes'],
    ],
    [
      'a time of no day',
      added('alerts: { quiet_hours: { from: "24:00", to: "07:00" } }'),
      ['vigie.yaml:10:32: alerts.quiet_hours.from: must be a time of the day such as "03:00", in quotes'],
    ],
    [
      'maintenance of everything',
      window('name: a, matchers: {}, once: { from: 2027-01-01 10:00, to: 2027-01-01 11:00 }'),
      ['vigie.yaml:10:36: alerts.maintenance.0.matchers: must name something: it would keep everything quiet'],
    ],
    [
      'maintenance at no time',
      window('name: a, matchers: { rule: x }'),
      ['vigie.yaml:10:25: alerts.maintenance.0: needs weekly or once, and not both'],
    ],
    [
      'maintenance that ends before it begins',
      window('name: a, matchers: { rule: x }, once: { from: 2027-01-02 10:00, to: 2027-01-01 11:00 }'),
      ['vigie.yaml:10:95: alerts.maintenance.0.once.to: must be after its beginning'],
    ],
    [
      'a day that is on no calendar',
      window('name: a, matchers: { rule: x }, once: { from: 2027-13-01 10:00, to: 2028-01-01 11:00 }'),
      ['vigie.yaml:10:73: alerts.maintenance.0.once.from: is on no calendar'],
    ],
  ])('refuses %s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('takes the example of the starter configuration as it stands', () => {
    const template = readFileSync(join(import.meta.dirname, '../../templates/vigie.yaml'), 'utf8');
    const lines = template.split('\n');
    const first = lines.indexOf('# alerts:');
    const block = lines.slice(first, lines.indexOf('', first)).map((line) => line.slice(2));
    const { config } = parseConfig(added(block.join('\n')), 'vigie.yaml');
    expect(config.alerts.rules).toBe('/etc/vigie/rules');
    expect(alertTimesOf(config).windows.map(({ name }) => name)).toEqual(['backup of the machines', 'move to the new rack']);
  });
});

describe('configuration of who is woken', () => {
  const PAGERS =
    'pagers:\n  phone: { type: ntfy, topic: ops }\n  mail: { type: email, host: m, from: v@example.org, to: [a@example.org] }\n  hook: { type: webhook, url: https://example.org/hook }';
  const waking = (escalation: string): string => added(`alerts: { escalation: { ${escalation} } }\n${PAGERS}`);

  it.each([
    ['', { first: ['phone', 'hook'], second: ['mail'] }],
    ['first: [mail]', { first: ['mail'], second: ['phone', 'hook'] }],
    ['second: [phone]', { first: ['mail', 'hook'], second: ['phone'] }],
    ['first: [phone], second: [phone, mail, hook]', { first: ['phone'], second: ['phone', 'mail', 'hook'] }],
    ['first: [phone, mail, hook], second: []', { first: ['phone', 'mail', 'hook'], second: [] }],
    ['second: []', { first: ['phone', 'mail', 'hook'], second: [] }],
  ])('with { %s }', (escalation, ways) => {
    expect(pagerWaysOf(parseConfig(waking(escalation), 'vigie.yaml').config)).toEqual(ways);
  });

  it('has e-mail ring at once where there is nothing else', () => {
    const alone = added('pagers:\n  mail: { type: email, host: m, from: v@example.org, to: [a@example.org] }');
    expect(pagerWaysOf(parseConfig(alone, 'vigie.yaml').config)).toEqual({ first: ['mail'], second: ['mail'] });
  });

  it('waits for an answer as long as it says', () => {
    expect(timesOf(waking('after: 3m')).escalateAfterMs).toBe(3 * MINUTE);
  });

  it.each([
    [
      'a pager that is not there',
      'first: [phnoe]',
      ['vigie.yaml:10:33: alerts.escalation.first.0: there is no pager phnoe, did you mean phone?'],
    ],
    ['nobody at once', 'first: []', ['vigie.yaml:10:25: alerts.escalation.first: must be at least 1 of them']],
    [
      'all of them as second way',
      'second: [mail, hook, phone]',
      ['vigie.yaml:10:25: alerts.escalation.second: holds every pager: none would ring at once, unless first names one too'],
    ],
    ['no time to answer', 'after: 30s', ['vigie.yaml:10:32: alerts.escalation.after: must be at least 1m']],
  ])('refuses %s', (_what, escalation, problems) => {
    expect(problemsOf(waking(escalation))).toEqual(problems);
  });

  it('warns of a pager that no alert would ring', () => {
    const { warnings } = parseConfig(waking('first: [phone], second: [mail]'), 'vigie.yaml');
    expect(warnings).toEqual(['vigie.yaml:10:11: alerts.escalation: no alert rings hook: it is neither in first nor in second']);
  });
});
