import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { Job } from '#domain/schedule/job.ts';
import type { Store } from '#ports/store.ts';
import { lookAtJobs } from '#pipeline/jobs/look.ts';
import type { JobContext } from '#pipeline/jobs/context.ts';
import { ManualClock } from '#test/lab/clock.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 28, 1);
const JOB: Job = {
  name: 'databases',
  schedule: { kind: 'every', ms: 6 * HOUR_MS, offsetMs: 0 },
  commands: [
    { text: 'backup pad', action: 'backup', target: 'pad', input: { target: 'pad' } },
    { text: 'backup blog', action: 'backup', target: 'blog', input: { target: 'blog' } },
  ],
  severity: 'warning',
};

let clock: ManualClock;
let store: Store;
beforeEach(async () => {
  clock = new ManualClock(START);
  store = await openStore(':memory:', clock);
});
afterEach(() => store.close());

const problems: object[] = [];
function contextWith(jobs: readonly Job[] = [JOB]): JobContext {
  const note = (data: object): void => void problems.push(data);
  return {
    clock,
    store,
    jobs,
    log: { info: () => undefined, warn: note, error: note },
    operationsChannel: 'ops',
    wake: () => undefined,
    entries: new Map(),
    clients: {} as JobContext['clients'],
  };
}

/** Looks at an hour of the day, on the clock as it is set then; whatever was begun is over at once. */
async function lookAt(hour: number, day = 28): Promise<void> {
  clock.step(Date.UTC(2026, 10, day, hour) - clock.now());
  await lookAtJobs(contextWith());
  for (const operation of await store.operations.operations({ states: ['received'], limit: 100 }))
    await store.operations.commit({
      transitions: [{ operation: operation.id, from: 'received', to: 'succeeded', patch: { endedAt: clock.now() } }],
    });
}

async function ledger(): Promise<readonly string[]> {
  const all = await store.occurrences.recent('databases', 100);
  return all.toReversed().map(({ dueAt, state, because }) => `${new Date(dueAt).toISOString().slice(8, 13)} ${because ?? state}`);
}

describe('a look at the jobs', () => {
  it('owes nothing of the time before the first one', async () => {
    await lookAt(1);
    expect(await ledger()).toEqual([]);
  });

  it('enters an occurrence with its operations, one behind the other, in the name of vigie', async () => {
    await lookAt(1);
    clock.step(Date.UTC(2026, 10, 28, 6) - clock.now());
    await lookAtJobs(contextWith());
    const [occurrence] = await store.occurrences.open();
    const [first, second] = await Promise.all((occurrence?.operations ?? []).map((id) => store.operations.operation(id)));
    expect(first).toMatchObject({ target: 'pad', state: 'received', means: 'schedule', quiet: true, requester: { id: 'vigie' } });
    expect(first?.job).toEqual({ name: 'databases', dueAt: Date.UTC(2026, 10, 28, 6), after: null, patienceMs: 2 * HOUR_MS });
    expect(second?.job?.after).toBe(first?.id);
  });

  it('finds nothing twice, however often it looks, at the same time too', async () => {
    await lookAt(1);
    clock.step(Date.UTC(2026, 10, 28, 6) - clock.now());
    await Promise.all(Array.from({ length: 10 }, () => lookAtJobs(contextWith())));
    expect(await ledger()).toEqual(['28T06 started']);
    expect(await store.operations.operations({ limit: 100 })).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it('makes up once for what was missed, and ends what is over', async () => {
    await lookAt(1);
    await lookAt(6);
    await lookAt(1, 29);
    await lookAt(2, 29);
    expect(await ledger()).toEqual(['28T06 succeeded', '28T12 made-up', '28T18 made-up', '29T00 succeeded']);
  });

  it('runs nothing again when the clock was set back, and goes on when it has caught up', async () => {
    await lookAt(1);
    await lookAt(6);
    await lookAt(3);
    await lookAt(6);
    await lookAt(7);
    await lookAt(12);
    await lookAt(13);
    expect(await ledger()).toEqual(['28T06 succeeded', '28T12 succeeded']);
  });

  it('is not blind for a year because the clock was a year ahead for a moment', async () => {
    await lookAt(1);
    await lookAt(6);
    await lookAt(6, 28 + 365);
    await lookAt(12);
    await lookAt(18);
    await lookAt(19);
    const past = (await store.occurrences.recent('databases', 500)).filter(({ dueAt }) => dueAt <= clock.now()).toReversed();
    expect(past.map(({ dueAt, state }) => `${new Date(dueAt).getUTCHours()} ${state}`)).toEqual([
      '6 succeeded',
      '12 succeeded',
      '18 succeeded',
    ]);
    const audit = await store.audit.entries({ since: 0, limit: 500 });
    expect(audit.filter(({ kind }) => kind === 'job-clock-back')).toHaveLength(1);
  });

  it('begins anew with a new schedule', async () => {
    await lookAt(1);
    await lookAt(6);
    clock.step(Date.UTC(2026, 10, 28, 10) - clock.now());
    const moved: Job = { ...JOB, schedule: { kind: 'every', ms: 6 * HOUR_MS, offsetMs: 3 * HOUR_MS } };
    await lookAtJobs(contextWith([moved]));
    expect(await ledger()).toEqual(['28T06 succeeded']);
  });

  it('keeps looking at the other jobs when one can not be entered', async () => {
    const broken: Job = { ...JOB, name: 'broken', schedule: { kind: 'at', minute: 0, weekdays: [], timezone: 'Nowhere/Nowhere' } };
    await lookAtJobs(contextWith([broken, JOB]));
    clock.step(6 * HOUR_MS);
    await lookAtJobs(contextWith([broken, JOB]));
    expect(await ledger()).toEqual(['28T06 started']);
    expect(problems).not.toEqual([]);
  });
});
