import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const tag = async (): Promise<string | null> => (await scene.swarm.service('pad')).image.tag;
const dumps = async () => await scene.store.backups.backups({ target: 'pad', limit: 10 });

async function asked(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  const plan = await scene.post(pattern);
  await scene.who('alice').react(plan.id, 'white_check_mark');
  return plan;
}

describe('a deploy of a service with a database', () => {
  it('dumps the database first, and says so before and after', async () => {
    scene = await Scene.open();
    const plan = await asked('deploy pad v2', /deploy pad/u);
    expect(textOf(plan)).toMatch(/First\*\* a dump of `pad`/u);
    const done = await scene.reads(plan, /Done in/u);
    const [dump] = await dumps();
    expect(dump).toMatchObject({
      state: 'good',
      purpose: 'routine',
      tables: [{ name: 'public.notes', rows: 120 }, { name: 'public.people' }],
    });
    expect(textOf(done)).toContain(`Dumped before: \`pad\` (\`${dump?.id}\`)`);
  });

  it('changes nothing when the dump fails', async () => {
    scene = await Scene.open();
    scene.databases.spoilDumps('pad', 'killed');
    const plan = await asked('deploy pad v2', /deploy pad/u);
    const failed = await scene.reads(plan, /Failed/u);
    expect(textOf(failed)).toMatch(/dump of `pad` failed.*signal KILL/su);
    expect(await tag()).toBe('v1');
    expect(await dumps()).toEqual([]);
  });

  it('does without it for whoever asks for that, and warns', async () => {
    scene = await Scene.open();
    scene.databases.server('postgres').down = 'connection refused';
    const plan = await asked('deploy pad v2 --no-dump', /deploy pad/u);
    expect(textOf(plan)).toMatch(/Without a dump of `pad`: its data has no way back/u);
    await scene.reads(plan, /Done in/u);
    expect(await tag()).toBe('v2');
    expect(await dumps()).toEqual([]);
  });

  it('is named by the rollback, which leaves the data as it is', async () => {
    scene = await Scene.open();
    await scene.reads(await asked('deploy pad v2', /deploy pad/u), /Done in/u);
    const [dump] = await dumps();
    const plan = await asked('rollback pad', /\*\*rollback pad/u);
    expect(textOf(plan)).toMatch(new RegExp(`The data\\*\\* stays as it is now.*\`restore pad --from ${dump?.id}\``, 'u'));
    await scene.reads(plan, /Done in/u);
    expect(await tag()).toBe('v1');
  });
});
