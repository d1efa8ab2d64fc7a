import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '#domain/schedule/job.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { Severity } from '#domain/alert/rule.ts';
import { FRESH_WITHIN } from '#pipeline/jobs/expected.ts';
import type { JobParts } from '#pipeline/jobs/start.ts';
import { received } from '#test/domain/operation/machine.ts';
import { POLICY } from '#test/lab/parts.ts';
import { sinceMidday } from '#test/lab/warp-clock.ts';
import { wallTime } from '#kernel/zoned-time.ts';
import { aBackup } from '#test/domain/backup/a-backup.ts';
import { REGISTRY, Scene, textOf, until, type SceneOptions } from './scene.ts';

const HOUR_MS = 3_600_000;
/** Restarting is taken for safe here: a job may do it without asking. */
const RESTARTS: Policy = { ...POLICY, rules: [{ match: { action: 'restart' }, set: { risk: 'safe' } }] };

function restart(service: string) {
  return { text: `restart ${service}`, action: 'restart', target: service, input: { service } };
}

function job(name: string, services: readonly string[], severity: Severity = 'warning'): Job {
  return { name, schedule: { kind: 'every', ms: 6 * HOUR_MS, offsetMs: 0 }, commands: services.map(restart), severity };
}

function partsOf(jobs: readonly Job[], summaryMinute: number | null = null): JobParts {
  return { jobs, waker: null, summaryMinute, within: FRESH_WITHIN };
}

let scene: Scene;
afterEach(() => scene.close());

/** Without a place for backups, unless it is about them: else each database of the lab would have to have one. */
async function open(jobs: readonly Job[], { withBackups, ...options }: SceneOptions & { readonly withBackups?: true } = {}): Promise<void> {
  const none = withBackups === true ? {} : { backups: null };
  scene = await Scene.open({ policy: RESTARTS, ...options, parts: { ...none, jobs: partsOf(jobs), ...options.parts } });
}

/** Lets time pass up to the next occurrence, and a little more. */
function toNext(times = 1): void {
  const now = scene.clock.now();
  scene.clock.warp((Math.floor(now / (6 * HOUR_MS)) + times) * 6 * HOUR_MS + 1_000 - now);
}

async function latest(name: string) {
  return await scene.store.occurrences.latest(name);
}

async function ended(name: string, count = 1) {
  return await until(
    async () => {
      const all = (await scene.store.occurrences.recent(name, 100)).filter(({ state }) => state === 'succeeded' || state === 'failed');
      return all.length >= count ? all[0] : undefined;
    },
    `${count} occurrences of ${name} to end`,
    () => scene.transcript(),
  );
}

describe('a job', () => {
  it('does its commands one after the other, says nothing, and stands in the audit', async () => {
    await open([job('nightly', ['pad', 'blog'])]);
    toNext();
    const occurrence = await ended('nightly');
    expect(occurrence.state).toBe('succeeded');
    const [first, second] = await Promise.all(occurrence.operations.map((id) => scene.store.operations.operation(id)));
    expect(first).toMatchObject({ target: 'pad', state: 'succeeded', means: 'schedule', requester: { username: 'vigie' } });
    expect(second).toMatchObject({ target: 'blog', state: 'succeeded', quiet: true });
    expect(second?.startedAt).toBeGreaterThanOrEqual(first?.endedAt ?? Number.POSITIVE_INFINITY);
    const audit = await scene.store.audit.entries({ since: 0, limit: 50, operation: first?.id ?? '' });
    expect(audit.map(({ kind, by }) => `${kind} ${by}`)).toEqual(['requested vigie', 'planned vigie', 'started vigie', 'succeeded vigie']);
    expect((await scene.vigiePosts()).map(textOf).filter((text) => /restart|nightly/u.test(text))).toEqual([]);
  });

  it('runs while nobody can be asked who is who', async () => {
    const unreachable = () => Promise.reject(new Error('Mattermost is away'));
    await open([job('nightly', ['pad'])]);
    await scene.stopVigie();
    const directory = {
      account: unreachable,
      byUsername: unreachable,
      byUsernames: unreachable,
      groupMembers: unreachable,
      channel: unreachable,
      channelMembers: unreachable,
      shared: unreachable,
    };
    await scene.startVigie({ directory });
    toNext();
    expect((await ended('nightly')).state).toBe('succeeded');
  });

  it('is made up for once when vigie was away, however often it was missed', async () => {
    await open([job('nightly', ['pad'])]);
    toNext();
    await ended('nightly');
    await scene.stopVigie();
    toNext(3);
    await scene.startVigie();
    await ended('nightly', 2);
    await scene.stopVigie();
    await scene.startVigie();
    toNext();
    await ended('nightly', 3);
    const all = await scene.store.occurrences.recent('nightly', 10);
    expect(all.map(({ state, because }) => because ?? state)).toEqual(['succeeded', 'succeeded', 'made-up', 'made-up', 'succeeded']);
    expect(new Set(all.flatMap(({ operations }) => operations)).size).toBe(3);
  });

  it('goes on where it was when vigie stops in the middle of an occurrence', async () => {
    await open([job('nightly', ['pad', 'blog'])]);
    toNext();
    const occurrence = await until(() => latest('nightly'), 'the occurrence');
    await scene.stopVigie();
    await scene.startVigie();
    expect((await ended('nightly')).operations).toEqual(occurrence.operations);
    expect(await scene.store.occurrences.recent('nightly', 10)).toHaveLength(1);
  });

  it('waits for people in the operations channel when its plan needs them', async () => {
    await open([job('nightly', ['pad'])], { policy: POLICY });
    toNext();
    const post = await scene.post(/restart pad/u);
    expect(textOf(post)).toMatch(/🕒 job `nightly`/u);
    expect(textOf(post)).toMatch(/@alice.*@bob.*do you approve/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await scene.reads(post, /Done/u);
    expect((await ended('nightly')).state).toBe('succeeded');
  });

  it('shows what went wrong in a post of its own, once, and goes on with its other commands', async () => {
    await open([job('nightly', ['nonsuch', 'blog'])]);
    toNext();
    const occurrence = await ended('nightly');
    expect(occurrence.state).toBe('failed');
    expect((await scene.store.operations.operation(occurrence.operations[1] ?? ''))?.state).toBe('succeeded');
    const post = await scene.post(/nonsuch/u);
    expect(textOf(post)).not.toMatch(/@vigie/u);
    expect((await scene.vigiePosts()).filter((each) => /restart/u.test(textOf(each)) && each.root_id === '')).toHaveLength(1);
  });

  it('waits longer than people do for a lock', async () => {
    await open([job('nightly', ['pad'])]);
    await scene.store.operations.commit({ create: { ...(await blocker()) }, lock: { operation: 'zzz', paths: ['swarm/service:pad'] } });
    toNext();
    const occurrence = await until(() => latest('nightly'), 'the occurrence');
    const id = occurrence.operations[0] ?? '';
    await until(async () => (await scene.store.operations.operation(id))?.held, 'the operation to wait');
    scene.clock.warp(HOUR_MS);
    await scene.store.operations.commit({ unlock: 'zzz' });
    expect((await ended('nightly')).state).toBe('succeeded');
  });

  it('does not begin while its former occurrence still runs', async () => {
    await open([job('nightly', ['pad'])]);
    await scene.store.operations.commit({ create: { ...(await blocker()) }, lock: { operation: 'zzz', paths: ['swarm/service:pad'] } });
    toNext();
    const first = await until(() => latest('nightly'), 'the occurrence');
    // The clock goes on at once: the lock is still waited for when the next one is due.
    await until(async () => (await scene.store.operations.operation(first.operations[0] ?? ''))?.held, 'the operation to wait');
    await scene.store.operations.commit({
      transitions: [
        { operation: first.operations[0] ?? '', from: 'approved', to: 'approved', patch: { startBy: scene.clock.now() + 24 * HOUR_MS } },
      ],
    });
    toNext();
    await until(
      async () => (await latest('nightly'))?.because === 'running',
      'the next one to be skipped',
      () => scene.transcript(),
    );
    await scene.store.operations.commit({ unlock: 'zzz' });
    expect((await ended('nightly')).dueAt).toBe(first.dueAt);
  });

  it('asks for nothing that the configuration has no more', async () => {
    await open([job('nightly', ['pad', 'blog'])]);
    await scene.store.operations.commit({ create: { ...(await blocker()) }, lock: { operation: 'zzz', paths: ['swarm/service:pad'] } });
    toNext();
    await until(() => latest('nightly'), 'the occurrence');
    await scene.stopVigie();
    await scene.startVigie({ jobs: partsOf([job('nightly', ['pad'])]) });
    await scene.store.operations.commit({ unlock: 'zzz' });
    await scene.post(/blog.*does not ask for `restart`/su);
    expect((await ended('nightly')).state).toBe('failed');
  });
});

describe('what goes wrong by itself', () => {
  it('is an alert with its reason and its operation, until it goes well again', async () => {
    await open([job('nightly', ['late-one'])]);
    toNext();
    const { operations } = await ended('nightly');
    scene.clock.warp(60_000);
    const alert = await scene.post(/A scheduled job failed/u);
    expect(textOf(alert)).toMatch(new RegExp(`no service \`?late-one.*show ${operations[0]}`, 'su'));
    await scene.stopVigie();
    await scene.startVigie();
    scene.swarm.createService({ name: 'late-one', image: `${REGISTRY}/pad:v1`, replicas: 1 });
    toNext();
    expect((await ended('nightly', 2)).state).toBe('succeeded');
    scene.clock.warp(60_000);
    await scene.reads(alert, /Over after/u);
    expect((await scene.vigiePosts()).filter((post) => post.root_id === '' && /A scheduled job failed/u.test(textOf(post)))).toHaveLength(
      1,
    );
  });

  it('is as bad as the configuration says', async () => {
    await open([job('nightly', ['late-one'], 'critical')]);
    toNext();
    await ended('nightly');
    scene.clock.warp(60_000);
    expect(textOf(await scene.post(/A scheduled job failed/u))).toMatch(/🔴.*Critical/su);
  });

  it('is an alert as well when a backup is not there, or too old, and nothing failed', async () => {
    const weekly: Job = {
      name: 'machines',
      schedule: { kind: 'at', minute: 180, weekdays: [new Date(Date.now() + 4 * 24 * HOUR_MS).getUTCDay()], timezone: 'Europe/Paris' },
      commands: [{ text: 'backup pica01', action: 'backup', target: 'pica01', input: { target: 'pica01' } }],
      severity: 'warning',
    };
    await open([weekly]);
    scene.clock.warp(25 * HOUR_MS);
    expect(scene.vigie.alerting.desk.book.alerts.size).toBe(0);
    scene.clock.warp(2 * HOUR_MS);
    scene.clock.warp(60_000);
    const alert = await scene.post(/A backup is too old/u);
    expect(textOf(alert)).toMatch(/`pica01` has no good backup at all/u);
    await scene.store.operations.commit({
      backups: [aBackup({ id: 'b2k', kind: 'vm', target: 'pica01', at: scene.clock.now() - HOUR_MS })],
    });
    scene.clock.warp(60_000);
    await scene.reads(alert, /Over after/u);
    scene.clock.warp(27 * HOUR_MS);
    scene.clock.warp(60_000);
    await scene.post(/The newest good backup of `pica01` is of/u);
  });
});

describe('a job that reads', () => {
  const look: Job = { ...job('morning', []), commands: [{ text: 'status', action: 'status', target: null, input: {} }] };
  const told = async () => (await scene.vigiePosts()).filter((post) => /\((?:leader|meneur)/u.test(textOf(post))).length;

  it.each(['en', 'fr'] as const)('says what it found in the operations channel, once for each time, in %s', async (language) => {
    await open([look], { language });
    expect(await told()).toBe(0);
    toNext();
    expect(await ended('morning')).toMatchObject({ state: 'succeeded', operations: [] });
    await until(
      async () => (await told()) === 1,
      'the first answer',
      () => scene.transcript(),
    );
    await scene.stopVigie();
    await scene.startVigie();
    toNext();
    await ended('morning', 2);
    await until(
      async () => (await told()) === 2,
      'the second answer',
      () => scene.transcript(),
    );
  });

  it('stands beside what it does, in their order', async () => {
    await open([{ ...look, commands: [...look.commands, restart('pad')] }]);
    toNext();
    expect(await ended('morning')).toMatchObject({ state: 'succeeded', operations: [expect.any(String)] });
    await scene.post(/nodes \(leader/u);
  });
});

describe('the summary of the jobs', () => {
  const localMinute = (at: number): number => Math.floor((wallTime(at, 'Europe/Paris') % (24 * HOUR_MS)) / 60_000);
  const summaries = async () => (await scene.vigiePosts()).filter((post) => /Jobs of the last day/u.test(textOf(post)));

  it('is said once a day, tells what was made up for, and wakes nobody', async () => {
    const begin = Date.now() - sinceMidday();
    const minute = localMinute(begin + 23 * HOUR_MS);
    const parts = partsOf([job('nightly', ['pad'])], minute);
    await open([], { parts: { jobs: parts } });
    toNext();
    await ended('nightly');
    await scene.stopVigie();
    toNext(2);
    await scene.startVigie();
    await ended('nightly', 2);
    scene.clock.warp(begin + 23.1 * HOUR_MS - scene.clock.now());
    const post = await scene.post(/Jobs of the last day/u);
    expect(textOf(post)).toMatch(/all is well/u);
    expect(textOf(post)).toMatch(/nightly.*ran \d×.*missed, made up for once/u);
    expect(textOf(post)).not.toMatch(/@(?:channel|alice|bob)/u);
    await scene.stopVigie();
    await scene.startVigie();
    scene.clock.warp(HOUR_MS);
    await scene.say('alice', '@vigie whoami');
    await scene.post(/alice/u);
    expect(await summaries()).toHaveLength(1);
  });

  it('tells what failed, and of which backups', async () => {
    const begin = Date.now() - sinceMidday();
    await open([], { language: 'fr', parts: { jobs: partsOf([job('nightly', ['nonsuch'])], localMinute(begin + 7 * HOUR_MS)) } });
    toNext();
    await ended('nightly');
    scene.clock.warp(begin + 7.1 * HOUR_MS - scene.clock.now());
    const post = await scene.post(/Tâches planifiées de la journée/u);
    expect(textOf(post)).toMatch(/1 en échec/u);
    expect(textOf(post)).toMatch(/🔴 \*\*nightly\*\*.*nonsuch/u);
  });
});

describe('jobs', () => {
  it('shows how each went and when it is next', async () => {
    await open([job('nightly', ['pad']), job('other', ['nonsuch', 'blog'])]);
    await scene.say('zoe', '@vigie jobs');
    expect(textOf(await scene.post(/2 jobs, none failed/u))).toMatch(/⚪ \*\*nightly\*\* · not yet\nnext .* · `restart pad`/u);
    toNext();
    await ended('nightly');
    const { operations } = await ended('other');
    await scene.say('zoe', '@vigie tâches');
    const answer = textOf(await scene.post(/1 of 2 jobs did not go well/u));
    expect(answer).toMatch(/🟢 \*\*nightly\*\* · .*, in /u);
    expect(answer).toMatch(new RegExp(`🔴 \\*\\*other\\*\\* · failed, .* · \`${operations[0]}\``, 'u'));
  });

  it('stands in status with the age of each last backup', async () => {
    await open([job('nightly', ['nonsuch'])], { withBackups: true });
    toNext();
    await ended('nightly');
    await scene.store.operations.commit({ backups: [aBackup({ target: 'pad', at: scene.clock.now() - 2 * HOUR_MS - 90_000 })] });
    await scene.say('zoe', '@vigie status');
    const answer = textOf(await scene.post(/nothing is firing|firing:/u));
    expect(answer).toMatch(/failing job: `nightly`/u);
    expect(answer).toMatch(/last backups: `pad` 2\sh/u);
  });

  it('holds backups against how old they may be: what is late, or never was, stands first with what to type', async () => {
    await open([job('nightly', [])], { withBackups: true });
    await scene.say('zoe', '@vigie status');
    const before = textOf(await scene.post(/last backups/u));
    expect(before).toMatch(/`pad` none good/u);
    expect(before).not.toContain('needs one every');
    await scene.store.operations.commit({ backups: [aBackup({ target: 'pad', at: scene.clock.now() })] });
    scene.clock.warp(9 * HOUR_MS);
    await scene.say('zoe', '@vigie status');
    const after = textOf(await scene.post(/needs one every/u));
    expect(after).toMatch(/🔴 `pad` was last backed up well 9\sh ago, and needs one every 8\sh · `backup pad`/u);
    expect(after).toMatch(/🔴 `blog` has no good backup, and needs one every 8\sh · `backup blog`/u);
    expect(after).toMatch(/last backups: .*`blog` none good/u);
  });

  it('says the same in French', async () => {
    await open([job('nightly', [])], { withBackups: true, language: 'fr' });
    await scene.say('zoe', '@vigie état');
    await scene.post(/dernières sauvegardes/u);
    scene.clock.warp(9 * HOUR_MS);
    await scene.say('zoe', '@vigie état');
    expect(textOf(await scene.post(/il en faut une/u))).toMatch(
      /🔴 aucune bonne sauvegarde de `pad`, il en faut une toutes les 8\sh · `sauvegarder pad`/u,
    );
  });

  it('makes backups of databases in silence, and status tells their age', async () => {
    const backup = (target: string) => ({ text: `backup ${target}`, action: 'backup', target, input: { target } });
    const databases: Job = { ...job('databases', []), commands: [backup('pad'), backup('blog')] };
    await open([databases], { withBackups: true, speed: 10 });
    toNext();
    const occurrence = await ended('databases');
    expect(occurrence.state).toBe('succeeded');
    const taken = await scene.store.backups.backups({ target: null, limit: 10 });
    expect(taken.map(({ target, state, scheduled }) => `${target} ${state} ${scheduled}`).toSorted()).toEqual([
      'blog good true',
      'pad good true',
    ]);
    await scene.say('zoe', '@vigie status');
    expect(textOf(await scene.post(/last backups/u))).toMatch(/`pad` (?:less than|\d+)/u);
    expect((await scene.vigiePosts()).filter((post) => /backup (?:pad|blog)/u.test(textOf(post)))).toEqual([]);
  });

  it('says what to do where none is configured', async () => {
    await open([]);
    await scene.say('zoe', '@vigie jobs');
    await scene.post(/No job is configured/u);
  });
});

/** Somebody else's operation, which holds what a job wants. */
async function blocker() {
  return received({ id: 'zzz', state: 'indeterminate', createdAt: scene.clock.now() });
}
