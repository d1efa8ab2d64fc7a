import { describe, expect, it } from 'vitest';
import { ManualClock } from '#test/lab/clock.ts';
import { picasoftHypervisor } from './picasoft.ts';

function lab() {
  const clock = new ManualClock();
  return { clock, hypervisor: picasoftHypervisor(clock) };
}

describe('the hypervisor in memory', () => {
  it('takes a snapshot in its own time, under a lock', async () => {
    const { clock, hypervisor } = lab();
    const task = await hypervisor.snapshot(101, 'before', 'why');
    expect(task).toMatch(/^UPID:alice:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:qmsnapshot:101:vigie@pve!ops:$/u);
    expect((await hypervisor.task(task)).end).toEqual({ state: 'running' });
    await expect(hypervisor.start(101)).rejects.toMatchObject({ code: 'guest_busy', params: { lock: 'snapshot' } });
    await clock.advance(3_000);
    expect((await hypervisor.task(task)).end).toEqual({ state: 'ok' });
    expect(await hypervisor.snapshots(101)).toMatchObject([{ name: 'before', parent: null }]);
    expect((await hypervisor.taskLog(task, 1))[0]).toBe('TASK OK');
  });

  it('reverts what is on the disks, and leaves the guest off', async () => {
    const { clock, hypervisor } = lab();
    await hypervisor.snapshot(101, 'before', '');
    await clock.advance(3_000);
    hypervisor.known('pica01').content = 'broken';
    await hypervisor.revert(101, 'before');
    await clock.advance(8_000);
    expect(hypervisor.known('pica01').content).toBe('fresh');
    expect((await hypervisor.guest('pica01')).state).toBe('stopped');
  });

  it('writes a backup with its notes, tells how far it is, and removes it again', async () => {
    const { clock, hypervisor } = lab();
    const task = await hypervisor.backup(104, 'local', 'vigie p7k');
    await clock.advance(100_000);
    expect((await hypervisor.taskLog(task, 1))[0]).toMatch(/INFO: {2}50%/u);
    await clock.advance(100_000);
    const [file] = (await hypervisor.backups(104)).files;
    expect(file).toMatchObject({ node: 'alice', vmid: 104, notes: 'vigie p7k', bytes: 4_000_000_000 });
    await hypervisor.deleteBackup(file?.id ?? '');
    await clock.advance(1_000);
    expect((await hypervisor.backups(104)).files).toEqual([]);
  });

  it('is read-only without quorum, and says nothing of what is on a dead machine', async () => {
    const { hypervisor } = lab();
    hypervisor.setOnline('bob', false);
    await expect(hypervisor.snapshot(101, 'x', '')).rejects.toMatchObject({ code: 'hypervisor_no_quorum' });
    expect((await hypervisor.guests()).map(({ name, state }) => [name, state])).toEqual([
      ['pica01', 'running'],
      ['pica02', 'unknown'],
      ['monitoring', 'unknown'],
      ['admin', 'running'],
    ]);
  });

  it('takes an asked-for end once', async () => {
    const { clock, hypervisor } = lab();
    hypervisor.endNext('qmsnapshot', { state: 'failed', reason: 'no space' });
    const task = await hypervisor.snapshot(101, 'one', '');
    await clock.advance(3_000);
    expect((await hypervisor.task(task)).end).toEqual({ state: 'failed', reason: 'no space' });
    expect(await hypervisor.snapshots(101)).toEqual([]);
    await hypervisor.snapshot(101, 'one', '');
    await clock.advance(3_000);
    expect(await hypervisor.snapshots(101)).toHaveLength(1);
  });
});
