import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { GuestDetail, Hypervisor, HypervisorTask } from '#ports/hypervisor.ts';

/**
 * A Proxmox of two nodes, and the means to move it. After `reset`: pica01 (101) on alice runs and its agent answers, pica02 (102) on bob runs,
 * scratch (103) on alice is off; no snapshots, no backups, no tasks; `local` takes backups on both nodes.
 */
export interface HypervisorLab {
  readonly hypervisor: Hypervisor;
  reset(): Promise<void>;
  /** Lets time pass until `look` finds something. */
  until<T>(look: () => Promise<T | null>): Promise<T>;
  /** The clock of the cluster. */
  now(): number;
  /** From now on tasks take their time: a backup is still being written when one looks. */
  beSlow(): Promise<void>;
  loseQuorum(): Promise<void>;
  setOnline(node: string, online: boolean): Promise<void>;
  /** Proxmox is busy with a guest. */
  lock(vmid: number, lock: string | null): Promise<void>;
  /** The guest doesn't shut down when it is asked to. */
  beDeaf(vmid: number): Promise<void>;
  /** Proxmox HA manages the guest from now on. */
  manage(vmid: number): Promise<void>;
  setAgent(vmid: number, state: 'answers' | 'silent' | 'absent'): Promise<void>;
  /** One more guest, which is off. */
  createGuest(vmid: number, name: string, node: string): Promise<void>;
  /** Its disks are copied to another node by a job, which ran a quarter of an hour ago. */
  replicateTo(vmid: number, target: string): Promise<void>;
  /** That job's runs fail from now on. */
  breakReplication(vmid: number, why: string): Promise<void>;
  /** The guest's file is moved to another node's folder. */
  giveTo(vmid: number, node: string): Promise<void>;
  /** The next task of this kind ends with these words: `WARNINGS: 1` when it worked. */
  endNext(kind: string, words: string): Promise<void>;
  /** The token may see no guest any more. */
  hideGuests(): Promise<void>;
  /** The next snapshot is taken, and its answer is lost. */
  loseNextAnswer(): Promise<void>;
  close(): Promise<void>;
}

const [PICA01, PICA02, SCRATCH] = [101, 102, 103];

const ORDER = { node: 'alice', vmid: 150, name: 'pica01-restored', notes: 'vigie p7k', unique: true } as const;

/** What every implementation of the port `Hypervisor` does, the lab's and the real ones. */
export function describeHypervisor(name: string, open: () => Promise<HypervisorLab>): void {
  describe(`a hypervisor: ${name}`, () => {
    let lab: HypervisorLab;
    let hypervisor: Hypervisor;
    beforeAll(async () => {
      lab = await open();
    });
    beforeEach(async () => {
      await lab.reset();
      hypervisor = lab.hypervisor;
    });
    afterAll(async () => {
      await lab?.close();
    });

    const ended = (id: string): Promise<HypervisorTask> =>
      lab.until(async () => {
        const task = await hypervisor.task(id);
        return task.end.state === 'running' ? null : task;
      });

    /** Starts a task and waits until it has worked. */
    async function done(starting: Promise<string>): Promise<HypervisorTask> {
      const task = await ended(await starting);
      expect(task.end).toEqual({ state: 'ok' });
      return task;
    }

    const code = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'nothing went wrong',
        (error: unknown) => (error instanceof VigieError ? error.code : error),
      );

    describe('the cluster', () => {
      it('has two nodes and quorum', async () => {
        const { name: called, quorate, nodes } = await hypervisor.cluster();
        expect(called).not.toBeNull();
        expect(quorate).toBe(true);
        expect(nodes.map((node) => [node.name, node.online])).toEqual([
          ['alice', true],
          ['bob', true],
        ]);
        for (const node of nodes) expect(node.memoryBytes).toBeGreaterThan(node.memoryUsedBytes ?? Number.POSITIVE_INFINITY);
      });

      it('says what it can of a node that is away', async () => {
        await lab.setOnline('bob', false);
        expect((await hypervisor.cluster()).nodes[1]).toEqual({
          name: 'bob',
          online: false,
          uptimeMs: null,
          memoryBytes: null,
          memoryUsedBytes: null,
        });
        const { state, uptimeMs } = (await hypervisor.guests()).find(({ vmid }) => vmid === PICA02) ?? {};
        expect([state, uptimeMs]).toEqual(['unknown', null]);
        expect(await code(hypervisor.guest('pica02'))).toBe('node_offline');
        expect(await code(hypervisor.snapshots(PICA02))).toBe('node_offline');
        expect((await hypervisor.storages()).every(({ node }) => node === 'alice')).toBe(true);
        expect(['node_offline', 'hypervisor_no_quorum']).toContain(await code(hypervisor.snapshot(PICA02, 'one', '')));
      });

      it('is read-only without quorum, and nothing is tried', async () => {
        await done(hypervisor.snapshot(PICA01, 'before', ''));
        await lab.replicateTo(PICA01, 'bob');
        const backup = (await backedUp('notes')).id;
        const tasks = await hypervisor.tasks(PICA01, 0);
        await lab.loseQuorum();
        expect((await hypervisor.cluster()).quorate).toBe(false);
        expect((await hypervisor.guest('pica01')).state).toBe('running');
        for (const write of [
          () => hypervisor.snapshot(PICA01, 'one', ''),
          () => hypervisor.revert(PICA01, 'before'),
          () => hypervisor.deleteSnapshot(PICA01, 'before'),
          () => hypervisor.start(SCRATCH),
          () => hypervisor.shutdown(PICA01, 10_000),
          () => hypervisor.reboot(PICA01, 10_000),
          () => hypervisor.stop(PICA01),
          () => hypervisor.migrate(PICA01, 'bob'),
          () => hypervisor.replicate(PICA01, '101-0'),
          () => hypervisor.backup(PICA01, 'local', ''),
          () => hypervisor.deleteBackup(backup),
          () => hypervisor.restore({ ...ORDER, backup: { id: backup, node: 'alice' } }),
          () => hypervisor.reconfigure(PICA01, { name: 'other' }),
          () => hypervisor.destroy(SCRATCH),
        ])
          expect(await code(write())).toBe('hypervisor_no_quorum');
        expect(await hypervisor.tasks(PICA01, 0)).toEqual(tasks);
      });
    });

    describe('guests', () => {
      it('are listed by their numbers', async () => {
        const guests = await hypervisor.guests();
        expect(
          guests
            .slice(0, 3)
            .map(({ vmid, name: called, node, kind, state, template, lock }) => [vmid, called, node, kind, state, template, lock]),
        ).toEqual([
          [PICA01, 'pica01', 'alice', 'qemu', 'running', false, null],
          [PICA02, 'pica02', 'bob', 'qemu', 'running', false, null],
          [SCRATCH, 'scratch', 'alice', 'qemu', 'stopped', false, null],
        ]);
        expect(guests[0]?.uptimeMs).toBeGreaterThanOrEqual(0);
        expect(guests[2]?.uptimeMs).toBeNull();
        expect(guests[0]?.memoryBytes).toBeGreaterThan(0);
      });

      it('are found by name and by number', async () => {
        const guest = await hypervisor.guest('pica01');
        expect(guest).toMatchObject({ vmid: PICA01, node: 'alice', state: 'running', agent: 'answers' });
        expect(guest.disks[0]).toMatchObject({ key: 'scsi0', storage: 'local-lvm' });
        expect(guest.disks[0]?.bytes).toBeGreaterThan(0);
        expect((await hypervisor.guest(String(PICA01))).digest).toBe(guest.digest);
      });

      it('that nobody knows are refused with what was meant', async () => {
        await expect(hypervisor.guest('pica1')).rejects.toMatchObject({
          code: 'guest_unknown',
          params: { guest: 'pica1', nearest: 'pica01' },
        });
        await expect(hypervisor.guest('zzz')).rejects.toMatchObject({ code: 'guest_unknown', params: { nearest: null } });
        expect(await code(hypervisor.snapshots(999))).toBe('guest_unknown');
        expect(await code(hypervisor.start(999))).toBe('guest_unknown');
      });

      it('that share a name are told apart by their numbers alone', async () => {
        await lab.createGuest(111, 'twin', 'alice');
        await lab.createGuest(112, 'twin', 'bob');
        await expect(hypervisor.guest('twin')).rejects.toMatchObject({ code: 'guest_ambiguous', params: { vmids: [111, 112] } });
        expect((await hypervisor.guest('112')).node).toBe('bob');
      });

      it('are never none for who may not see them', async () => {
        await lab.hideGuests();
        for (const look of [() => hypervisor.guests(), () => hypervisor.guest('pica01')])
          await expect(look()).rejects.toMatchObject({ code: 'hypervisor_forbidden', params: { missing: 'VM.Audit' } });
      });

      it('have an agent that answers, is silent or absent', async () => {
        await lab.setAgent(PICA01, 'silent');
        expect((await hypervisor.guest('pica01')).agent).toBe('silent');
        await lab.setAgent(PICA01, 'absent');
        expect((await hypervisor.guest('pica01')).agent).toBe('absent');
        await lab.setAgent(SCRATCH, 'answers');
        expect((await hypervisor.guest('scratch')).agent).toBe('silent');
      });

      it('are left alone while Proxmox is busy with them', async () => {
        await done(hypervisor.snapshot(PICA01, 'before', ''));
        await lab.lock(PICA01, 'backup');
        expect((await hypervisor.guest('pica01')).lock).toBe('backup');
        for (const write of [
          () => hypervisor.snapshot(PICA01, 'one', ''),
          () => hypervisor.revert(PICA01, 'before'),
          () => hypervisor.stop(PICA01),
          () => hypervisor.migrate(PICA01, 'bob'),
          () => hypervisor.backup(PICA01, 'local', ''),
        ])
          await expect(write()).rejects.toMatchObject({ code: 'guest_busy', params: { guest: 'pica01', lock: 'backup' } });
      });
    });

    describe('snapshots', () => {
      it.each(['current', 'CURRENT', '1st', '-x', 'a b', 'a/b', '../x', 'x'.repeat(41), '', 'é', 'a\nb'])(
        'are never called %j',
        async (name) => {
          const before = await hypervisor.tasks(PICA01, 0);
          expect(await code(hypervisor.snapshot(PICA01, name, ''))).toBe('snapshot_name');
          expect(await hypervisor.tasks(PICA01, 0)).toEqual(before);
        },
      );

      it('are taken, listed and deleted', async () => {
        expect(await hypervisor.snapshots(PICA01)).toEqual([]);
        const before = lab.now();
        const { digest } = await hypervisor.guest('pica01');
        const task = await done(hypervisor.snapshot(PICA01, 'first', 'before the update'));
        expect(task).toMatchObject({ node: 'alice', kind: 'qmsnapshot', vmid: PICA01 });
        await done(hypervisor.snapshot(PICA01, 'second', ''));
        expect((await hypervisor.guest('pica01')).digest).not.toBe(digest);
        const [first, second] = await hypervisor.snapshots(PICA01);
        expect(first).toMatchObject({ name: 'first', description: 'before the update', parent: null, withMemory: false });
        expect(second).toMatchObject({ name: 'second', parent: 'first' });
        expect(Math.abs((first?.takenAt ?? 0) - before)).toBeLessThan(60_000);
        await done(hypervisor.deleteSnapshot(PICA01, 'first'));
        expect(await hypervisor.snapshots(PICA01)).toMatchObject([{ name: 'second', parent: null }]);
      });

      it('have names of their own', async () => {
        await done(hypervisor.snapshot(PICA01, 'before', ''));
        await expect(hypervisor.snapshot(PICA01, 'before', '')).rejects.toMatchObject({
          code: 'snapshot_exists',
          params: { guest: 'pica01', snapshot: 'before' },
        });
        for (const write of [() => hypervisor.revert(PICA01, 'befor'), () => hypervisor.deleteSnapshot(PICA01, 'befor')])
          await expect(write()).rejects.toMatchObject({
            code: 'snapshot_unknown',
            params: { guest: 'pica01', snapshot: 'befor', nearest: 'before' },
          });
      });

      it('are gone back to, which leaves the guest off', async () => {
        await done(hypervisor.snapshot(PICA01, 'before', ''));
        expect((await done(hypervisor.revert(PICA01, 'before'))).kind).toBe('qmrollback');
        expect((await hypervisor.guest('pica01')).state).toBe('stopped');
        expect(await hypervisor.snapshots(PICA01)).toHaveLength(1);
      });

      it('with warnings have worked', async () => {
        await lab.endNext('qmsnapshot', 'WARNINGS: 1');
        const { id, end } = await ended(await hypervisor.snapshot(PICA01, 'one', ''));
        expect(end).toEqual({ state: 'warnings', count: 1 });
        expect(await hypervisor.snapshots(PICA01)).toHaveLength(1);
        expect((await hypervisor.taskLog(id, 1)).join('\n')).toContain('WARNINGS: 1');
      });

      it('that failed say why, in their log too', async () => {
        await lab.endNext('qmsnapshot', 'no space left in thin pool');
        const { id, end } = await ended(await hypervisor.snapshot(PICA01, 'one', ''));
        expect(end).toEqual({ state: 'failed', reason: 'no space left in thin pool' });
        expect(await hypervisor.snapshots(PICA01)).toEqual([]);
        expect(await hypervisor.taskLog(id, 1)).toEqual(['TASK ERROR: no space left in thin pool']);
        expect(await hypervisor.taskLog(id, 0)).toEqual([]);
      });
    });

    describe('power', () => {
      const stateOf = async (word: string): Promise<string> => (await hypervisor.guest(word)).state;

      it('is switched on and off', async () => {
        expect((await done(hypervisor.start(SCRATCH))).kind).toBe('qmstart');
        expect(await stateOf('scratch')).toBe('running');
        expect((await done(hypervisor.shutdown(SCRATCH, 60_000))).kind).toBe('qmshutdown');
        expect(await stateOf('scratch')).toBe('stopped');
        expect((await done(hypervisor.stop(PICA02))).kind).toBe('qmstop');
        expect(await stateOf('pica02')).toBe('stopped');
      });

      it('stays on when the guest does not heed, once the time is up', async () => {
        await lab.beDeaf(PICA01);
        const { end } = await ended(await hypervisor.shutdown(PICA01, 20_000));
        expect(end).toMatchObject({ state: 'failed', reason: expect.stringContaining('timeout') });
        expect(await stateOf('pica01')).toBe('running');
      });
    });

    describe('a restart', () => {
      it('ends with a guest that runs, and has not for long', async () => {
        await lab.until(async () => (((await hypervisor.guest('pica01')).uptimeMs ?? 0) >= 2_000 ? true : null));
        const before = await hypervisor.guest('pica01');
        expect((await done(hypervisor.reboot(PICA01, 60_000))).kind).toBe('qmreboot');
        const after = await lab.until(async () => {
          const guest = await hypervisor.guest('pica01');
          return guest.state === 'running' ? guest : null;
        });
        expect(after.uptimeMs ?? Infinity).toBeLessThan(before.uptimeMs ?? 0);
      });

      it('does not happen where the guest does not heed: it runs on', async () => {
        await lab.beDeaf(PICA01);
        const { end } = await ended(await hypervisor.reboot(PICA01, 20_000));
        expect(end).toMatchObject({ state: 'failed', reason: expect.stringContaining('timeout') });
        expect((await hypervisor.guest('pica01')).state).toBe('running');
      });
    });

    describe('moving', () => {
      it('takes a running guest to the other node', async () => {
        expect((await done(hypervisor.migrate(PICA01, 'bob'))).kind).toBe('qmigrate');
        expect(await hypervisor.guest('pica01')).toMatchObject({ node: 'bob', state: 'running' });
      });

      it('goes only to a node that is there', async () => {
        await expect(hypervisor.migrate(PICA01, 'bobb')).rejects.toMatchObject({
          code: 'node_unknown',
          params: { node: 'bobb', nearest: 'bob' },
        });
        await lab.setOnline('bob', false);
        expect(['node_offline', 'hypervisor_no_quorum']).toContain(await code(hypervisor.migrate(PICA01, 'bob')));
      });
    });

    describe('replication', () => {
      const job = async () => (await hypervisor.replications(PICA01))[0];
      const after = (seen: (found: NonNullable<Awaited<ReturnType<typeof job>>>) => boolean) =>
        lab.until(async () => {
          const found = await job();
          return found !== undefined && seen(found) ? found : null;
        });

      it('is told with where it leads, and when it was last done', async () => {
        expect(await hypervisor.replications(PICA01)).toEqual([]);
        await lab.replicateTo(PICA01, 'bob');
        expect(await hypervisor.replications(PICA02)).toEqual([]);
        const found = await job();
        expect(found).toEqual({ id: '101-0', target: 'bob', syncedAt: expect.any(Number), failures: 0, problem: null });
        expect(Math.abs((found?.syncedAt ?? 0) - (lab.now() - 900_000))).toBeLessThan(60_000);
      });

      it('is done when it is asked for, or says why not', async () => {
        await lab.replicateTo(PICA01, 'bob');
        const before = (await job())?.syncedAt ?? 0;
        await hypervisor.replicate(PICA01, '101-0');
        expect((await after(({ syncedAt }) => syncedAt !== before)).syncedAt).toBeGreaterThan(before);
        await lab.breakReplication(PICA01, 'out of space');
        await hypervisor.replicate(PICA01, '101-0');
        expect(await after(({ failures }) => failures > 0)).toMatchObject({ failures: 1, problem: 'out of space' });
        expect(await code(hypervisor.replicate(PICA01, '101-7'))).toBe('hypervisor_refused');
      });

      it('turns round with a guest that was given to the node that it leads to', async () => {
        await lab.replicateTo(PICA01, 'bob');
        await lab.giveTo(PICA01, 'bob');
        expect(await job()).toMatchObject({ target: 'alice', syncedAt: null, failures: 0 });
      });

      it('is not told where its node is away', async () => {
        await lab.replicateTo(PICA02, 'alice');
        await lab.setOnline('bob', false);
        expect(await code(hypervisor.replications(PICA02))).toBe('node_offline');
      });
    });

    describe('a guest that Proxmox HA manages', () => {
      it('is told by its number, its machine and HA’s word; of the others nothing is', async () => {
        expect(await hypervisor.ha()).toEqual([]);
        await lab.manage(PICA01);
        expect(await hypervisor.ha()).toEqual([{ vmid: PICA01, node: 'alice', state: 'started' }]);
      });

      const seen = async (word: string, fits: (guest: GuestDetail) => boolean): Promise<GuestDetail> =>
        await lab.until(async () => {
          const guest = await hypervisor.guest(word);
          return fits(guest) && guest.lock === null ? guest : null;
        });

      const runs = ({ state }: GuestDetail): boolean => state === 'running';
      const isStopped = ({ state }: GuestDetail): boolean => state === 'stopped';
      const isOnBob = ({ node }: GuestDetail): boolean => node === 'bob';
      it.each([
        ['started', 'hastart', () => hypervisor.start(SCRATCH), { word: 'scratch', reached: runs }],
        ['shut down', 'hastop', () => hypervisor.shutdown(PICA01, 60_000), { word: 'pica01', reached: isStopped }],
        ['switched off', 'hastop', () => hypervisor.stop(PICA01), { word: 'pica01', reached: isStopped }],
        ['moved', 'hamigrate', () => hypervisor.migrate(PICA01, 'bob'), { word: 'pica01', reached: isOnBob }],
      ] as const)('is %s after the task, which is an order', async (_done, kind, act, { word, reached }) => {
        const since = lab.now();
        await lab.manage(SCRATCH);
        await lab.manage(PICA01);
        const task = await done(act());
        expect(task.kind).toBe(kind);
        expect(reached(await hypervisor.guest(word))).toBe(false);
        const { vmid } = await seen(word, reached);
        expect((await hypervisor.tasks(vmid, since)).map(({ id }) => id)).toContain(task.id);
      });
    });

    describe('tasks', () => {
      it('of a guest are found again, newest first', async () => {
        const since = lab.now();
        const first = await done(hypervisor.snapshot(PICA01, 'one', ''));
        await done(hypervisor.start(SCRATCH));
        await lab.beSlow();
        const last = await hypervisor.backup(PICA01, 'local', '');
        const found = await hypervisor.tasks(PICA01, since);
        expect(found.map(({ id, kind }) => [id, kind])).toEqual([
          [last, 'vzdump'],
          [first.id, 'qmsnapshot'],
        ]);
        expect(found[0]).toMatchObject({ node: 'alice', vmid: PICA01, end: { state: 'running' } });
        expect(found[1]?.end).toEqual({ state: 'ok' });
        await hypervisor.stopTask(last);
        await ended(last);
        expect(await hypervisor.tasks(PICA01, since + 3_600_000)).toEqual([]);
      });

      it('whose start nobody heard of are found as well', async () => {
        const since = lab.now();
        await lab.loseNextAnswer();
        expect(await code(hypervisor.snapshot(PICA01, 'one', ''))).toBe('hypervisor_unreachable');
        const found = await hypervisor.tasks(PICA01, since);
        expect(found.map(({ kind }) => kind)).toEqual(['qmsnapshot']);
        await ended(found[0]?.id ?? '');
        expect(await hypervisor.snapshots(PICA01)).toHaveLength(1);
      });

      it('can be stopped', async () => {
        await lab.beSlow();
        const id = await hypervisor.backup(PICA01, 'local', '');
        await hypervisor.stopTask(id);
        expect((await ended(id)).end).toMatchObject({ state: 'failed' });
        expect((await hypervisor.backups(PICA01)).files).toEqual([]);
        expect((await hypervisor.guest('pica01')).lock).toBeNull();
      });

      it('that nobody knows are unknown', async () => {
        const id = 'UPID:alice:000F4240:000F4240:6A000000:vzdump:101:root@pam:';
        for (const each of [id, 'nonsense']) {
          expect(await code(hypervisor.task(each))).toBe('task_unknown');
          expect(await code(hypervisor.taskLog(each, 5))).toBe('task_unknown');
        }
      });
    });

    describe('backups', () => {
      it('go to a storage that takes them', async () => {
        const storages = await hypervisor.storages();
        expect(storages.filter(({ content }) => content.includes('backup')).map(({ node }) => node)).toEqual(['alice', 'bob']);
        expect(storages.find(({ name: called }) => called === 'local')).toMatchObject({ kind: 'dir', active: true, path: '/var/lib/vz' });
      });

      it('are written with their notes, listed by guest and deleted', async () => {
        expect((await hypervisor.backups(null)).files).toEqual([]);
        const backup = await backedUp('vigie p7k');
        expect(backup).toMatchObject({ storage: 'local', node: 'alice', vmid: PICA01, notes: 'vigie p7k', protected: false });
        expect(backup.id).toMatch(/^local:backup\/vzdump-qemu-101-/u);
        expect(backup.bytes).toBeGreaterThan(0);
        expect(Math.abs(backup.takenAt - lab.now())).toBeLessThan(600_000);
        expect((await hypervisor.backups(PICA02)).files).toEqual([]);
        const gone = await hypervisor.deleteBackup(backup.id);
        if (gone !== null) await ended(gone);
        expect((await hypervisor.backups(null)).files).toEqual([]);
        expect(await hypervisor.deleteBackup(backup.id)).toBeNull();
      });
    });

    describe('how a guest is made up', () => {
      it('is its disks, its cards with their cables, its notes and whether it starts by itself', async () => {
        const { disks } = await hypervisor.guest('pica01');
        expect(await hypervisor.setup(PICA01)).toMatchObject({
          name: 'pica01',
          notes: '',
          disks,
          omitted: [],
          cards: [{ key: 'net0', linked: true }],
          onBoot: true,
          devices: [],
          cds: [],
        });
        expect(await code(hypervisor.setup(999))).toBe('guest_unknown');
      });

      it('changes as it is told, and in nothing else', async () => {
        const before = await hypervisor.setup(SCRATCH);
        const task = await done(hypervisor.reconfigure(SCRATCH, { name: 'scratch-before', onBoot: false, linked: [] }));
        expect(task).toMatchObject({ kind: 'qmconfig', vmid: SCRATCH, node: 'alice' });
        expect(await hypervisor.setup(SCRATCH)).toEqual({
          ...before,
          name: 'scratch-before',
          onBoot: false,
          cards: [{ key: 'net0', linked: false }],
        });
        await done(hypervisor.reconfigure(SCRATCH, { name: 'scratch', onBoot: true, linked: ['net0'] }));
        expect(await hypervisor.setup(SCRATCH)).toEqual(before);
      });
    });

    describe('a restore', () => {
      it('makes a guest of its own beside the one that was backed up: off, without a cable', async () => {
        const { id, node } = await backedUp('vigie p7k');
        const before = await hypervisor.setup(PICA01);
        expect(await hypervisor.setupIn({ id, node })).toMatchObject({ name: 'pica01', disks: before.disks, cards: before.cards });
        const vmid = await hypervisor.freeNumber();
        expect((await hypervisor.guests()).map((guest) => guest.vmid)).not.toContain(vmid);
        const task = await done(hypervisor.restore({ ...ORDER, vmid, backup: { id, node } }));
        expect(task).toMatchObject({ kind: 'qmrestore', vmid, node: 'alice' });
        expect(await hypervisor.guest('pica01-restored')).toMatchObject({ vmid, node: 'alice', state: 'stopped', lock: null });
        const made = await hypervisor.setup(vmid);
        expect(made).toMatchObject({ name: 'pica01-restored', notes: 'vigie p7k', onBoot: false, cards: [{ key: 'net0', linked: false }] });
        expect(made.disks.map(({ key, storage, bytes }) => [key, storage, bytes])).toEqual(
          before.disks.map(({ key, storage, bytes }) => [key, storage, bytes]),
        );
        expect(await hypervisor.setup(PICA01)).toEqual(before);
        expect((await hypervisor.guest('pica01')).state).toBe('running');
      });

      it('takes no number that somebody has, and no backup that is gone', async () => {
        const { id, node } = await backedUp('vigie p7k');
        await expect(hypervisor.restore({ ...ORDER, vmid: SCRATCH, backup: { id, node } })).rejects.toMatchObject({
          code: 'guest_number_taken',
          params: { vmid: SCRATCH },
        });
        const gone = id.replace('101-', '101-1999_');
        expect(await code(hypervisor.restore({ ...ORDER, backup: { id: gone, node } }))).toBe('guest_backup_gone');
        expect(await code(hypervisor.setupIn({ id: gone, node }))).toBe('guest_backup_gone');
        expect(await hypervisor.guests()).toHaveLength(3);
      });

      it('that fails leaves what there is of it, without a name or a disk, and says why', async () => {
        const { id, node } = await backedUp('vigie p7k');
        await lab.endNext('qmrestore', 'no space left in thin pool');
        const { end } = await ended(await hypervisor.restore({ ...ORDER, backup: { id, node } }));
        expect(end).toEqual({ state: 'failed', reason: 'no space left in thin pool' });
        expect(await hypervisor.setup(ORDER.vmid)).toMatchObject({ name: '', notes: '', disks: [] });
        await done(hypervisor.destroy(ORDER.vmid));
        expect(await hypervisor.guests()).toHaveLength(3);
      });
    });

    describe('removing a guest', () => {
      it('leaves nothing of it', async () => {
        expect(await done(hypervisor.destroy(SCRATCH))).toMatchObject({ kind: 'qmdestroy', vmid: SCRATCH });
        expect(await code(hypervisor.guest('scratch'))).toBe('guest_unknown');
      });

      it('is refused while it runs, or Proxmox is busy with it', async () => {
        await expect(hypervisor.destroy(PICA01)).rejects.toMatchObject({ code: 'guest_runs', params: { guest: 'pica01' } });
        await lab.lock(SCRATCH, 'backup');
        expect(await code(hypervisor.destroy(SCRATCH))).toBe('guest_busy');
        expect(await hypervisor.guests()).toHaveLength(3);
      });
    });

    async function backedUp(notes: string) {
      expect((await done(hypervisor.backup(PICA01, 'local', notes))).kind).toBe('vzdump');
      const [backup] = (await hypervisor.backups(PICA01)).files;
      if (backup === undefined) throw new Error('the task has written no backup');
      return backup;
    }

    describe('a call whose signal aborts', () => {
      it('rejects with the reason', async () => {
        const reason = new Error('cancelled');
        const signal = AbortSignal.abort(reason);
        await expect(hypervisor.guests(signal)).rejects.toBe(reason);
        await expect(hypervisor.snapshot(PICA01, 'one', '', signal)).rejects.toBe(reason);
        expect(await hypervisor.snapshots(PICA01)).toEqual([]);
      });
    });
  });
}
