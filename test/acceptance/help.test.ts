import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rule } from '#test/domain/alert/builders.ts';
import { Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open({ rules: [rule({ name: 'disk_full', enabled: false })] });
});
afterAll(() => scene.close());

async function slash(text: string, who = 'alice'): Promise<string> {
  const user = scene.who(who).id;
  const place = { channel: scene.ops.id, root: null, direct: false };
  return await scene.vigie.gateway.slash({ trigger: scene.mattermost.triggerOf(user), command: 'ops', text, user, ...place });
}

describe('help', () => {
  it('is nine lines by need', async () => {
    const lines = (await slash('help')).split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe('- 🌙 What is wrong? `status`, `alerts`, `logs` · `help night`');
    expect(lines[8]).toContain('`help ACTION` tells all about one');
  });

  it('speaks the language of whoever asks', async () => {
    await scene.admin.me.rest.tell('PUT', `/users/${scene.who('bob').id}/patch`, { locale: 'fr' });
    scene.clock.warp(61_000);
    await slash('whoami', 'bob');
    expect(await slash('aide', 'bob')).toContain('Qu’est-ce qui ne va pas');
    expect(await slash('aide dimensionner', 'bob')).toContain('`dimensionner SERVICE RÉPLICAS`');
  });

  it('shows whoever may only look only what they may', async () => {
    expect(await slash('help', 'zoe')).not.toContain('deploy');
    expect(await slash('help', 'eve')).toContain('You have no role here');
  });

  it.each(['night', 'services', 'back', 'backups', 'machines', 'disks', 'alerts', 'people', 'nuit', 'retour', 'personnes'])(
    'has a page for %s',
    async (topic) => {
      const page = await slash(`help ${topic}`);
      expect(page).toMatch(/^\*\*\S+ .+\*\*\n- \*\*/u);
      const [need = ''] = page.split('\n\n');
      expect(need.split('\n').length).toBeLessThanOrEqual(15);
    },
  );

  it('names every action under a need', async () => {
    const pages = await Promise.all(
      ['night', 'services', 'back', 'backups', 'machines', 'disks', 'alerts', 'people'].map((topic) => slash(`help ${topic}`)),
    );
    const ids = [...scene.vigie.context.entries.keys()].filter((id) => id !== 'help');
    expect(ids.filter((id) => !pages.some((page) => page.includes(`- **${id}**: `)))).toEqual([]);
  });

  it.each([
    ['alerts', 'alerts [ALERT]'],
    ['backups', 'backups [TARGET]'],
    ['disks', 'disks [HOST]'],
    ['machine', 'machine MACHINE'],
    ['machines', 'machines'],
    ['services', 'services'],
  ])('tells of %s as a need, and below as an action', async (word, usage) => {
    const [need = '', action = ''] = (await slash(`help ${word}`)).split('\n\n');
    expect(need).toMatch(/^\*\*\S+ .+\*\*\n- \*\*/u);
    expect(action).toMatch(new RegExp(`^\\*\\*${word}\\*\\*: `, 'u'));
    expect(action).toContain(`\n\`${usage}`);
  });

  it('shows code in a summary as code', async () => {
    expect(await slash('help freeze')).toContain('or everything (`*`) against');
  });

  it('tells of an action each word in words, with names that are there, and who approves', async () => {
    const page = await slash('help scale');
    expect(page).toContain('`scale SERVICE REPLICAS`');
    expect(page).toContain('- `REPLICAS`: how many tasks, from 0 on');
    expect(page).toContain('For example: `scale pad 2`');
    expect(page).toMatch(/Your own ✅ will do, or one of `operator`/u);
    expect(await slash('help revert')).toMatch(/Somebody else approves it/u);
  });

  it('knows every word of every action, in both languages', () => {
    const { entries } = scene.vigie.context;
    for (const [id, { shape }] of entries)
      for (const language of ['en', 'fr'] as const)
        for (const { name } of [...shape.positional, ...shape.options]) {
          const fields = scene.words(language, 'explained');
          expect(
            fields.some((line) => line.startsWith(`${name}=`)),
            `${language}: ${id} ${name}`,
          ).toBe(true);
        }
  });

  it('gives examples that work here', async () => {
    const { entries, clients } = scene.vigie.context;
    const at = new Date(scene.clock.now()).toISOString();
    for (const name of ['pica01', 'pica02']) scene.search.index('metricbeat-7', { '@timestamp': at, host: { name } });
    for (const id of entries.keys()) {
      const page = await slash(`help ${id}`);
      const line = page.split('\n').find((each) => each.startsWith('For example:')) ?? '';
      const examples = [...line.matchAll(/`([^`]+)`/gu)].map(([, text]) => text ?? '');
      for (const example of examples) {
        const said = await slash(example);
        expect(said, example).not.toMatch(
          /Unknown action|has no option|needs|does not know|is no good|no service|no VM|no database|no rule|neither an alert/u,
        );
      }
    }
    expect(clients.catalogue.names.length).toBeGreaterThan(50);
  });
});
