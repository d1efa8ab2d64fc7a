import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { COMPLETING, CRASHING, HEALTHY } from '#test/lab/swarm/image.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import type { UpdatePolicy } from '#ports/swarm.ts';
import { REGISTRY, Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const HOUR_MS = 3_600_000;
const POLICY: UpdatePolicy = { parallelism: 1, delayMs: 0, failureAction: 'pause', monitorMs: 5_000, order: 'stop-first' };
const START_FIRST: UpdatePolicy = { ...POLICY, order: 'start-first' };

async function approved(command: string): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  const post = await scene.post(new RegExp(`\\*\\*${command.split(' ').slice(0, 2).join(' ')}`, 'u'));
  await scene.who('alice').react(post.id, YES);
  return post;
}

async function refused(command: string, pattern: RegExp): Promise<string> {
  const asked = await scene.say('alice', `@vigie ${command}`);
  return textOf(await scene.reply(asked, pattern));
}

describe('an update that takes its time', () => {
  it('is good though the whole of it takes far longer than a task may to settle', async () => {
    scene = await Scene.open({ services: { many: { settleMs: 20_000 } } });
    scene.swarm.registry.push(`${REGISTRY}/many:v1`, HEALTHY);
    scene.swarm.registry.push(`${REGISTRY}/many:v2`, { startMs: 10_000 });
    scene.swarm.createService({ name: 'many', image: `${REGISTRY}/many:v1`, replicas: 6, policy: { ...POLICY, delayMs: 15_000 } });
    const post = await approved('deploy many v2');
    expect(textOf(await scene.reads(post, /Done in|Failed/u))).toMatch(/runs `many:v2`: 6\/6/u);
    expect((await scene.store.ledger.releases('many', 10)).map(({ origin }) => origin)).toEqual(['vigie', 'other']);
  });

  it('is taken back when it can’t go on, and told as that', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push(`${REGISTRY}/pad:never`, { startMs: 10 * HOUR_MS });
    const before = await scene.swarm.service('pad');
    const post = await approved('deploy pad never');
    const failed = textOf(await scene.reads(post, /Failed/u));
    expect(failed).toMatch(/Failed: taken back/u);
    expect(failed).toMatch(/did not settle, so vigie took the update back/u);
    expect(failed).toMatch(/The old image is back: `pad:v1`/u);
    const after = await scene.swarm.service('pad');
    expect(after).toMatchObject({ specHash: before.specHash, running: 2, update: { state: 'rollback_completed' } });
    expect(await scene.store.ledger.releases('pad', 10)).toHaveLength(1);
  });

  it('isn’t taken back when somebody else has changed the service since', async () => {
    scene = await Scene.open({ speed: 10 });
    scene.swarm.registry.push(`${REGISTRY}/pad:never`, { startMs: 10 * HOUR_MS });
    const post = await approved('deploy pad never');
    await scene.reads(post, /Running/u);
    const { version } = await scene.swarm.service('pad');
    scene.swarm.registry.push(`${REGISTRY}/pad:theirs`, { startMs: 10 * HOUR_MS });
    await scene.swarm.update('pad', version, { image: `${REGISTRY}/pad:theirs` });
    expect(textOf(await scene.reads(post, /Failed/u))).toMatch(/has not settled, and is not taken back either: 0\/2 running/u);
    expect((await scene.swarm.service('pad')).image.tag).toBe('theirs');
  });

  it('is known to have been sent though the Swarm had no leader for a while right after', async () => {
    scene = await Scene.open();
    const lost = new VigieError('swarm_unreachable', { host: 'lab', reason: 'node lost leader status' });
    scene.swarm.failNext('update', lost, { afterEffect: true });
    await scene.say('alice', '@vigie deploy pad v2');
    const post = await scene.post(/⏳ \*\*deploy pad/u);
    await scene.who('alice').react(post.id, YES);
    await until(async () => (await scene.swarm.service('pad')).image.tag === 'v2', 'the update');
    scene.swarm.beUnreachable('does not have a leader');
    await scene.clock.sleep(20_000);
    scene.swarm.beUnreachable(null);
    expect(textOf(await scene.reads(post, /Failed|Done in|Nobody can tell/u))).toMatch(/runs `pad:v2`: 2\/2/u);
  });

  it('isn’t the image’s fault when its node is drained under it', async () => {
    scene = await Scene.open({ speed: 10 });
    scene.swarm.registry.push(`${REGISTRY}/pad:slow`, { startMs: 20_000 });
    const post = await approved('deploy pad slow');
    const node = await placed('pad', 'slow');
    scene.swarm.setNode(node, { availability: 'drain' });
    const failed = textOf(await scene.reads(post, /Failed/u));
    expect(failed).toMatch(new RegExp(`${node}\`? was drained in the middle of it, which is no fault of the image`, 'u'));
    expect(failed).not.toMatch(/The new tasks failed/u);
  });
});

/** The node of the first task of this tag. */
async function placed(service: string, tag: string): Promise<string> {
  for (;;) {
    const task = (await scene.swarm.tasks(service)).find(({ image, node }) => image.tag === tag && node !== null);
    if (task?.node != null) return task.node;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('what the plan of an update can see', () => {
  it('refuses start-first where the old task holds a port of its node, and says what to type', async () => {
    scene = await Scene.open();
    const constraints = ['node.hostname==pica01'];
    scene.swarm.createService({ name: 'web', image: `${REGISTRY}/pad:v1`, policy: START_FIRST, hostPort: 8080, constraints });
    for (const command of ['deploy web v2', 'restart web']) {
      const told = await refused(command, /No node has a place/u);
      expect(told).toMatch(/pica01\S* has the port in use.*pica02\S* doesn't meet its constraints/su);
      expect(told).toMatch(/docker service update --update-order stop-first web/u);
    }
    expect((await scene.swarm.service('web')).update).toBeNull();
  });

  it('refuses constraints that no node meets, and memory that no node has', async () => {
    scene = await Scene.open();
    scene.swarm.createService({ name: 'lost', image: `${REGISTRY}/pad:v1`, constraints: ['node.labels.disk==ssd'] });
    await refused('deploy lost v2', /No node has a place.*doesn't meet its constraints/su);
    scene.swarm.createService({ name: 'huge', image: `${REGISTRY}/pad:v1`, memoryBytes: 900 * 1024 ** 3 });
    await refused('deploy huge v2', /No node has a place.*enough memory/su);
    await refused('scale huge 2', /No node has a place.*enough memory/su);
  });

  it('warns where only some of the tasks have room', async () => {
    scene = await Scene.open();
    scene.swarm.createService({ name: 'web', image: `${REGISTRY}/pad:v1`, replicas: 1, hostPort: 8080 });
    await scene.say('alice', '@vigie scale web 4');
    expect(textOf(await scene.post(/scale web/u))).toMatch(/have room for only 1 of the 3 new tasks/u);
  });

  it('ends a restart at once where nothing runs', async () => {
    scene = await Scene.open();
    scene.swarm.createService({ name: 'off', image: `${REGISTRY}/pad:v1`, replicas: 0 });
    await scene.say('alice', '@vigie restart off');
    expect(textOf(await scene.post(/Nothing to do/u))).toMatch(/Nothing runs: `off` has no task to restart. `scale off 1` starts one/u);
  });

  it('restarts a service though another number of its tasks runs by then', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push(`${REGISTRY}/pad:dying`, { exitsAfterMs: 1_500 });
    scene.swarm.createService({ name: 'dying', image: `${REGISTRY}/pad:dying`, replicas: 3 });
    await scene.say('alice', '@vigie restart dying');
    const post = await scene.post(/⏳ \*\*restart dying/u);
    await until(async () => (await scene.swarm.service('dying')).running < 3, 'a crash');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Running|Failed/u);
  });

  it('deploys a service that has no task to run', async () => {
    scene = await Scene.open();
    scene.swarm.createService({ name: 'off', image: `${REGISTRY}/pad:v1`, replicas: 0 });
    const post = await approved('deploy off v2');
    expect(textOf(await scene.reads(post, /Done in|Failed/u))).toMatch(/runs `pad:v2`: 0\/0/u);
  });
});

describe('a job', () => {
  it('is run again by a deploy or a restart, and followed to its completion', async () => {
    scene = await Scene.open();
    for (const tag of ['v1', 'v2']) scene.swarm.registry.push(`${REGISTRY}/job:${tag}`, COMPLETING);
    scene.swarm.createService({ name: 'nightly', image: `${REGISTRY}/job:v1`, job: { completions: 2 } });
    const deploy = await approved('deploy nightly v2');
    expect(textOf(deploy)).toMatch(/A job\*\*: it runs again, until 2 tasks have completed/u);
    expect(textOf(await scene.reads(deploy, /Done in|Failed/u))).toMatch(/has run `job:v2`: 2\/2 completed/u);
    const restart = await approved('restart nightly');
    expect(textOf(await scene.reads(restart, /Done in|Failed/u))).toMatch(/has run again: 2\/2 completed/u);
  });

  it('that fails is told with the error of its task', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push(`${REGISTRY}/job:bad`, CRASHING);
    scene.swarm.createService({ name: 'nightly', image: `${REGISTRY}/job:bad`, job: { completions: 1, tries: 1 } });
    const post = await approved('restart nightly');
    expect(textOf(await scene.reads(post, /Failed/u))).toMatch(/The job `nightly` failed, 0 of 1 completed: `task: non-zero exit \(1\)/u);
  });

  it('can’t be scaled', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push(`${REGISTRY}/job:v1`, COMPLETING);
    scene.swarm.createService({ name: 'nightly', image: `${REGISTRY}/job:v1`, job: { completions: 1 } });
    await refused('scale nightly 2', /is a job: its number of tasks can't be set/u);
  });
});
