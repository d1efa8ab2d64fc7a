import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectSwarm, type SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { Scene, textOf, until } from '#test/acceptance/scene.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { realSwarm, type RealSwarm } from './swarm.ts';

let lab: RealSwarm;
let swarm: SwarmConnection;
let scene: Scene;
const YES = 'white_check_mark';
/** A real update takes its time: the health check, and the period in which Docker watches. */
const SLOW_MS = 150_000;

beforeAll(async () => {
  lab = await realSwarm();
  swarm = connectSwarm({ kind: 'socket', path: lab.socketPath });
});
afterAll(() => swarm.close());
afterEach(async () => {
  await scene.close();
  for (const name of ['acc-web', 'acc-db']) await lab.removeService(name).catch(() => undefined);
});

async function open(): Promise<void> {
  await lab.createService({ name: 'acc-web', image: `${lab.registry}/x:v1`, replicas: 2 });
  scene = await Scene.open({ swarm, speed: 1, services: { 'acc-db': { database: true } } });
}

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await until(
    async () => (await scene.vigiePosts()).findLast((post) => pattern.test(textOf(post))),
    `a post like ${pattern}`,
    () => scene.transcript(),
    30_000,
  );
}

async function ends(post: SeenPost, pattern: RegExp): Promise<string> {
  return textOf(await scene.reads(post, pattern, SLOW_MS));
}

async function deploy(command: string, plan: RegExp, end: RegExp): Promise<string> {
  const post = await ask(command, plan);
  await scene.who('alice').react(post.id, YES);
  return await ends(post, end);
}

const tag = async (): Promise<string | null> => (await swarm.service('acc-web')).image.tag;

describe('on a real Swarm of two nodes', () => {
  it('deploys v2, follows it, and goes back to any release by digest', { timeout: 2 * SLOW_MS }, async () => {
    await open();
    const first = (await swarm.service('acc-web')).image.digest;
    const done = await deploy('deploy acc-web v2', /x:v1` → `x:v2/u, /Done in/u);
    expect(done).toMatch(/runs `x:v2`: 2\/2/u);
    const running = (await swarm.tasks('acc-web')).filter((task) => task.desired === 'running');
    expect(running.map((task) => task.image.tag)).toEqual(['v2', 'v2']);
    await deploy('rollback acc-web --to 1', /\*\*rollback acc-web\*\*.*x:v2` → `x:v1/su, /Done in/u);
    expect((await swarm.service('acc-web')).image.digest).toBe(first);
  });

  it('ends rolled back, and shows the error of the task, when the health check fails', { timeout: 2 * SLOW_MS }, async () => {
    await open();
    const failed = await deploy('deploy acc-web bad', /x:v1` → `x:bad/u, /Failed/u);
    expect(failed).toMatch(/went back to the old image.*unhealthy/su);
    expect(await tag()).toBe('v1');
    // Docker itself refuses a rollback by hand now; vigie has its ledger, and a deploy works as ever.
    await deploy('deploy acc-web v2', /x:v1` → `x:v2/u, /Done in/u);
  });

  it('refuses an image that cannot be pulled before anybody is asked', async () => {
    await open();
    const asked = await scene.say('alice', '@vigie deploy acc-web v9');
    await scene.reply(asked, /The registry has no/u);
    const elsewhere = await scene.say('alice', `@vigie deploy acc-web ${lab.deniedRegistry}/x:v1`);
    await scene.reply(elsewhere, /does not let vigie pull|does not answer/u);
    expect((await scene.vigiePosts()).filter((post) => /Waiting/u.test(textOf(post)))).toEqual([]);
  });

  it('tells the second deploy of a service who holds the lock', { timeout: 2 * SLOW_MS }, async () => {
    await open();
    const first = await ask('deploy acc-web v2', /x:v1` → `x:v2/u);
    const second = await ask('deploy acc-web slow', /x:v1` → `x:slow/u);
    await scene.who('alice').react(first.id, YES);
    await ends(first, /Running/u);
    await scene.who('alice').react(second.id, YES);
    const alice = scene.who('alice').username;
    const held = new RegExp(`\`swarm/service:acc-web\` is held by \`\\w+\` \\(deploy acc-web, ${alice}\\)`, 'u');
    expect(await ends(second, /it has to wait/u)).toMatch(held);
    await scene.who('alice').react(second.id, 'x');
    await ends(second, new RegExp(`Refused by ${alice}`, 'u'));
    await ends(first, /Done in/u);
  });

  it('does nothing when the service changed between plan and approval', { timeout: SLOW_MS }, async () => {
    await open();
    const post = await ask('deploy acc-web v2', /x:v1` → `x:v2/u);
    await lab.docker('service', 'scale', '--detach', 'acc-web=3');
    await scene.who('alice').react(post.id, YES);
    await ends(post, /Out of date: nothing was done/u);
    await ask('operations', /waiting/u);
    expect(await tag()).toBe('v1');
    expect(textOf(await scene.post(/Replicas\*\* 3/u))).toMatch(/What changed/u);
  });

  it('refuses a second replica of a database', async () => {
    await open();
    await lab.createService({ name: 'acc-db', image: `${lab.registry}/x:v1`, replicas: 1 });
    const asked = await scene.say('alice', '@vigie scale acc-db 2');
    await scene.reply(asked, /two servers on one data directory destroy it/u);
    expect((await swarm.service('acc-db')).replicas).toBe(1);
  });

  it('shows the logs of both streams, and restarts', { timeout: SLOW_MS }, async () => {
    await open();
    await ask('logs acc-web --since 10m', /starting VERSION=v1/u);
    await ask('logs acc-web --grep stderr', /goes to stderr/u);
    const done = await deploy('restart acc-web', /\*\*restart acc-web/u, /Done in/u);
    expect(done).toMatch(/2\/2 running/u);
  });
});
