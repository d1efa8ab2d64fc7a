import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { isRecord } from '#kernel/json.ts';
import { planVmBackup, runVmBackup, verifyVmBackup } from '#kit';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import { openStore } from '#adapters/store/store.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import { MemoryGuestFiles } from '#test/lab/hypervisor/memory-guest-files.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { GUEST_FACTS, labDatabases } from '#test/lab/parts.ts';
import { labBackups, labPlaces } from '#test/lab/places/lab-backups.ts';
import { sinceMidday, WarpClock } from '#test/lab/warp-clock.ts';

const HOUR_MS = 3_600_000;

async function lab({ keep = 7 }: { readonly keep?: number } = {}) {
  const clock = new WarpClock(2_000, sinceMidday());
  const hypervisor = picasoftHypervisor(clock);
  const guestFiles = new MemoryGuestFiles(hypervisor, clock);
  const store = await openStore(':memory:', clock);
  const note = (): void => undefined;
  const backups = createBackups({
    ...labBackups(labPlaces(clock)),
    databases: labDatabases(clock),
    store,
    clock,
    timezone: 'Europe/Paris',
    log: { info: note, warn: note, error: note },
  });
  const inventory = {
    guest: (name: string) => ({ ...GUEST_FACTS, name, backupKeep: keep }),
    service: () => {
      throw new Error('no service here');
    },
    namesOf: (name: string) => [name],
    knows: () => true,
  };
  const self = {
    now: () => clock.now(),
    timezone: () => 'Europe/Paris',
    about: () => ({ version: 'test', node: '', startedAt: 0 }),
    copyStore: async () => null,
  };
  const clients = { hypervisor, guestFiles, backups, inventory, self };
  const { signal } = new AbortController();
  const shown: unknown[] = [];
  return {
    ...clients,
    clients,
    clock,
    shown,
    close: () => store.close(),
    plan: async (guest: string, scheduled = true) => await planVmBackup(clients, guest, scheduled, signal),
    /** From the plan to the end, as the operation of this id. */
    async backUp(guest: string, operation: string, given: AbortSignal = signal) {
      const { basis } = await planVmBackup(clients, guest, true, given);
      const pause = async (ms: number): Promise<void> => {
        await clock.sleep(ms, given);
        given.throwIfAborted();
      };
      return await runVmBackup({
        basis,
        clients,
        operation,
        scheduled: true,
        signal: given,
        pause,
        progress: async (data) => void shown.push(data),
        step: async (_name, _mode, act) => await act(given),
      });
    },
  };
}

let vm: Awaited<ReturnType<typeof lab>>;
beforeEach(async () => {
  vm = await lab();
});
afterEach(() => vm.close());

describe('the backup of a VM', () => {
  it('is planned onto the disk of its own machine, with a copy on the other one', async () => {
    const { basis, effects } = await vm.plan('admin');
    expect(basis).toMatchObject({
      guest: 'admin',
      storage: 'local',
      folder: '/var/lib/vz',
      expected: null,
      share: 10,
      forecast: null,
      copy: { node: 'bob', folder: '/var/lib/vz', share: 10 },
      prune: [],
    });
    expect(effects.map(({ kind }) => kind)).toEqual(['vm-backup', 'vm-copy']);
  });

  it('writes, digests, enters and copies it, and shows how far it is', async () => {
    const result = await vm.backUp('admin', 'p7k');
    const [backup] = await vm.backups.list({ target: 'admin', limit: 10 });
    expect(result).toMatchObject({ bytes: 4 * GB, copied: 'bob', warnings: 0, pruned: [] });
    expect(backup).toMatchObject({ id: 'p7k', kind: 'vm', state: 'good', bytes: 4 * GB, sha256: result['sha256'], scheduled: true });
    expect(backup?.copies).toMatchObject([{ place: 'bob', path: vm.guestFiles.on('bob')[0], sha256: backup?.sha256 }]);
    expect(vm.guestFiles.on('bob')[0]).toMatch(/^\/var\/lib\/vz\/vigie\/vzdump-qemu-104-.*\.vma\.zst$/u);
    expect((await vm.hypervisor.backups(104)).files.map(({ notes }) => notes)).toEqual(['vigie p7k']);
    const doing = vm.shown.filter(isRecord).map((each) => `${String(each['doing'])} ${String(each['percent'])}`);
    expect(doing.some((each) => /^vzdump [1-9]\d*$/u.test(each))).toBe(true);
    expect(doing).toContain('copy 100');
  });

  it('keeps as many as the configuration says, and forecasts what they take', async () => {
    const few = await lab({ keep: 2 });
    for (const id of ['aaa', 'bbb', 'ccc']) {
      await few.backUp('admin', id);
      few.clock.warp(24 * HOUR_MS);
    }
    const { basis } = await few.plan('admin');
    expect((await few.backups.list({ target: 'admin', limit: 10 })).map(({ id }) => id)).toEqual(['ccc', 'bbb']);
    expect((await few.hypervisor.backups(104)).files.map(({ notes }) => notes)).toEqual(['vigie bbb', 'vigie ccc']);
    expect(few.guestFiles.on('bob')).toHaveLength(2);
    expect(basis).toMatchObject({ expected: 4 * GB, forecast: 11, prune: [{ id: 'bbb' }] });
    await few.close();
  });

  it('nine times in an hour pushes out no older good one', async () => {
    const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    for (const id of week) {
      await vm.backUp('admin', id);
      vm.clock.warp(24 * HOUR_MS);
    }
    for (let nth = 0; nth < 9; nth += 1) await vm.backUp('admin', `b${nth}x`);
    const there = async (): Promise<readonly string[]> => (await vm.backups.list({ target: 'admin', limit: 99 })).map(({ id }) => id);
    expect(await there()).toEqual(expect.arrayContaining([...week.slice(1), 'b0x', 'b8x']));
    vm.clock.warp(24 * HOUR_MS);
    await vm.backUp('admin', 'next');
    // A day later, what was too many goes: of that day one stays, and of each day before.
    vm.clock.warp(2 * HOUR_MS);
    await vm.backUp('admin', 'more');
    expect((await there()).toSorted()).toEqual(expect.arrayContaining(['b8x', 'fri', 'sat', 'sun', 'thu', 'wed'].toSorted()));
  });

  it('by hand is refused again within a day once it would leave no room for the next of all', async () => {
    await vm.backUp('admin', 'aaa');
    const storage = vm.hypervisor.storageOf('alice', 'local');
    storage.otherBytes = 161 * GB;
    await expect(vm.plan('admin', false)).rejects.toMatchObject({ code: 'backup_crowded', params: { target: 'admin', storage: 'local' } });
    expect((await vm.plan('admin', true)).basis.prune).toEqual([]);
    vm.clock.warp(25 * HOUR_MS);
    expect((await vm.plan('admin', false)).basis.prune).toEqual([]);
  });

  it('prunes neither what others took, nor what somebody protected, nor what the ledger does not know', async () => {
    const few = await lab({ keep: 1 });
    await few.backUp('admin', 'aaa');
    const storage = few.hypervisor.storageOf('alice', 'local');
    const [own] = storage.files;
    if (own === undefined) throw new Error('no file');
    storage.files = [
      { ...own, protected: true },
      { ...own, id: 'local:backup/vzdump-qemu-104-other.vma.zst', notes: 'by hand' },
      { ...own, id: 'local:backup/vzdump-qemu-104-forged.vma.zst', notes: 'vigie zzz' },
    ];
    expect((await few.plan('admin')).basis.prune).toEqual([]);
    await few.close();
  });

  it('keeps all old ones when the copy failed, and says that the backup itself is whole', async () => {
    const few = await lab({ keep: 1 });
    await few.backUp('admin', 'aaa');
    few.clock.warp(HOUR_MS);
    few.guestFiles.damageNext();
    await expect(few.backUp('admin', 'bbb')).rejects.toMatchObject({
      code: 'copy_failed',
      params: { place: 'bob', details: { backed_up: true } },
    });
    expect((await few.backups.list({ target: 'admin', limit: 10 })).map(({ id }) => id)).toEqual(['bbb', 'aaa']);
    expect(few.guestFiles.on('bob')).toHaveLength(1);
    await few.close();
  });

  it('has neither checksum nor copy where a machine is not reached over SSH', async () => {
    vm.guestFiles.forget('alice');
    const { basis } = await vm.plan('admin');
    expect([basis.folder, basis.copy]).toEqual([null, null]);
    expect(await vm.backUp('admin', 'p7k')).toMatchObject({ sha256: null, copied: null });
  });

  it('is refused where it would fill the disk, here or there', async () => {
    vm.hypervisor.storageOf('bob', 'local').otherBytes = 165 * GB;
    await expect(vm.plan('admin')).rejects.toMatchObject({ code: 'storage_full', params: { storage: 'local', share: 88 } });
    vm.hypervisor.storageOf('alice', 'local').otherBytes = 198 * GB;
    await expect(vm.plan('admin')).rejects.toMatchObject({ code: 'storage_full', params: { share: 104 } });
  });

  it('is refused where no storage takes backups', async () => {
    vm.hypervisor.storageOf('alice', 'local').active = false;
    await expect(vm.plan('admin')).rejects.toMatchObject({ code: 'storage_none', params: { node: 'alice' } });
  });

  it('fails with the task’s log, and leaves nothing in the ledger', async () => {
    vm.hypervisor.endNext('vzdump', { state: 'failed', reason: 'job failed with err -5 - Input/output error' });
    const failure: unknown = await vm.backUp('admin', 'p7k').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'task_failed', params: { reason: 'job failed with err -5 - Input/output error' } });
    expect(JSON.stringify(failure instanceof VigieError ? failure.params : null)).toContain('INFO: Starting Backup of VM 104');
    expect(await vm.backups.list({ target: 'admin', limit: 10 })).toEqual([]);
  });

  it('stops vzdump when it is cancelled', async () => {
    const calling = new AbortController();
    const running = vm.backUp('pica01', 'p7k', calling.signal);
    await vm.clock.sleep(60_000);
    const cancelled = Object.assign(new Error('cancel'), { reason: 'cancel' });
    calling.abort(cancelled);
    await expect(running).rejects.toBe(cancelled);
    expect(vm.hypervisor.history()).toMatchObject([{ kind: 'vzdump', end: { state: 'failed', reason: 'interrupted by signal' } }]);
  });

  it('is found again after a crash by its notes, or by its task', async () => {
    const { basis } = await vm.plan('admin');
    const verify = (operation: string) =>
      verifyVmBackup({ step: 'vzdump', startedAt: vm.clock.now(), operation, basis, clients: vm.clients });
    expect(await verify('p7k')).toEqual({ state: 'not-done' });
    const startedAt = vm.clock.now();
    const task = await vm.hypervisor.backup(104, 'local', 'vigie p7k');
    const finding = await verifyVmBackup({ step: 'vzdump', startedAt, operation: 'p7k', basis, clients: vm.clients });
    expect(finding).toEqual({ state: 'done', result: task });
    vm.clock.warp(HOUR_MS);
    expect(await verify('p7k')).toEqual({ state: 'done', result: null });
    expect(await verify('q8m')).toEqual({ state: 'not-done' });
  });
});
