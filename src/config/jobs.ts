import { z } from 'zod';
import { SEVERITIES } from '#domain/alert/rule.ts';
import { CLOCK, WEEKDAYS } from './alerts.ts';
import { duration, NAME } from './kinds.ts';

const COMMANDS = 'must be a command or a list of commands, such as backup etherpad';

const job = z.strictObject({
  every: duration.optional().describe('At whole multiples in UTC, such as 6h: 00:00, 06:00, 12:00, 18:00'),
  offset: duration.optional().describe('So much later than these, such as 30m'),
  at: CLOCK.optional().describe('Once on each day, at this time in the zone of the configuration'),
  days: z.array(z.enum(WEEKDAYS)).min(1).optional().describe('Only on these days'),
  run: z
    .union([NAME, z.array(NAME).min(1)], COMMANDS)
    .describe('What people would type, one after the other; * stands for each database of the configuration'),
  severity: z.enum(SEVERITIES).default('warning').describe('How bad it is when it fails'),
});

/** What vigie does by itself, by name. */
export const jobs = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/u, 'must be a word of small letters, digits and -'), job)
  .default({});

/** How old the newest good backup may be. */
export const freshWithin = z.strictObject({
  databases: duration.default('8h').describe('Of a database'),
  machines: duration.default('26h').describe('Of a virtual machine that a job makes backups of'),
});

export const jobsSummary = CLOCK.default('08:00');
