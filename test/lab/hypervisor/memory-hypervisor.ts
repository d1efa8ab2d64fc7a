import { byName } from '#kernel/by-name.ts';
import { createHash } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { isSnapshotName } from '#domain/hypervisor/snapshot-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { type FaultOptions, Faults } from '#test/lab/faults.ts';
import type { Screen } from '#ports/console.ts';
import type {
  ClusterView,
  GuestBackups,
  GuestBackupView,
  GuestDetail,
  GuestSetup,
  GuestView,
  HaGuest,
  Hypervisor,
  HypervisorTask,
  Replication,
  RestoreOrder,
  SetupChange,
  SnapshotView,
  StorageView,
  TaskEnd,
} from '#ports/hypervisor.ts';
import { GB, LabGuest, type GuestOptions } from './guest.ts';
import { LabReplications } from './replication.ts';
import { restoredGuest } from './restored-guest.ts';
import { backupName, ordinaryStorages, type KeptBackup, type LabStorage } from './storage.ts';
import { LabTask, upid, type TaskPlan } from './task.ts';
import { migrationProblem, restoreLines, taskLines, taskMs, vzdumpLines } from './task-story.ts';

const HOST = 'lab';
/** vzdump's compression makes so much of a disk. */
const COMPRESSED = 0.1;
const BYTES_PER_MS = 200_000;

export type HypervisorMethod = keyof Hypervisor;

interface LabNode {
  readonly name: string;
  readonly memoryBytes: number;
  readonly bootedAt: number;
  online: boolean;
}

const HA_ORDERS: Readonly<Record<string, string>> = { start: 'hastart', shutdown: 'hastop', stop: 'hastop', migrate: 'hamigrate' };
const HA_ROUND_MS = 10_000;

/**
 * A Proxmox cluster in memory, for the demonstration and the fast tests: two nodes with storages of their own, guests, tasks that take their
 * time on the clock that it is given. It has no timers: whoever asks is told what has become of everything by then.
 *
 * @example
 * const hypervisor = new MemoryHypervisor(clock);
 * hypervisor.createGuest({ vmid: 101, name: 'pica01', node: 'alice' });
 */
export class MemoryHypervisor implements Hypervisor {
  /** What guests show, by their names. */
  readonly screens = new Map<string, Screen>();
  readonly replication = new LabReplications();
  readonly #clock: Clock;
  readonly #faults = new Faults<HypervisorMethod>();
  readonly #nodes: readonly LabNode[];
  readonly #storages: LabStorage[];
  readonly #guests = new Map<number, LabGuest>();
  readonly #tasks: LabTask[] = [];
  #orders: { readonly at: number; readonly follow: () => void }[] = [];
  readonly #ends = new Map<string, Exclude<TaskEnd, { state: 'running' }>>();
  #quorate = true;
  #missing: string | null = null;
  #unreachable: string | null = null;

  constructor(clock: Clock, nodes: readonly string[] = ['alice', 'bob']) {
    this.#clock = clock;
    this.#nodes = nodes.map((name) => ({ name, memoryBytes: 32 * GB, bootedAt: clock.now() - 40 * 86_400_000, online: true }));
    this.#storages = nodes.flatMap(ordinaryStorages);
  }

  createGuest(options: GuestOptions): void {
    if (this.#guests.has(options.vmid)) throw new Error(`the lab has a guest ${options.vmid} already`);
    this.#guests.set(options.vmid, new LabGuest(options, this.#clock.now()));
  }

  removeGuest(name: string): void {
    this.#guests.delete(this.known(name).vmid);
  }

  /** A guest, to look at or to change: `content`, `agent`, `hangs`, `freezeFails`, `lock`. */
  known(name: string): LabGuest {
    this.#settle();
    const guest = [...this.#guests.values()].find((each) => each.name === name);
    if (guest === undefined) throw new Error(`the lab has no guest ${name}`);
    return guest;
  }

  /** A storage, to look at or to fill: `otherBytes`, `active`, `files`. */
  storageOf(node: string, name: string): LabStorage {
    this.#settle();
    const storage = this.#storages.find(({ view }) => view.node === node && view.name === name);
    if (storage === undefined) throw new Error(`the lab has no storage ${name} on ${node}`);
    return storage;
  }

  addStorage(storage: LabStorage): void {
    this.#storages.push(storage);
  }

  /** The next calls of `method` fail with `error`; with `afterEffect`, they have worked all the same. */
  failNext(method: HypervisorMethod, error: Error, options?: FaultOptions): void {
    this.#faults.failNext(method, error, options);
  }

  /** The next call of `method` answers nothing until its signal aborts. */
  stallNext(method: HypervisorMethod): void {
    this.#faults.stallNext(method);
  }

  /** The next task of this kind (`vzdump`, `qmsnapshot`, …) ends like this. */
  endNext(kind: string, end: Exclude<TaskEnd, { state: 'running' }>): void {
    this.#ends.set(kind, end);
  }

  beUnreachable(reason: string | null = 'connection refused'): void {
    this.#unreachable = reason;
  }

  loseQuorum(): void {
    this.#quorate = false;
  }

  /** The token may see no guest any more: Proxmox answers with an empty list. */
  lackRights(missing: string | null = 'VM.Audit'): void {
    this.#missing = missing;
  }

  /** Somebody beside the machines votes: one of two keeps its quorum. */
  qdevice = false;

  /** A machine dies or comes back. With two of them the other one has no quorum then. */
  setOnline(name: string, online: boolean): void {
    this.#settle();
    this.#node(name).online = online;
    this.#quorate = this.qdevice || this.#nodes.filter((each) => each.online).length * 2 > this.#nodes.length;
  }

  /** vzdump's file at a path of a node, or null. */
  dumpAt(node: string, path: string): KeptBackup | null {
    this.#settle();
    const name = path.slice(path.lastIndexOf('/') + 1);
    const storage = this.#storages.find(({ view }) => view.node === node && path === `${view.path}/dump/${name}`);
    return storage?.files.find(({ id }) => id.endsWith(`/${name}`)) ?? null;
  }

  /** All tasks that were ever started, oldest first. */
  history(): readonly HypervisorTask[] {
    this.#settle();
    return this.#tasks.map((task) => task.view());
  }

  cluster(signal?: AbortSignal): Promise<ClusterView> {
    return this.#answer('cluster', signal, () => ({
      name: this.#nodes.length > 1 ? 'lab' : null,
      quorate: this.#quorate,
      nodes: this.#nodes.map((each) => ({
        name: each.name,
        online: each.online,
        uptimeMs: each.online ? this.#clock.now() - each.bootedAt : null,
        memoryBytes: each.online ? each.memoryBytes : null,
        memoryUsedBytes: each.online ? this.#memoryUsed(each.name) : null,
      })),
    }));
  }

  /** `fence` for those of a machine that is offline, as long as HA hasn't proven it off. */
  ha(signal?: AbortSignal): Promise<readonly HaGuest[]> {
    return this.#answer('ha', signal, () =>
      this.#seen()
        .filter(({ ha }) => ha !== null)
        .map(({ vmid, node, startedAt }) => ({
          vmid,
          node,
          state: this.#node(node).online ? (startedAt === null ? 'stopped' : 'started') : 'fence',
        })),
    );
  }

  /** What `screens` has for it; dark where that is nothing. */
  screen(word: string, signal?: AbortSignal): Promise<Screen> {
    return this.#answer('screen', signal, () => {
      const { name, startedAt } = this.#named(word);
      if (startedAt === null) throw new VigieError('console_guest_off', { guest: name, state: 'stopped' });
      const shown = this.screens.get(name);
      if (shown === undefined) throw new VigieError('console_dark', { machine: name, reason: 'the connection was closed' });
      return shown;
    });
  }

  guests(signal?: AbortSignal): Promise<readonly GuestView[]> {
    return this.#answer('guests', signal, () => {
      const now = this.#clock.now();
      return this.#seen().map((guest) => guest.view(now, this.#node(guest.node).online));
    });
  }

  guest(word: string, signal?: AbortSignal): Promise<GuestDetail> {
    return this.#answer('guest', signal, () => this.#there(this.#named(word)).detail(this.#clock.now()));
  }

  setup(vmid: number, signal?: AbortSignal): Promise<GuestSetup> {
    return this.#answer('setup', signal, () => this.#there(this.#numbered(vmid)).setup());
  }

  setupIn(backup: Pick<GuestBackupView, 'id' | 'node'>, signal?: AbortSignal): Promise<GuestSetup> {
    return this.#answer('setupIn', signal, () => this.#setupOf(this.#kept(backup)));
  }

  freeNumber(signal?: AbortSignal): Promise<number> {
    return this.#answer('freeNumber', signal, () => {
      let free = 100;
      while (this.#guests.has(free)) free += 1;
      return free;
    });
  }

  snapshots(vmid: number, signal?: AbortSignal): Promise<readonly SnapshotView[]> {
    return this.#answer('snapshots', signal, () => this.#there(this.#numbered(vmid)).snapshots.map(({ content: _, ...view }) => view));
  }

  replications(vmid: number, signal?: AbortSignal): Promise<readonly Replication[]> {
    return this.#answer('replications', signal, () => this.replication.of(this.#there(this.#numbered(vmid))));
  }

  storages(signal?: AbortSignal): Promise<readonly StorageView[]> {
    return this.#answer('storages', signal, () =>
      this.#storages.filter(({ view }) => this.#node(view.node).online).map((storage) => storage.look()),
    );
  }

  backups(vmid: number | null, signal?: AbortSignal): Promise<GuestBackups> {
    return this.#answer('backups', signal, () => {
      const online = this.#storages.filter(({ view }) => this.#node(view.node).online);
      const files = online
        .filter(({ unknown, unreadable }) => unknown === null && unreadable === null)
        .flatMap((storage) => storage.files)
        .filter((file) => vmid === null || file.vmid === vmid)
        .toSorted((one, other) => one.takenAt - other.takenAt)
        .map(({ seed: _seed, setup: _setup, content: _content, ...view }) => view);
      const unknown = online.flatMap(({ view, ...storage }) => {
        const reason = storage.unknown ?? storage.unreadable;
        return reason === null || !view.content.includes('backup') ? [] : [{ node: view.node, name: view.name, reason }];
      });
      return { files, unknown };
    });
  }

  task(id: string, signal?: AbortSignal): Promise<HypervisorTask> {
    return this.#answer('task', signal, () => this.#task(id).view());
  }

  taskLog(id: string, lines: number, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#answer('taskLog', signal, () => (lines === 0 ? [] : this.#task(id).log(this.#clock.now()).slice(-lines)));
  }

  tasks(vmid: number, since: number, signal?: AbortSignal): Promise<readonly HypervisorTask[]> {
    return this.#answer('tasks', signal, () =>
      this.#tasks
        .filter(({ plan, startedAt }) => plan.vmid === vmid && startedAt >= since)
        .map((task) => task.view())
        .toReversed(),
    );
  }

  snapshot(vmid: number, name: string, description: string, signal?: AbortSignal): Promise<string> {
    return this.#change('snapshot', signal, vmid, (guest) => {
      if (!isSnapshotName(name)) throw new VigieError('snapshot_name', { name });
      if (guest.snapshots.some((each) => each.name === name))
        throw new VigieError('snapshot_exists', { guest: guest.name, snapshot: name });
      const takenAt = this.#clock.now();
      const { content, parent } = guest;
      return this.#begin(guest, 'snapshot', 'snapshot', {
        judge: () => (guest.freezeFails && guest.running ? { state: 'warnings', count: 1 } : null),
        done: () => {
          guest.snapshots.push({ name, description, takenAt, parent, withMemory: false, content });
          guest.parent = name;
        },
      });
    });
  }

  revert(vmid: number, snapshot: string, signal?: AbortSignal): Promise<string> {
    return this.#change('revert', signal, vmid, (guest) => {
      const kept = snapshotOf(guest, snapshot);
      const newest = guest.snapshots.at(-1) === kept;
      const zfs = guest.disks.some((disk) => this.storageOf(guest.node, disk.storage).view.kind === 'zfspool');
      return this.#begin(guest, 'rollback', 'rollback', {
        judge: () =>
          zfs && !newest ? { state: 'failed', reason: `can't rollback, '${snapshot}' is not most recent snapshot on 'zpool'` } : null,
        // Without RAM in the snapshot it stays off, whatever it was before.
        done: () => Object.assign(guest, { content: kept.content, parent: snapshot, startedAt: null }),
      });
    });
  }

  deleteSnapshot(vmid: number, snapshot: string, signal?: AbortSignal): Promise<string> {
    return this.#change('deleteSnapshot', signal, vmid, (guest) => {
      const gone = snapshotOf(guest, snapshot);
      return this.#begin(guest, 'delsnapshot', 'snapshot-delete', {
        done: () => {
          const inherit = (parent: string | null): string | null => (parent === gone.name ? gone.parent : parent);
          guest.snapshots = guest.snapshots.filter((each) => each !== gone).map((each) => ({ ...each, parent: inherit(each.parent) }));
          guest.parent = inherit(guest.parent);
        },
      });
    });
  }

  start(vmid: number, signal?: AbortSignal): Promise<string> {
    return this.#change('start', signal, vmid, (guest) =>
      this.#begin(guest, 'start', null, {
        judge: () => (guest.running ? { state: 'failed', reason: `VM ${vmid} already running` } : null),
        done: () => (guest.startedAt = this.#clock.now()),
      }),
    );
  }

  shutdown(vmid: number, timeoutMs: number, signal?: AbortSignal): Promise<string> {
    return this.#change('shutdown', signal, vmid, (guest) =>
      this.#begin(guest, 'shutdown', null, {
        durationMs: guest.hangs ? timeoutMs : Math.min(timeoutMs, taskMs('shutdown')),
        // Proxmox HA switches off what doesn't.
        judge: () => (guest.hangs && guest.ha === null ? { state: 'failed', reason: 'VM quit/powerdown failed - got timeout' } : null),
        done: () => (guest.startedAt = null),
      }),
    );
  }

  reboot(vmid: number, timeoutMs: number, signal?: AbortSignal): Promise<string> {
    return this.#change('reboot', signal, vmid, (guest) =>
      this.#begin(guest, 'reboot', null, {
        durationMs: guest.hangs ? timeoutMs : Math.min(timeoutMs, taskMs('reboot')),
        judge: () => {
          if (!guest.running) return { state: 'failed', reason: `VM ${vmid} not running` };
          return guest.hangs ? { state: 'failed', reason: 'VM quit/powerdown failed - got timeout' } : null;
        },
        done: () => (guest.startedAt = this.#clock.now()),
      }),
    );
  }

  stop(vmid: number, signal?: AbortSignal): Promise<string> {
    return this.#change('stop', signal, vmid, (guest) => this.#begin(guest, 'stop', null, { done: () => (guest.startedAt = null) }));
  }

  migrate(vmid: number, node: string, signal?: AbortSignal): Promise<string> {
    return this.#change('migrate', signal, vmid, (guest) => {
      const target = this.#nodes.find((each) => each.name === node);
      if (target === undefined) {
        const names = this.#nodes.map(({ name }) => name);
        throw new VigieError('node_unknown', { node, nearest: nearest(node, names) });
      }
      if (!target.online) throw new VigieError('node_offline', { node });
      const local =
        !this.replication.leadsTo(guest, node) && guest.disks.some((disk) => !this.storageOf(guest.node, disk.storage).view.shared);
      // Without memory to copy it is soon done.
      const durationMs = guest.running ? taskMs('migrate') : 1_000;
      return this.#begin(guest, 'migrate', 'migrate', {
        durationMs,
        judge: () => migrationProblem(guest, local),
        done: () => (guest.node = node),
      });
    });
  }

  replicate(vmid: number, id: string, signal?: AbortSignal): Promise<void> {
    return this.#answer('replicate', signal, () => {
      this.#requireQuorum();
      const { afterMs, end } = this.replication.run(this.#there(this.#numbered(vmid)), id, (node) => this.#node(node).online);
      this.#orders.push({ at: this.#clock.now() + afterMs, follow: () => end(this.#clock.now()) });
    });
  }

  backup(vmid: number, storage: string, notes: string, signal?: AbortSignal): Promise<string> {
    return this.#change('backup', signal, vmid, (guest) => {
      const target = this.#storages.find(({ view }) => view.node === guest.node && view.name === storage);
      if (target === undefined || !target.view.content.includes('backup'))
        throw new VigieError('hypervisor_refused', { host: HOST, status: 400, reason: `storage '${storage}' can't hold backups` });
      const takenAt = this.#clock.now();
      const bytes = Math.round(guest.bytes * COMPRESSED);
      const name = backupName(guest.kind, vmid, takenAt);
      const durationMs = Math.max(4_000, Math.round(guest.bytes / BYTES_PER_MS));
      const file: KeptBackup = {
        id: `${storage}:backup/${name}`,
        storage,
        node: guest.node,
        vmid,
        takenAt,
        bytes,
        notes,
        protected: false,
        setup: guest.setupSaved(),
        content: guest.content,
        seed: createHash('sha256').update(`${name}\n${guest.content}`).digest('hex'),
      };
      return this.#begin(guest, 'vzdump', 'backup', {
        durationMs,
        lines: vzdumpLines(guest, `${target.view.path}/dump/${name}`, durationMs, bytes),
        judge: () => (target.freeBytes < bytes ? { state: 'failed', reason: 'job failed with err -28 - No space left on device' } : null),
        done: () => target.files.push(file),
      });
    });
  }

  restore(order: RestoreOrder, signal?: AbortSignal): Promise<string> {
    return this.#answer('restore', signal, () => {
      this.#requireQuorum();
      const kept = this.#kept(order.backup);
      if (this.#guests.has(order.vmid)) throw new VigieError('guest_number_taken', { vmid: order.vmid });
      const made = restoredGuest(order, this.#setupOf(kept), kept.content ?? 'fresh', this.#clock.now());
      this.#guests.set(order.vmid, made.stub);
      const durationMs = Math.max(1_000, Math.round(made.bytes / BYTES_PER_MS));
      return this.#begin(made.stub, 'restore', 'create', { durationMs, lines: restoreLines(made.stub, durationMs), done: made.finish });
    });
  }

  reconfigure(vmid: number, { name, onBoot, linked }: SetupChange, signal?: AbortSignal): Promise<string> {
    return this.#change('reconfigure', signal, vmid, (guest) =>
      this.#begin(guest, 'config', null, {
        done: () => {
          guest.name = name ?? guest.name;
          guest.onBoot = onBoot ?? guest.onBoot;
          if (linked !== undefined) guest.cards = guest.cards.map(({ key }) => ({ key, linked: linked.includes(key) }));
        },
      }),
    );
  }

  destroy(vmid: number, signal?: AbortSignal): Promise<string> {
    return this.#change('destroy', signal, vmid, (guest) => {
      if (guest.running) throw new VigieError('guest_runs', { guest: guest.name });
      return this.#begin(guest, 'destroy', null, { done: () => void this.#guests.delete(vmid) });
    });
  }

  deleteBackup(id: string, signal?: AbortSignal): Promise<string | null> {
    return this.#answer('deleteBackup', signal, () => {
      this.#requireQuorum();
      const storage = this.#storages.find(({ files }) => files.some((file) => file.id === id));
      const file = storage?.files.find((each) => each.id === id);
      if (storage === undefined || file === undefined) return null;
      const done = (): void => void (storage.files = storage.files.filter((each) => each !== file));
      return this.#enter({
        node: file.node,
        kind: 'imgdel',
        vmid: file.vmid,
        durationMs: 1_000,
        lines: [],
        done,
        dropped: () => undefined,
      });
    });
  }

  stopTask(id: string, signal?: AbortSignal): Promise<void> {
    return this.#answer('stopTask', signal, () => this.#task(id).stop(this.#clock.now()));
  }

  #answer<T>(method: HypervisorMethod, signal: AbortSignal | undefined, work: () => T): Promise<T> {
    return this.#faults.around(method, signal, () => {
      if (this.#unreachable !== null) throw new VigieError('hypervisor_unreachable', { host: HOST, reason: this.#unreachable });
      this.#settle();
      return work();
    });
  }

  /** What writes: with quorum, on a guest that is there and that Proxmox leaves alone. */
  #change(method: HypervisorMethod, signal: AbortSignal | undefined, vmid: number, work: (guest: LabGuest) => string): Promise<string> {
    return this.#answer(method, signal, () => {
      this.#requireQuorum();
      const guest = this.#there(this.#numbered(vmid));
      if (guest.lock !== null) throw new VigieError('guest_busy', { guest: guest.name, lock: guest.lock });
      return work(guest);
    });
  }

  #begin(guest: LabGuest, kind: string, lock: string | null, plan: Pick<TaskPlan, 'done'> & Partial<TaskPlan>): string {
    const order = HA_ORDERS[kind];
    if (guest.ha !== null && order !== undefined) return this.#order(guest, order, () => this.#run(guest, kind, lock, plan));
    return this.#run(guest, kind, lock, plan);
  }

  /** As Proxmox HA does: the order is taken at once, and followed at its next round. */
  #order(guest: LabGuest, kind: string, follow: () => void): string {
    const done = (): void => void (guest.ha === 'follows' && this.#orders.push({ at: this.#clock.now() + HA_ROUND_MS, follow }));
    return this.#enter({ node: guest.node, kind, vmid: guest.vmid, durationMs: 1_000, lines: [], dropped: () => undefined, done });
  }

  #run(guest: LabGuest, kind: string, lock: string | null, plan: Pick<TaskPlan, 'done'> & Partial<TaskPlan>): string {
    guest.lock = lock;
    const prefix = kind === 'vzdump' ? '' : guest.kind === 'qemu' ? (kind === 'migrate' ? 'q' : 'qm') : 'vz';
    return this.#enter({
      node: guest.node,
      kind: `${prefix}${kind}`,
      vmid: guest.vmid,
      durationMs: taskMs(kind),
      lines: taskLines(kind, guest),
      dropped: () => (guest.lock = guest.lock === lock ? null : guest.lock),
      ...plan,
    });
  }

  #enter(plan: TaskPlan): string {
    const now = this.#clock.now();
    const id = upid(plan, this.#tasks.length, now);
    this.#tasks.push(new LabTask(id, plan, now, this.#ends.get(plan.kind) ?? null));
    this.#ends.delete(plan.kind);
    return id;
  }

  /** Brings all tasks to the present, in the order of their ends. */
  #settle(): void {
    const now = this.#clock.now();
    for (const { follow } of this.#orders.filter(({ at }) => at <= now)) follow();
    this.#orders = this.#orders.filter(({ at }) => at > now);
    const due = this.#tasks.filter(({ end, endsAt }) => end.state === 'running' && endsAt <= now);
    for (const task of due.toSorted((one, other) => one.endsAt - other.endsAt)) task.settle(now);
  }

  #requireQuorum(): void {
    if (!this.#quorate) throw new VigieError('hypervisor_no_quorum');
  }

  #seen(): LabGuest[] {
    const guests = [...this.#guests.values()].toSorted((one, other) => one.vmid - other.vmid);
    if (this.#missing !== null || guests.length === 0)
      throw new VigieError('hypervisor_forbidden', { host: HOST, missing: this.#missing ?? 'VM.Audit' });
    return guests;
  }

  #named(word: string): LabGuest {
    const guests = this.#seen();
    const named = guests.filter((guest) => guest.name === word || String(guest.vmid) === word);
    const alike = named.length > 0 ? undefined : byName(guests, word, ({ name }) => [name]);
    const found = alike === undefined ? named : [alike];
    const [guest, ...others] = found;
    if (guest === undefined)
      throw new VigieError('guest_unknown', {
        guest: word,
        nearest: nearest(
          word,
          guests.map(({ name }) => name),
        ),
      });
    if (others.length > 0) throw new VigieError('guest_ambiguous', { guest: word, vmids: found.map(({ vmid }) => vmid) });
    return guest;
  }

  #numbered(vmid: number): LabGuest {
    const guest = this.#guests.get(vmid);
    if (guest === undefined) throw new VigieError('guest_unknown', { guest: String(vmid), nearest: null });
    return guest;
  }

  /** @throws node_offline */
  #there(guest: LabGuest): LabGuest {
    if (!this.#node(guest.node).online) throw new VigieError('node_offline', { node: guest.node });
    return guest;
  }

  #node(name: string): LabNode {
    const node = this.#nodes.find((each) => each.name === name);
    if (node === undefined) throw new Error(`the lab has no node ${name}`);
    return node;
  }

  /** @throws guest_backup_gone */
  #kept({ id, node }: Pick<GuestBackupView, 'id' | 'node'>): KeptBackup {
    const file = this.#storages.flatMap(({ files }) => files).find((each) => each.id === id && each.node === node);
    if (file === undefined) throw new VigieError('guest_backup_gone', { backup: id, node });
    return file;
  }

  /** Files that a test put there say nothing of it: the guest is what it is now. */
  #setupOf({ setup, vmid }: KeptBackup): GuestSetup {
    return setup ?? this.#numbered(vmid).setupSaved();
  }

  #task(id: string): LabTask {
    const task = this.#tasks.find((each) => each.id === id);
    if (task === undefined) throw new VigieError('task_unknown', { task: id });
    return task;
  }

  /** What the machine itself takes, and its guests. */
  #memoryUsed(node: string): number {
    const guests = [...this.#guests.values()].filter((guest) => guest.node === node && guest.running);
    return guests.reduce((total, { memoryBytes }) => total + memoryBytes, 2 * GB);
  }
}

function snapshotOf(guest: LabGuest, name: string) {
  const names = guest.snapshots.map((each) => each.name);
  const kept = guest.snapshots.find((each) => each.name === name);
  if (kept === undefined) throw new VigieError('snapshot_unknown', { guest: guest.name, snapshot: name, nearest: nearest(name, names) });
  return kept;
}
