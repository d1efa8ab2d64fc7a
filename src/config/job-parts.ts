import type { Schedule } from '#domain/schedule/schedule.ts';
import { weekdayNumber } from './alerts.ts';
import { minuteOf } from './alert-parts.ts';
import type { Finding } from './finding.ts';
import { durationMs } from './parts.ts';
import type { Config } from './schema.ts';
import type { Path } from './schema-walk.ts';

type JobConfig = Config['jobs'][string];

const LEAST_MS = 5 * 60_000;
const MOST_MS = 24 * 3_600_000;

export function jobProblems({ jobs: all }: Config): Finding[] {
  return Object.entries(all).flatMap(([name, given]) => timeProblems(given, ['jobs', name]));
}

function timeProblems({ every, offset, at, days }: JobConfig, path: Path): Finding[] {
  if ((every === undefined) === (at === undefined)) return [{ path, message: 'needs every or at, and not both' }];
  const findings: Finding[] = [];
  const ms = every === undefined ? null : durationMs(every);
  if (ms !== null && (ms < LEAST_MS || ms > MOST_MS))
    findings.push({ path: [...path, 'every'], message: 'must be from 5m to 1d: for single days write at and days' });
  if (ms !== null && days !== undefined) findings.push({ path: [...path, 'days'], message: 'goes with at only' });
  if (offset !== undefined && ms === null) findings.push({ path: [...path, 'offset'], message: 'goes with every only' });
  if (offset !== undefined && ms !== null && durationMs(offset) >= ms)
    findings.push({ path: [...path, 'offset'], message: 'must be shorter than every' });
  return findings;
}

/** Of a job without problems. */
export function scheduleOf({ every, offset, at, days = [] }: JobConfig, timezone: string): Schedule {
  if (at !== undefined) return { kind: 'at', minute: minuteOf(at), weekdays: days.map(weekdayNumber), timezone };
  return { kind: 'every', ms: durationMs(every ?? '1d'), offsetMs: offset === undefined ? 0 : durationMs(offset) };
}

/** The commands of a job, each with where it stands. */
export function commandsOf({ run }: JobConfig, path: Path): readonly { readonly text: string; readonly path: Path }[] {
  return typeof run === 'string' ? [{ text: run, path }] : run.map((text, index) => ({ text, path: [...path, index] }));
}

/** When the summary is said, and how old backups may be. */
export function jobTimesOf({ jobs_summary: summary, fresh_within: within }: Config) {
  return {
    summaryMinute: minuteOf(summary),
    within: { databaseMs: durationMs(within.databases), vmMs: durationMs(within.machines) },
  };
}
