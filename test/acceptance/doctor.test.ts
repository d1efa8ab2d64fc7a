import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf, type SceneOptions } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function answer(text: string, pattern: RegExp, options: SceneOptions = {}): Promise<string> {
  scene = await Scene.open(options);
  return await again(text, pattern);
}

async function again(text: string, pattern: RegExp): Promise<string> {
  await scene.say('alice', `@vigie ${text}`);
  return textOf(await scene.post(pattern)).replaceAll('\u00a0', ' ');
}

describe('version', () => {
  it('says which vigie this is, and since when it runs', async () => {
    expect(await answer('version', /vigie test on Node\.js/u)).toMatch(/vigie test on Node.js v\d+\.\S+, for .+ \(since /u);
  });
});

describe('doctor', () => {
  it('says in a few lines what answers, what does not, and what is not there', async () => {
    const well = await answer('doctor', /✓ Swarm/u);
    expect(well).toContain('✓ Proxmox');
    expect(well).toContain('○ on call: not configured');
    expect(well).toContain('○ no rules: nothing is watched');
    expect(well).toContain('All is well · `vigie doctor`');
    scene.swarm.beUnreachable('no route to host');
    const ill = await again('doctor', /✗ Swarm/u);
    expect(ill).toMatch(/✗ Swarm: .*no route to host/u);
    expect(ill).toContain('1 thing is wrong');
  });

  it('names what else does not answer: Elasticsearch, a server of databases, storage', async () => {
    expect(await answer('doctor', /✓ Swarm/u)).toMatch(/✓ .*Elasticsearch.*GlusterFS|✓ .*GlusterFS.*Elasticsearch/u);
    scene.search.faults.all('unreachable');
    scene.databases.server('postgres').down = 'connection refused';
    const ill = await again('doctor', /✗ .*Elasticsearch/u);
    expect(ill).toMatch(/✗ Elasticsearch/u);
    expect(ill).toMatch(/✗ database server `postgres`: .*connection refused/u);
    expect(ill).toContain('✓ database server `mariadb`');
    expect(ill).toContain('2 things are wrong');
  });

  it('is not well while status has troubles of another kind', async () => {
    scene = await Scene.open();
    scene.hypervisor.loseQuorum();
    const ill = await again('doctor', /Swarm/u);
    expect(ill).toMatch(/✗ \d+ other troubles?: `status` tells what/u);
    expect(ill).not.toContain('All is well');
  });

  it('speaks French', async () => {
    const text = await answer('diagnostic', /Swarm/u, { language: 'fr', without: ['swarm'] });
    expect(text).toContain('○ Swarm : pas configuré');
    expect(text).toContain('Tout va bien');
  });
});
