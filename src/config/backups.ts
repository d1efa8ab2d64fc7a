import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import type { Keep } from '#domain/backup/retention.ts';
import { isAgeRecipient } from './age-recipient.ts';
import { ABSOLUTE, duration, NAME, sshAccess } from './kinds.ts';

const DIRECTORY = ABSOLUTE.refine(
  (path) => !/^\/+$/u.test(path) && !path.split('/').includes('..'),
  'must be a folder below /, without ..',
);
const FILE_NAME = z.string().regex(/^[^/\0]+$/u, 'must be the name of a file in the directory, without /');
const MOST_KEPT = 1_000;

/** Whoever finds out that something went wrong yesterday still has all of yesterday's. */
export const AT_LEAST = '1d';

const kept = (what: string) => z.number().int().min(0).max(MOST_KEPT).default(0).describe(what);

/** Which backups stay: the rules add up, with the meaning that restic gives to them. */
const keep = z
  .strictObject({
    within: duration.optional().describe('All that were taken less than this before the newest one, such as 7d'),
    last: kept('The newest so many'),
    daily: kept('The newest of each of so many days that have one'),
    weekly: kept('The same for weeks'),
    monthly: kept('The same for months'),
    yearly: kept('The same for years'),
    at_least: duration.default(AT_LEAST).describe('Nothing younger than this ever goes, however many there are, such as 1d'),
  })
  .refine(
    ({ within, at_least: _, ...counts }) => within !== undefined || Object.values(counts).some((count) => count > 0),
    'names no rule: write within: 7d, or last: 28',
  );

/** A week, and never fewer than four: a clock that was wrong for a day costs no backup. */
const KEEP_DEFAULT = { within: '7d', last: 4, daily: 0, weekly: 0, monthly: 0, yearly: 0, at_least: AT_LEAST } as const;

const directory = DIRECTORY.describe('Folder that is there already: vigie never makes it, since a disk that is not mounted has none');
const marker = FILE_NAME.optional().describe('A file that must be in it: the empty folder under a disk that is not mounted has none');

const copy = z.strictObject({
  directory,
  marker,
  ssh: sshAccess('user@host: an account that may write there and has SFTP')
    .optional()
    .describe("The machine; without it the folder is on vigie's own"),
  age: z
    .string()
    .refine(
      (text) => !/^AGE-SECRET-KEY/iu.test(text),
      'is the secret key: whoever breaks in here would read all backups. The recipient begins with age1',
    )
    .refine(
      (text) => /^AGE-SECRET-KEY/iu.test(text) || isAgeRecipient(text),
      'must be an age recipient, as `age-keygen -y` prints it: age1…',
    )
    .optional()
    .describe('age recipient that copies are encrypted to; its key stays away from here'),
});

const COPY_NAME = NAME.regex(/^[a-z0-9][a-z0-9-]{0,30}$/u, 'must be a name of small letters, digits and -').refine(
  (name) => name !== MAIN_PLACE,
  'is what the first place is called',
);

/** What people see as the name of `backups.directory`. */
export const MAIN_PLACE = 'main';

/** `backups:` of vigie.yaml. */
export const backups = z.strictObject({
  directory,
  marker,
  full: z.number().int().min(50).max(99).default(85).describe('How full a place may become, in percent: nothing is written beyond'),
  keep: keep.default(KEEP_DEFAULT).describe('Which backups stay'),
  targets: z
    .record(NAME, z.strictObject({ keep: keep.describe('Which of its backups stay') }))
    .default({})
    .describe('Databases with rules of their own, by name'),
  copies: z.record(COPY_NAME, copy).default({}).describe('Other places that get a copy of each backup, by name'),
});

export type BackupsConfig = z.output<typeof backups>;

/** In the form that retention reads. */
export function keepOf({ keep: common, targets }: BackupsConfig, target: string): Keep {
  const { within, at_least: atLeast, ...counts } = (Object.hasOwn(targets, target) ? targets[target]?.keep : undefined) ?? common;
  return { withinMs: within === undefined ? 0 : (parseDuration(within) ?? 0), atLeastMs: parseDuration(atLeast) ?? 0, ...counts };
}
