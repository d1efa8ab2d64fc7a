import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '#domain/schedule/job.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { Severity } from '#domain/alert/rule.ts';
import { received } from '#test/domain/operation/machine.ts';
import { POLICY } from '#test/lab/parts.ts';
import { Scene, textOf, until, type SceneOptions } from './scene.ts';

const HOUR_MS = 3_600_000;
/** Restarting is taken for safe here: a job may do it without asking. */
const RESTARTS: Policy = { ...POLICY, rules: [{ match: { action: 'restart' }, set: { risk: 'safe' } }] };

function restart(service: string) {
  return { text: `restart ${service}`, action: 'restart', target: service, input: { service } };
}

function job(name: string, services: readonly string[], severity: Severity = 'warning'): Job {
  return { name, schedule: { kind: 'every', ms: 6 * HOUR_MS, offsetMs: 0 }, commands: services.map(restart), severity };
}

let scene: Scene;
afterEach(() => scene.close());

async function open(jobs: readonly Job[], options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({ policy: RESTARTS, ...options, parts: { jobs: { jobs, waker: null }, ...options.parts } });
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
      groupMembers: unreachable,
      channel: unreachable,
      channelMembers: unreachable,
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
    await scene.startVigie({ jobs: { jobs: [job('nightly', ['pad'])], waker: null } });
    await scene.store.operations.commit({ unlock: 'zzz' });
    await scene.post(/blog.*does not ask for `restart`/su);
    expect((await ended('nightly')).state).toBe('failed');
  });
});

/** Somebody else's operation, which holds what a job wants. */
async function blocker() {
  return received({ id: 'zzz', state: 'indeterminate', createdAt: scene.clock.now() });
}
