import type { ArrayAction, ArrayMember, ArrayView, MemberState } from '#ports/disks.ts';
import { parseDetail, type Detail, type DetailRow } from './detail.ts';
import { refused, run, type DiskMachine } from './machine.ts';
import { kernelView, type KernelArray, type KernelDisk } from './sysfs.ts';

const ACTIONS: readonly ArrayAction[] = ['idle', 'check', 'repair', 'recover', 'resync', 'reshape', 'frozen'];
const SECTORS_A_KIB = 2;
const A_KIB = 1024;

/** The arrays of a machine. @throws disks_forbidden, disks_refused */
export async function arraysOf(machine: DiskMachine, signal?: AbortSignal): Promise<readonly ArrayView[]> {
  const { arrays, disks } = await kernelView(machine, signal);
  return await Promise.all(
    arrays
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(async (array) => viewOf(array, await detailOf(machine, array.name, signal), disks)),
  );
}

/** Lets an array compare its disks. @throws disks_forbidden, disks_refused also when it is at something else */
export async function checkArray(machine: DiskMachine, name: string, signal?: AbortSignal): Promise<void> {
  const { arrays } = await kernelView(machine, signal);
  if (arrays.find((array) => array.name === name)?.values.get('sync_action') === 'check') return;
  const command = ['mdadm', '--action=check', `/dev/${name}`];
  const result = await run(machine, command, machine.sudo, signal);
  if (result.code !== 0) throw refused(machine, command, result);
}

/**
 * What mdadm says, whose exit code isn't read: 1 is an array that lacks a disk, and sudo's no as well.
 * The kernel's own numbers don't know yet of a disk that was pulled out while nobody wrote.
 */
async function detailOf(machine: DiskMachine, name: string, signal?: AbortSignal): Promise<Detail> {
  const command = ['mdadm', '--detail', '--test', `/dev/${name}`];
  const result = await run(machine, command, machine.sudo, signal);
  const detail = parseDetail(result.stdout);
  if (detail === null) throw refused(machine, command, result);
  return detail;
}

/** Both witnesses of one array: what either of them takes for wrong is. */
export function viewOf({ name, values, disks: onDisks }: KernelArray, detail: Detail, disks: readonly KernelDisk[]): ArrayView {
  const members = detail.rows.flatMap((row): readonly ArrayMember[] => {
    const disk = disks.find(({ device }) => device === (onDisks.get(row.device ?? '') ?? row.device));
    // What is out of the array and not there any more is nobody's concern.
    if (row.slot === null && disk === undefined) return [];
    return [{ slot: row.slot, state: stateOfMember(row), serial: disk?.serial ?? null, port: disk?.port ?? null }];
  });
  return {
    name,
    level: values.get('level') || detail.level,
    sizeBytes: detail.sizeKib * A_KIB,
    state: stateOf(values, detail, members),
    mismatches: Number(values.get('mismatch_cnt') ?? 0),
    members,
    ...workOf(values, detail),
  };
}

function stateOf(values: KernelArray['values'], { words }: Detail, members: readonly ArrayMember[]): ArrayView['state'] {
  if (words.includes('failed')) return 'failed';
  if (words.includes('inactive') || ['inactive', 'clear'].includes(values.get('array_state') ?? '')) return 'inactive';
  const lacks = members.some(({ slot, state }) => slot !== null && state !== 'active');
  return words.includes('degraded') || lacks ? 'degraded' : 'whole';
}

function stateOfMember({ state, device, slot }: DetailRow): MemberState {
  if (device === null) return 'missing';
  if (state.includes('faulty')) return 'faulty';
  if (state.includes('rebuilding')) return 'rebuilding';
  if (state.startsWith('active')) return 'active';
  return slot === null ? 'spare' : 'missing';
}

/** What it is at, how far, and how long that takes. */
function workOf(values: KernelArray['values'], { donePercent }: Detail): Pick<ArrayView, 'action' | 'done' | 'leftMs'> {
  const action = ACTIONS.find((each) => each === values.get('sync_action')) ?? 'idle';
  if (action === 'idle' || action === 'frozen') return { action, done: null, leftMs: null };
  const [, past, all] = /^(\d+) \/ (\d+)$/u.exec(values.get('sync_completed') ?? '') ?? [];
  const total = Number(all ?? 0);
  const counted = total > 0 ? Number(past) / total : null;
  // The kernel tells its number seldom, mdadm whole percents: whichever is further is newer.
  const done = counted === null && donePercent === null ? null : Math.max(counted ?? 0, (donePercent ?? 0) / 100);
  const kibASecond = Number(values.get('sync_speed') ?? 0);
  const leftMs = done === null || total === 0 || !(kibASecond > 0) ? null : (((1 - done) * total) / SECTORS_A_KIB / kibASecond) * 1_000;
  return { action, done, leftMs: leftMs === null ? null : Math.round(leftMs) };
}
