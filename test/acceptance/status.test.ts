import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What `status` says of the hypervisors and their guests: the first lines, for a phone. */
async function firstLines(count: number, command = '@vigie status'): Promise<readonly string[]> {
  await scene.say('alice', command);
  return textOf(await scene.post(/firing|alerte/u))
    .trim()
    .split('\n')
    .slice(0, count);
}

describe('status, of the hypervisors', () => {
  it('is one line when all is well', async () => {
    scene = await Scene.open();
    expect(await firstLines(2)).toEqual(['🟢 Proxmox has quorum · 4/4 VMs run', expect.stringMatching(/^🟢 `pica01` active/u)]);
  });

  it('names guests that are off, unless they are meant to be', async () => {
    scene = await Scene.open({ guests: { admin: { mayBeOff: true } } });
    for (const name of ['monitoring', 'admin']) scene.hypervisor.known(name).startedAt = null;
    expect(await firstLines(3)).toEqual([
      '🟢 Proxmox has quorum · 2/4 VMs run',
      '🔴 `monitoring` is off · bob',
      expect.stringMatching(/^🟢 `pica01`/u),
    ]);
  });

  it('says that a machine is away, and with it the quorum and what is known of its guests', async () => {
    scene = await Scene.open({ language: 'fr' });
    scene.hypervisor.setOnline('bob', false);
    expect(await firstLines(3, '@vigie état')).toEqual([
      '🔴 Proxmox **n’a pas le quorum**\u00a0: lecture seule · `bob` hors ligne · 2/4 VM en marche',
      '🔴 `pica02` est dans un état inconnu · bob',
      '🔴 `monitoring` est dans un état inconnu · bob',
    ]);
  });

  it('does not call anything well that it could not ask', async () => {
    scene = await Scene.open();
    scene.hypervisor.lackRights();
    expect((await firstLines(1))[0]).toMatch(/^❔ .*VM\.Audit/u);
  });

  it('says nothing of them where none is configured', async () => {
    scene = await Scene.open({ without: ['hypervisor'] });
    expect((await firstLines(1))[0]).toMatch(/^🟢 `pica01` active/u);
  });
});
