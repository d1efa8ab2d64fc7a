import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const HOUR_MS = 3_600_000;

async function told(command: string, pattern: RegExp): Promise<string> {
  const asked = await scene.say('alice', `@vigie ${command}`);
  return textOf(await scene.reply(asked, pattern));
}

describe('a hypervisor whose node doesn’t answer for its storages', () => {
  it('lets the guests of the others be saved, and says that there is no copy', async () => {
    scene = await Scene.open();
    for (const name of ['local', 'local-lvm']) scene.hypervisor.storageOf('bob', name).unknown = '596 Broken pipe';
    await scene.say('alice', '@vigie snapshot pica01');
    await scene.post(/Done in[^]*`pica01` has the snapshot/u);
    await scene.say('alice', '@vigie backup pica01 --dry-run');
    expect(textOf(await scene.post(/Dry run/u))).toMatch(/Copy\*\* ⚠️ none: `bob` doesn't answer for its storage \(`596 Broken pipe`\)/u);
  });

  it('refuses its own guests in words that name it', async () => {
    scene = await Scene.open();
    for (const name of ['local', 'local-lvm']) scene.hypervisor.storageOf('alice', name).unknown = '500 got timeout';
    expect(await told('snapshot pica01', /doesn't answer for its storage/u)).toMatch(/`alice` doesn't answer for its storage `local-lvm`/u);
    await told('backup pica01', /`alice` doesn't answer for its storage `local`/u);
  });

  it('shows the guests all the same, what is unknown as unknown', async () => {
    scene = await Scene.open();
    scene.hypervisor.storageOf('bob', 'local').unreadable = '500 storage is not online';
    await scene.say('alice', '@vigie vms');
    const list = textOf(await scene.post(/VMs\*\*/u));
    expect(list).toMatch(/`pica01` on alice/u);
    expect(list).toMatch(/❓ backup unknown/u);
    expect(list).toMatch(/Nobody can tell what is on `local` of bob: `500 storage is not online`/u);
    expect(list).not.toMatch(/no backup/u);
  });
});

describe('a lock of Proxmox', () => {
  it('that a task has held within the hour is waited for', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie snapshot pica01 base');
    await scene.post(/Done in/u);
    scene.hypervisor.known('pica01').lock = 'backup';
    await told('snapshot pica01 next', /Proxmox is busy with `pica01` \(`backup`\)/u);
  });

  it('that no task holds for an hour is named as left over, with what a person can type', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie snapshot pica01 base');
    await scene.post(/Done in/u);
    scene.hypervisor.known('pica01').lock = 'backup';
    scene.clock.warp(HOUR_MS + 60_000);
    const { vmid } = scene.hypervisor.known('pica01');
    expect(await told('snapshot pica01 next', /is a leftover/u)).toContain(`qm unlock ${vmid}`);
    expect(await told('start pica01', /is a leftover/u)).toMatch(/lock `backup` of `pica01`/u);
  });

  it('of a guest that sleeps on disk is none', async () => {
    scene = await Scene.open();
    scene.hypervisor.known('pica01').lock = 'suspended';
    await told('snapshot pica01', /Proxmox is busy/u);
  });
});
