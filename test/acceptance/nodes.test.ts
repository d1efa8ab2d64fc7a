import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { REGISTRY, Scene, textOf, type SceneOptions } from './scene.ts';

const YES = 'white_check_mark';

let scene: Scene;
afterEach(() => scene.close());

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open(options);
}

/** What a person reads, with ordinary spaces. */
const wordsOf = (post: SeenPost): string => textOf(post).replaceAll('\u00a0', ' ');

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await scene.post(pattern);
}

const availabilityOf = async (hostname: string) => (await scene.swarm.nodes()).find((node) => node.hostname === hostname)?.availability;

describe('drain', () => {
  it('says what moves where, waits for the requester, and is done when it runs there', async () => {
    await open();
    const post = await ask('drain pica02', /Waiting for a ✅/u);
    expect(wordsOf(post)).toContain('- **Takes all tasks** off `pica02`, which takes none until `activate pica02`');
    expect(wordsOf(post)).toContain('- `pad` → `pica01`');
    await scene.who('alice').react(post.id, YES);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toContain('`pica02` holds no task any more; of what moved, ');
    expect(await availabilityOf('pica02')).toBe('drain');
    expect((await scene.swarm.tasks('pad')).filter(({ state }) => state === 'running').map(({ node }) => node)).toEqual([
      'pica01',
      'pica01',
    ]);
  });

  it('is a danger where a database has to stay, and says why it has', async () => {
    await open({ services: { postgres: { database: true } } });
    scene.swarm.createService({ name: 'postgres', image: `${REGISTRY}/pad:v1`, constraints: ['node.hostname==pica02'] });
    const post = await ask('drain pica02', /Waiting for 1 ✅ from somebody else/u);
    const plan = wordsOf(post);
    expect(plan).toContain("⚠️ **`postgres` stops** until `activate pica02`: `pica01` doesn't meet its constraints");
    expect(plan).toContain('⚠️ `postgres`: a database that stays away meanwhile');
    expect(plan.indexOf('stops')).toBeLessThan(plan.indexOf('Takes all tasks'));
    await scene.who('bob').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('⚠️ Without a place: `postgres`');
  });

  it('is a danger for the last manager', async () => {
    await open();
    const post = await ask('drain pica01', /Waiting for 1 ✅ from somebody else/u);
    expect(wordsOf(post)).toContain("⚠️ It is the Swarm's **last manager**");
  });

  it('has nothing to do for what is drained, and names the nearest node', async () => {
    await open();
    scene.swarm.setNode('pica02', { availability: 'drain' });
    await ask('drain pica02', /`pica02` is drained already/u);
    await ask('drain pica03', /The Swarm knows no node `pica03`\. Did you mean `pica0[12]`\?/u);
  });

  it('tells of what does not come up elsewhere', async () => {
    await open();
    scene.swarm.registry.push(`${REGISTRY}/slow:v1`, { startMs: 40 * 60_000 });
    scene.swarm.createService({ name: 'slow', image: `${REGISTRY}/slow:v1`, replicas: 2 });
    const post = await ask('drain pica02', /Waiting for/u);
    await scene.who('alice').react(post.id, YES);
    const failed = wordsOf(await scene.reads(post, /Failed/u));
    expect(failed).toContain("`pica02` takes no tasks any more, but `slow` doesn't run in full elsewhere.");
    expect(failed).toContain('`activate pica02` lets it take tasks again');
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    const post = await ask('vider pica02', /Retire tous les réplicas/u);
    await scene.who('alice').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /ne porte plus/u))).toContain('Retour par `réactiver pica02`.');
  });
});

describe('activate', () => {
  it('lets what waits come back, and says that the rest stays where it is', async () => {
    await open();
    scene.swarm.createService({ name: 'postgres', image: `${REGISTRY}/pad:v1`, constraints: ['node.hostname==pica02'] });
    scene.swarm.setNode('pica02', { availability: 'drain' });
    const post = await ask('activate pica02', /Waiting for a ✅/u);
    expect(wordsOf(post)).toContain('- `postgres` waits for a place, and may find one there');
    await scene.who('alice').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('`pica02` takes tasks again.');
    expect(await availabilityOf('pica02')).toBe('active');
  });

  it('has nothing to do for a node that takes tasks', async () => {
    await open({ language: 'fr' });
    await ask('réactiver pica02', /`pica02` prend déjà des réplicas/u);
  });
});
