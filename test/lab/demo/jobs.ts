import type { Clock } from '#kernel/clock.ts';
import type { Job, JobCommand } from '#domain/schedule/job.ts';
import { FRESH_WITHIN } from '#pipeline/jobs/expected.ts';
import type { JobParts } from '#pipeline/jobs/start.ts';
import type { Store } from '#ports/store.ts';
import { LAST_DUMPS_MS } from './databases.ts';

const MINUTE_MS = 60_000;
const EVERY_MS = 6 * 3_600_000;
const DUMPS_TOOK_MS = 94_000;
const SUMMARY_MINUTE = 8 * 60;
const DRILL_MINUTE = 4 * 60 + 30;

interface Given {
  readonly clock: Clock;
  readonly store: Pick<Store, 'operations'>;
  readonly timezone: string;
  readonly databases: readonly string[];
}

/** The dumps of every six hours, the last of which the ledger has already, and a drill on Sundays. */
export async function demoJobs({ clock, store, timezone, databases }: Given): Promise<JobParts> {
  const last = minuteOf(clock.now() - LAST_DUMPS_MS);
  const dumps: Job = {
    name: 'databases',
    schedule: { kind: 'every', ms: EVERY_MS, offsetMs: last % EVERY_MS },
    commands: databases.map((name) => typed('backup', { target: name })),
    severity: 'critical',
  };
  const drill: Job = {
    name: 'drill',
    schedule: { kind: 'at', minute: DRILL_MINUTE, weekdays: [0], timezone },
    commands: [typed('drill', { database: 'etherpad' })],
    severity: 'warning',
  };
  const done = { job: dumps.name, dueAt: last, operations: [], because: null, enteredAt: last, endedAt: last + DUMPS_TOOK_MS };
  await store.operations.commit({ occurrences: [{ kind: 'enter', occurrence: { ...done, state: 'succeeded' } }] });
  return { jobs: [dumps, drill], waker: null, summaryMinute: SUMMARY_MINUTE, within: FRESH_WITHIN };
}

/** A command of one word, as people would type it. */
function typed(action: string, input: Readonly<Record<string, string>>): JobCommand {
  const [target = ''] = Object.values(input);
  return { text: `${action} ${target}`, action, target, input };
}

function minuteOf(at: number): number {
  return at - (at % MINUTE_MS);
}
