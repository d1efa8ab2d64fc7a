import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectSwarm, type SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { Scene, textOf, until as look } from '#test/acceptance/scene.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { labCommand, realSwarm, until, type RealSwarm } from './swarm.ts';

const YES = 'white_check_mark';
const SLOW_MS = 150_000;
const SERVICE = 'svc-web';
const POLICY = { parallelism: 1, delayMs: 0, failureAction: 'rollback', monitorMs: 5_000, order: 'stop-first' } as const;

/** What befalls the services of a real Swarm while vigie changes them. One after the other: nodes are drained and stopped. */
describe('on a real Swarm', { timeout: 2 * SLOW_MS }, () => {
  let lab: RealSwarm;
  let swarm: SwarmConnection;
  let scene: Scene;

  beforeAll(async () => {
    lab = await realSwarm();
    swarm = connectSwarm({ kind: 'socket', path: lab.socketPath });
  });
  afterAll(() => swarm.close());
  afterEach(async () => {
    await scene.close();
    await lab.removeService(SERVICE).catch(() => undefined);
  });

  const open = async (settleMs = 60_000): Promise<void> => {
    scene = await Scene.open({ swarm, speed: 1, services: { [SERVICE]: { settleMs } } });
  };

  async function approved(command: string): Promise<SeenPost> {
    await scene.say('alice', `@vigie ${command}`);
    const post = await look(
      async () => (await scene.vigiePosts()).findLast((each) => each.message.includes('⏳')),
      `the plan of ${command}`,
      () => scene.transcript(),
      30_000,
    );
    await scene.who('alice').react(post.id, YES);
    return post;
  }

  async function ends(post: SeenPost, pattern: RegExp): Promise<string> {
    return textOf(await scene.reads(post, pattern, SLOW_MS));
  }

  it('a plan refuses start-first where the old task holds a port of its node', async () => {
    const constraints = ['node.hostname==pica01'];
    await lab.createService({
      name: SERVICE,
      image: `${lab.registry}/x:v1`,
      policy: { ...POLICY, order: 'start-first' },
      hostPort: 18_090,
      constraints,
    });
    await open();
    const asked = await scene.say('alice', `@vigie deploy ${SERVICE} v2`);
    const told = textOf(await scene.reply(asked, /No node has a place/u));
    expect(told).toMatch(/pica01\S* has the port in use.*pica02\S* doesn't meet its constraints/su);
  });

  it('a plan refuses memory that no node has', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, memoryBytes: 900 * 1024 ** 3, settle: false });
    await open();
    const asked = await scene.say('alice', `@vigie deploy ${SERVICE} v2`);
    await scene.reply(asked, /No node has a place.*pica01\S* hasn't enough memory.*pica02\S* hasn't enough memory/su);
  });

  it('an update that doesn’t settle is taken back, and what ran before runs', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, replicas: 2, policy: POLICY });
    await open(3_000);
    const before = await swarm.service(SERVICE);
    // Its health check takes 20 s to agree, and stands in the image, where no plan sees it.
    const told = await ends(await approved(`deploy ${SERVICE} slow`), /Failed|Done in/u);
    expect(told).toMatch(/did not settle, so vigie took the update back/u);
    const after = await swarm.service(SERVICE);
    expect(after).toMatchObject({ specHash: before.specHash, update: { state: 'rollback_completed' } });
    await until('both to run', async () => (await swarm.service(SERVICE)).running === 2);
  });

  it('a service that is scaled to zero is deployed at once, restarted not at all, and starts as what was deployed', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, policy: POLICY });
    await lab.docker('service', 'scale', '--detach', `${SERVICE}=0`);
    await until('nothing to run', async () => (await swarm.service(SERVICE)).running === 0);
    await open();
    await scene.say('alice', `@vigie restart ${SERVICE}`);
    await scene.post(/Nothing runs: `svc-web` has no task to restart. `scale svc-web 1` starts one/u);
    expect(await ends(await approved(`deploy ${SERVICE} v2`), /Failed|Done in/u)).toMatch(/runs `x:v2`: 0\/0/u);
    await ends(await approved(`scale ${SERVICE} 1`), /Failed|Done in/u);
    expect(await swarm.service(SERVICE)).toMatchObject({ image: { tag: 'v2' }, running: 1 });
  });

  it('a deploy that fails goes back by itself, whatever the service’s own policy is', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, replicas: 2, policy: { ...POLICY, failureAction: 'pause' } });
    await open();
    expect(await ends(await approved(`deploy ${SERVICE} broken`), /Failed|Done in/u)).toMatch(/The old image is back: `x:v1`/u);
    await until('both to run', async () => (await swarm.service(SERVICE)).running === 2);
    expect(await swarm.service(SERVICE)).toMatchObject({ image: { tag: 'v1' }, update: { state: 'rollback_completed' } });
  });

  it('a restart that Docker pauses says so', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, replicas: 2, policy: { ...POLICY, failureAction: 'pause' } });
    const folder = await mkdtemp(join(tmpdir(), 'vigie-mounted-'));
    await lab.docker('service', 'update', '--detach=false', '--mount-add', `type=bind,source=${folder},target=/data`, SERVICE);
    // Without it no new task starts.
    await rm(folder, { recursive: true });
    await open();
    const told = await ends(await approved(`restart ${SERVICE}`), /Failed|Done in/u);
    expect(told).toMatch(
      /Failed[^]*Docker paused it half-way, as the service's update policy says: once the cause is mended, `restart svc-web` again/u,
    );
    expect((await swarm.service(SERVICE)).update?.state).toBe('paused');
  });

  it('a node drained in the middle of an update is told, not its image', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, replicas: 2, policy: { ...POLICY, monitorMs: 20_000 } });
    await open();
    const post = await approved(`deploy ${SERVICE} v2`);
    try {
      await until('a new task on pica02', async () =>
        (await swarm.tasks(SERVICE)).some(({ image, node, state }) => image.tag === 'v2' && node === 'pica02' && state === 'running'),
      );
      await lab.docker('node', 'update', '--availability', 'drain', 'pica02');
      const told = await ends(post, /Failed|Done in/u);
      expect(told).toMatch(/pica02\S* was drained in the middle of it, which is no fault of the image: Docker went back/u);
    } finally {
      await lab.docker('node', 'update', '--availability', 'active', 'pica02');
    }
  });

  it('a job is run again and followed to its completion', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:job`, job: { completions: 2 } });
    await open();
    expect(await ends(await approved(`restart ${SERVICE}`), /Failed|Done in/u)).toMatch(/has run again: 2\/2 completed/u);
    expect(await ends(await approved(`deploy ${SERVICE} job2`), /Failed|Done in/u)).toMatch(/has run `x:job2`: 2\/2 completed/u);
  });

  it('a job on each node is run again too, and one that fails is told with its error', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:job`, job: { completions: 'global' } });
    await open();
    expect(await ends(await approved(`restart ${SERVICE}`), /Failed|Done in/u)).toMatch(/has run again: 2\/2 completed/u);
    const failed = await ends(await approved(`deploy ${SERVICE} broken`), /Failed|Done in/u);
    expect(failed).toMatch(/The job `svc-web` failed, 0 of 2 completed: `task: non-zero exit \(3\)/u);
  });

  it('an update is followed through the loss of the Swarm’s leader', async () => {
    await lab.createService({ name: SERVICE, image: `${lab.registry}/x:v1`, replicas: 2, policy: POLICY });
    await lab.docker('node', 'promote', 'pica02');
    const pid = Number(await readFile(join(dirname(lab.socketPath), 'pica02.dockerd.pid'), 'utf8'));
    try {
      await until('a second manager', async () =>
        (await lab.docker('node', 'ls', '--filter', 'name=pica02', '--format', '{{.ManagerStatus}}')).includes('Reachable'),
      );
      await open();
      const post = await approved(`deploy ${SERVICE} v2`);
      await until('the update', async () => (await swarm.service(SERVICE)).update?.state === 'updating');
      // Without the second of two there is no leader: the first one says so to everybody who asks.
      process.kill(pid, 'SIGSTOP');
      await until('the end of the leader', async () => (await swarm.services().catch(() => null)) === null);
      await sleep(5_000);
      process.kill(pid, 'SIGCONT');
      expect(await ends(post, /Failed|Done in/u)).toMatch(/runs `x:v2`: 2\/2/u);
    } finally {
      process.kill(pid, 'SIGCONT');
      await until('a leader', async () => (await lab.docker('node', 'ls').catch(() => '')).includes('Leader'));
      await until('the demotion', async () => (await lab.docker('node', 'demote', 'pica02').catch(() => null)) !== null);
      // Docker 20.10 goes on running jobs as the leader that it was, beside the one that it has become again.
      await labCommand('restart', 'pica01');
    }
  });
});
