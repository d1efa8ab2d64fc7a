import { afterEach, describe, expect, it, vi } from 'vitest';
import { REGISTRY, Scene, textOf } from './scene.ts';
import { VigieError } from '#kernel/errors.ts';
import { GUEST_FACTS } from '#test/lab/parts.ts';
import { CRASHING } from '#test/lab/swarm/image.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const running = async (service = 'pad'): Promise<string | null> => (await scene.swarm.service(service)).image.tag;

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await scene.post(pattern);
}
async function deployed(command: string, pattern: RegExp): Promise<SeenPost> {
  const post = await ask(command, pattern);
  await scene.who('alice').react(post.id, YES);
  return await scene.reads(post, /Done in/u);
}

describe('deploy', () => {
  it('shows what changes, updates, follows, and enters the release', async () => {
    scene = await Scene.open();
    const plan = await ask('deploy pad v2', /deploy pad/u);
    expect(textOf(plan)).toMatch(/Image\*\* `pad:v1` → `pad:v2`/u);
    await scene.who('alice').react(plan.id, YES);
    const done = await scene.reads(plan, /Done in/u);
    expect(textOf(done)).toMatch(/runs `pad:v2`: 2\/2/u);
    const service = await scene.swarm.service('pad');
    expect(service.image.digest).toMatch(/^sha256:/u);
    expect((await scene.store.ledger.releases('pad', 10)).map(({ number, origin, requester }) => [number, origin, requester])).toEqual([
      [2, 'vigie', 'alice'],
      [1, 'other', null],
    ]);
  });

  it('names the newest tags where the wanted one is not there, and lists them', async () => {
    scene = await Scene.open();
    await ask(
      'deploy pad v9',
      /The registry has no `registry\.lab:5000\/pad:v9`\. The newest tags are `bad`, `v3`, `v2`, and `v1`; `tags pad` lists them/u,
    );
    const listed = textOf(await ask('tags pad', /\*\*v3\*\*/u));
    expect(listed).toMatch(/▫️ \*\*bad\*\*\n- ▫️ \*\*v3\*\*\n- ▫️ \*\*v2\*\*\n- ▶️ \*\*v1\*\*/u);
    expect(listed).toContain('Another one with `deploy pad bad`');
    scene.swarm.failNext('tags', new VigieError('registry_unreachable', { registry: 'registry.lab:5000', reason: 'connection refused' }));
    await ask('deploy pad v8', /The registry has no `registry\.lab:5000\/pad:v8`\. Was it pushed/u);
  });

  it('asks no registry for tags that was merely typed', async () => {
    scene = await Scene.open();
    const asked = vi.spyOn(scene.swarm, 'tags');
    await ask('deploy pad elsewhere.example/pad:v1', /elsewhere\.example/u);
    expect(asked).not.toHaveBeenCalled();
  });

  it('takes a bare tag, the last word of the repository, or the full name, and French', async () => {
    scene = await Scene.open();
    for (const image of ['v2', 'pad:v2', `${REGISTRY}/pad:v2`]) {
      const asked = await scene.say('alice', `@vigie déployer pad ${image} --dry-run`);
      expect(asked.message).toContain(image);
      await vi.waitFor(
        async () =>
          expect(
            (await scene.vigiePosts()).filter((post) => /Dry run/u.test(textOf(post)) && /pad:v2/u.test(textOf(post))).length,
          ).toBeGreaterThan(0),
        3_000,
      );
    }
    expect(await running()).toBe('v1');
  });

  it('says that there is nothing to do when that image runs already', async () => {
    scene = await Scene.open();
    await ask('deploy pad v1', /Nothing to do/u);
  });

  it('ends rolled back, and says why with the error of the task', async () => {
    scene = await Scene.open();
    const post = await ask('deploy pad bad', /deploy pad/u);
    await scene.who('alice').react(post.id, YES);
    const failed = await scene.reads(post, /Failed/u);
    expect(textOf(failed)).toMatch(/went back to the old image.*unhealthy/su);
    expect(textOf(failed)).toMatch(/The old image is back: `pad:v1`/u);
    await scene.reply(post, /@alice.*failed/u);
    expect(await running()).toBe('v1');
    expect(await scene.store.ledger.releases('pad', 10)).toHaveLength(1);
  });

  it('shows the exit code of an image that crashes', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push(`${REGISTRY}/pad:crash`, CRASHING);
    const post = await ask('deploy pad crash', /deploy pad/u);
    await scene.who('alice').react(post.id, YES);
    expect(textOf(await scene.reads(post, /Failed/u))).toMatch(/non-zero exit \(1\)/u);
  });

  it('refuses an image that cannot be pulled before anybody is asked', async () => {
    scene = await Scene.open();
    const asked = await scene.say('alice', '@vigie deploy pad v9');
    await scene.reply(asked, /The registry has no.*pad:v9/u);
    scene.swarm.registry.deny(`${REGISTRY}/pad`);
    const again = await scene.say('alice', '@vigie deploy pad v2');
    await scene.reply(again, /does not let vigie pull/u);
    expect((await scene.vigiePosts()).every((post) => !/Waiting for/u.test(textOf(post)))).toBe(true);
  });

  it('says that a node holds the image when the registry is down', async () => {
    scene = await Scene.open();
    scene.swarm.registry.hold(`${REGISTRY}/pad:v2`);
    scene.swarm.registry.goDown(REGISTRY);
    await ask('deploy pad v2', /The registry does not answer; a node has the image/u);
  });

  it('needs somebody else for an image from elsewhere', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push('elsewhere.lab/pad:v2');
    const post = await ask('deploy pad elsewhere.lab/pad:v2', /deploy pad/u);
    expect(textOf(post)).toMatch(/not from the repositories allowed/u);
    expect(post.message).toMatch(/@bob/u);
  });

  it('rolls back to any release, by digest', async () => {
    scene = await Scene.open();
    const first = (await scene.swarm.service('pad')).image.digest;
    await deployed('deploy pad v2', /→ `pad:v2`/u);
    await deployed('deploy pad v3', /→ `pad:v3`/u);
    await deployed('rollback pad --to 1', /\*\*rollback pad/u);
    expect((await scene.swarm.service('pad')).image.digest).toBe(first);
    await deployed('revenir pad', /`pad:v1` → `pad:v3`/u);
    expect(await running()).toBe('v3');
  });

  it('tells the second deploy of a service who holds the lock', async () => {
    scene = await Scene.open({ speed: 4 });
    const first = await ask('deploy pad v2', /→ `pad:v2`/u);
    const second = await ask('deploy pad v3', /→ `pad:v3`/u);
    await scene.who('alice').react(first.id, YES);
    await scene.reads(first, /Running/u);
    await scene.who('alice').react(second.id, YES);
    const held = await scene.reads(second, /it has to wait/u);
    expect(textOf(held)).toMatch(/`database:postgres\/pad` is held by `\w+` \(deploy pad, alice\)/u);
    await scene.reads(first, /Done in/u);
    await scene.reads(second, /Out of date/u);
    await scene.post(/`pad:v2` → `pad:v3`/u);
  });

  it('does nothing when the service changed between plan and approval, and shows the difference', async () => {
    scene = await Scene.open();
    const post = await ask('deploy pad v2', /deploy pad/u);
    const { version } = await scene.swarm.service('pad');
    await scene.swarm.update('pad', version, { replicas: 4 });
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Out of date: nothing was done/u);
    const again = await scene.post(/Replicas\*\* 4/u);
    expect(textOf(again)).toMatch(/What changed/u);
    expect(await running()).toBe('v1');
  });

  it('refuses a second replica of a database, and start-first', async () => {
    scene = await Scene.open({ services: { blog: { database: true } } });
    const asked = await scene.say('alice', '@vigie scale blog 2');
    await scene.reply(asked, /is a database: two servers on one data directory destroy it/u);
    const policy = { parallelism: 1, delayMs: 0, failureAction: 'pause', monitorMs: 5_000, order: 'start-first' } as const;
    scene.swarm.createService({ name: 'db', image: `${REGISTRY}/pad:v1`, replicas: 1, policy });
    await scene.stopVigie();
    await scene.startVigie({
      inventory: {
        namesOf: (name) => [name],
        knows: () => true,
        guest: (name) => ({ ...GUEST_FACTS, name }),
        service: (name) => ({
          name,
          environment: null,
          database: name === 'db',
          repositories: [],
          self: false,
          stackFile: null,
          most: 10,
          settleMs: 60_000,
        }),
      },
    });
    const second = await scene.say('alice', '@vigie deploy db v2');
    await scene.reply(second, /start-first/u);
  });

  it('can be stopped on the way', async () => {
    scene = await Scene.open({ speed: 4 });
    const post = await ask('deploy pad v2', /deploy pad/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Running/u);
    await scene.who('bob').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled by bob/u);
    await scene.reply(post, /@alice.*was cancelled/u);
  });

  it('says that the next stack deploy undoes it', async () => {
    scene = await Scene.open({ services: { wiki: { stackFile: 'wiki/docker-compose.yml' } } });
    scene.swarm.createService({
      name: 'wiki',
      image: `${REGISTRY}/pad:v1`,
      stack: 'wiki',
      labels: { 'traefik.frontend.rule': 'Host:wiki.picasoft.net', 'traefik.port': '80' },
    });
    const plan = textOf(await ask('deploy wiki v2', /deploy wiki/u));
    expect(plan).toMatch(/next `stack deploy` of `wiki` undoes this: change `wiki\/docker-compose.yml` too/u);
    expect(plan).toMatch(/Host:wiki\.picasoft\.net/u);
  });

  it('runs without a second person in an emergency, tells everybody, and stays open until somebody else closes it', async () => {
    scene = await Scene.open();
    scene.swarm.registry.push('elsewhere.lab/pad:v2');
    const post = await ask('deploy pad elsewhere.lab/pad:v2 --emergency "the site is down"', /deploy pad\*\* ·/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reply(post, /🚨 @bob emergency.*the site is down/u);
    await scene.reads(post, /Done in/u);
    const id = /`(\w{3,5})`/u.exec(post.message)?.[1] ?? '';
    await ask('operations', /open emergency/u);
    const own = await scene.say('alice', `@vigie close ${id}`);
    await scene.reply(own, /somebody else has to close it/u);
    await scene.say('bob', `@vigie close ${id}`);
    await scene.reads(post, /closed by bob/u);
  });
});
