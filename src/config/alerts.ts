import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import { ABSOLUTE, baseUrl, CHANNEL, duration, NAME } from './kinds.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const CLOCK = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'must be a time of the day such as "03:00", in quotes');
const MOMENT = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/u, 'must be a local time such as 2027-01-31 20:00')
  .refine((text) => !Number.isNaN(Date.parse(`${text.replace(' ', 'T')}Z`)), 'is on no calendar');

const quietHours = z.strictObject({
  from: CLOCK.describe('When they begin'),
  to: CLOCK.describe('When they end; it may be after midnight'),
});

const maintenance = z.strictObject({
  name: NAME.describe('What is done then, for those who ask'),
  matchers: z
    .record(NAME, NAME)
    .refine((matchers) => Object.keys(matchers).length > 0, 'must name something: it would keep everything quiet')
    .describe('Which alerts: rule, severity or fields such as host.name; * stands for any run of letters'),
  weekly: z
    .strictObject({ days: z.array(z.enum(WEEKDAYS)).min(1).describe('Days on which it begins'), ...quietHours.shape })
    .optional()
    .describe('Every week'),
  once: z
    .strictObject({ from: MOMENT.describe('When it begins'), to: MOMENT.describe('When it ends') })
    .optional()
    .describe('One time'),
});

const escalation = z.strictObject({
  after: duration
    .refine((text) => (parseDuration(text) ?? 60_000) >= 60_000, 'must be at least 1m')
    .default('10m')
    .describe('How long each step of waking somebody waits for an answer, such as 10m'),
  first: z
    .array(NAME)
    .min(1)
    .optional()
    .describe('Pagers that ring at once for a critical alert; if not given, all that are not in second'),
  second: z.array(NAME).optional().describe('Pagers that ring when nobody answered; if not given, all that are not in first'),
});

/** What is common to all rules. Times are in vigie's zone. */
export const alerts = z.strictObject({
  rules: ABSOLUTE.optional().describe('Folder of the rule files; without it vigie watches only itself'),
  channel: CHANNEL.optional().describe('Where alerts are posted; the operations channel if not given'),
  run_every: duration.default('1m').describe('How often a rule looks that does not say it, such as 1m'),
  buffer_time: duration.default('15m').describe('How far back a rule looks that does not say it, such as 15m'),
  group_wait: duration.default('30s').describe('A new post waits so long for more alerts of its group'),
  group_interval: duration.default('5m').describe('Time between two notifications of a group that grows'),
  repeat_interval: duration.default('4h').describe('An alert that nobody took is told again after this time'),
  skip_after: duration.default('1h').describe('Time that is too much for Elasticsearch to look at is given up after so long, and named'),
  posts_per_minute: z.int().min(1).default(20).describe('What is above this becomes one digest'),
  kibana_url: baseUrl.optional().describe("Kibana's address: posts link to the documents there"),
  takes_over: z
    .array(z.string().regex(/^[a-z0-9_]+$/u, 'must be the name of an alerter, as in `alert: slack`'))
    .default([])
    .describe(
      "Alerters of ElastAlert's rules in whose place vigie's post stands, such as slack, email; a rule with another one is refused",
    ),
  quiet_hours: quietHours.optional().describe('Hours within which warnings wait; critical alerts never do'),
  escalation: escalation
    .prefault({})
    .describe('Who wakes people, and in which order; without first and second, e-mail comes second if there is another way'),
  maintenance: z.array(maintenance).default([]).describe('Announced work: alerts that match need nobody while it lasts'),
});

/** The number that JavaScript has for a day. */
export function weekdayNumber(day: (typeof WEEKDAYS)[number]): number {
  return WEEKDAYS.indexOf(day);
}
