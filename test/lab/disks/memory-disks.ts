import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ArrayMember, ArrayView, Candidate, Disks, DiskUse, DiskView } from '#ports/disks.ts';

/** What a disk is made of that may change. */
export type LabDisk = { -readonly [Key in keyof DiskView]: DiskView[Key] };
export type LabArray = { -readonly [Key in keyof ArrayView]: ArrayView[Key] };

const GB = 1_000_000_000;

/** Machines with two mirrors each, as the lab's in QEMU: `md0` of two disks that spin, `md1` of two NVMe disks. */
export class MemoryDisks implements Disks {
  readonly #machines: ReadonlyMap<string, { readonly arrays: LabArray[]; readonly disks: LabDisk[] }>;
  /** Machines that don't answer, and with what. */
  readonly trouble = new Map<string, VigieError>();
  /** Machines without smartctl. */
  readonly unasked = new Set<string>();

  /** By serial number: what a disk is in use for, or holds. */
  readonly uses = new Map<string, readonly DiskUse[]>();
  /** Disks that hold what an array left on them. */
  readonly returning = new Set<string>();
  /** By array: the partition that each of its disks has for it. */
  readonly partitions = new Map<string, Candidate['partition']>();

  /** How often somebody let an array compare its disks. */
  checks = 0;
  /** Which disks somebody put into an array. */
  readonly added: string[] = [];
  /** The connection breaks once the next one is in. */
  breaks = false;

  constructor(machines: readonly string[] = ['alice']) {
    this.#machines = new Map(machines.map((name, index) => [name, machineOf(index * 2)]));
  }

  machines(): readonly string[] {
    return [...this.#machines.keys()];
  }

  async arrays(machine: string, signal?: AbortSignal): Promise<readonly ArrayView[]> {
    return this.#asked(machine, signal).arrays.map((array) => ({ ...array }));
  }

  async disks(machine: string, signal?: AbortSignal): Promise<readonly DiskView[] | null> {
    const { disks } = this.#asked(machine, signal);
    return this.unasked.has(machine) ? null : disks.map((disk) => ({ ...disk }));
  }

  async check(machine: string, array: string, signal?: AbortSignal): Promise<void> {
    this.#asked(machine, signal);
    Object.assign(this.array(machine, array), { action: 'check', done: 0.02, leftMs: 204_000 });
    this.checks += 1;
  }

  async candidate(machine: string, array: string, serial: string, signal?: AbortSignal): Promise<Candidate> {
    const { arrays, disks } = this.#asked(machine, signal);
    const known = disks.flatMap((disk) => disk.serial ?? []);
    const disk = byName(disks, serial, (each) => [each.serial ?? '']);
    if (disk === undefined) throw new VigieError('disk_unknown', { host: machine, serial, nearest: nearest(serial, known), known });
    const names = arrays.map(({ name }) => name);
    if (!names.includes(array))
      throw new VigieError('array_unknown', { host: machine, array, nearest: nearest(array, names), known: names });
    const { serial: exact, port, model, sizeBytes } = disk;
    const elsewhere = arrays.find(({ name, members }) => name !== array && members.some((member) => member.serial === exact));
    return {
      serial: exact ?? '',
      port,
      model,
      sizeBytes,
      neededBytes: this.array(machine, array).sizeBytes,
      member: this.array(machine, array).members.find((member) => member.serial === exact)?.state ?? null,
      returns: this.returning.has(exact ?? ''),
      uses: [...(elsewhere === undefined ? [] : [{ kind: 'array', name: elsewhere.name } as const]), ...(this.uses.get(exact ?? '') ?? [])],
      partition: this.partitions.get(array) ?? null,
    };
  }

  async add(machine: string, array: string, word: string, signal?: AbortSignal): Promise<void> {
    const { serial, member, uses, sizeBytes: bytes, neededBytes: needed } = await this.candidate(machine, array, word, signal);
    if (member !== null && member !== 'faulty') return;
    const known = { host: machine, array, serial };
    const [use] = uses;
    if (use !== undefined) throw new VigieError('disk_in_use', { ...known, use: use.kind, name: use.name, number: null });
    const { state, action } = this.array(machine, array);
    if (state !== 'degraded' || action !== 'idle') throw new VigieError('array_takes_none', { host: machine, array, state });
    if (bytes < needed) throw new VigieError('disk_too_small', { ...known, bytes, needed });
    this.added.push(serial);
    this.rebuild(machine, array, serial);
    if (!this.breaks) return;
    this.breaks = false;
    throw new VigieError('ssh_unreachable', { host: `root@${machine}:22`, reason: 'the connection broke' });
  }

  /** The array forgets a disk that it put out. */
  remove(machine: string, name: string, serial: string): void {
    const array = this.array(machine, name);
    array.members = array.members.filter((each) => each.serial !== serial || each.state !== 'faulty');
  }

  /** Somebody plugs one in, which is as another one of the machine but for this. */
  plug(machine: string, like: string, disk: Partial<LabDisk>): void {
    found(this.#machines.get(machine)).disks.push({ ...this.disk(machine, like), ...disk });
  }

  array(machine: string, name: string): LabArray {
    return found(this.#machines.get(machine)?.arrays.find((array) => array.name === name));
  }

  disk(machine: string, serial: string): LabDisk {
    return found(this.#machines.get(machine)?.disks.find((disk) => disk.serial === serial));
  }

  /** The array puts a disk out. */
  fail(machine: string, name: string, serial: string): void {
    const array = this.array(machine, name);
    const member = found(array.members.find((each) => each.serial === serial));
    const empty: ArrayMember = { slot: member.slot, state: 'missing', serial: null, port: null };
    array.members = [...array.members.filter((each) => each !== member), empty, { ...member, slot: null, state: 'faulty' }];
    array.state = 'degraded';
  }

  /** Somebody pulls it out: nothing is written, and nobody else knows. */
  pull(machine: string, name: string, serial: string): void {
    const array = this.array(machine, name);
    array.members = array.members.map((each) => (each.serial === serial ? { ...each, state: 'missing', serial: null, port: null } : each));
    array.state = 'degraded';
    const { disks } = found(this.#machines.get(machine));
    disks.splice(disks.indexOf(this.disk(machine, serial)), 1);
  }

  /** The array takes a disk back, and brings it up to date. */
  rebuild(machine: string, name: string, serial: string): void {
    const array = this.array(machine, name);
    const slot = found(array.members.find(({ state }) => state === 'missing')).slot;
    const { port } = this.disk(machine, serial);
    const rest = array.members.filter((each) => each.slot !== slot && each.serial !== serial);
    array.members = [...rest, { slot, state: 'rebuilding', serial, port }];
    Object.assign(array, { action: 'recover', done: 0.109, leftMs: 36_000 });
  }

  /** It is done with that. */
  finish(machine: string, name: string): void {
    const array = this.array(machine, name);
    array.members = array.members.map((each) => ({ ...each, state: 'active' }));
    Object.assign(array, { action: 'idle', done: null, leftMs: null, state: 'whole' });
  }

  #asked(machine: string, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    const held = this.#machines.get(machine);
    const known = this.machines();
    if (held === undefined) throw new VigieError('host_unknown', { host: machine, nearest: nearest(machine, known), known });
    const trouble = this.trouble.get(machine);
    if (trouble !== undefined) throw trouble;
    return held;
  }
}

/** @throws when a test names what isn't there */
function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('the lab has no such array or disk');
  return thing;
}

/** @param from the number of its first disk of each kind */
function machineOf(from: number): { arrays: LabArray[]; disks: LabDisk[] } {
  const common = { smart: true, signs: [] } as const;
  const spinning = [0, 1].map((number): LabDisk => ({
    ...common,
    serial: `WD-LAB000${from + number}`,
    port: `ata${number + 1}`,
    model: 'WDC WD20EFRX-LAB',
    sizeBytes: 2_000 * GB,
    spins: true,
    celsius: 31,
    hours: 31_200,
    worn: null,
  }));
  const still = [0, 1].map((number): LabDisk => ({
    ...common,
    serial: `SSD-LAB000${from + number}`,
    port: `0000:0${number + 1}:00.0`,
    model: 'Lab NVMe 960',
    sizeBytes: 960 * GB,
    spins: false,
    celsius: 44,
    hours: 31_200,
    worn: 0.23,
  }));
  const mirror = (name: string, disks: readonly LabDisk[]): LabArray => ({
    name,
    level: 'raid1',
    sizeBytes: disks[0]?.sizeBytes ?? 0,
    state: 'whole',
    action: 'idle',
    done: null,
    leftMs: null,
    mismatches: 0,
    members: disks.map(({ serial, port }, slot) => ({ slot, state: 'active', serial, port })),
  });
  return { arrays: [mirror('md0', spinning), mirror('md1', still)], disks: [...spinning, ...still] };
}
