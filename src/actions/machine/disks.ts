import type { JsonObject } from '#kernel/json.ts';
import { diskName, graveSigns, isHot, isWorn } from '#domain/disk/judge.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { ArrayView, DisksReader, DiskView } from '#ports/disks.ts';
import { knownWithin } from '../unknown.ts';

/** What each machine may take: a disk that fails answers late. */
const ASK_MS = 10_000;

/** Arrays and disks of all machines, or of one; each machine is asked beside the others. @throws host_unknown */
export async function disksOverview(
  { disks }: Pick<ReadClients, 'disks'>,
  machine: string | null,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const names = machine === null ? disks.machines() : [machine];
  return await Promise.all(names.map((name) => machinePart(disks, name, signal)));
}

async function machinePart(source: DisksReader, name: string, signal: AbortSignal): Promise<JsonObject> {
  const [arrays, disks] = await Promise.all([
    knownWithin(ASK_MS, signal, (ends) => source.arrays(name, ends)),
    knownWithin(ASK_MS, signal, (ends) => source.disks(name, ends)),
  ]);
  const known = disks.known ?? [];
  // Both go the same way: what keeps one from answering is told once.
  const problems = [arrays.problem, disks.problem].filter((problem) => problem !== null);
  const codes = new Set(problems.map(({ code }) => code));
  return {
    name,
    problems: problems.filter((_problem, index) => codes.size > 1 || index === 0).map((problem) => ({ ...problem })),
    arrays: arrays.known?.map(arrayPart) ?? null,
    asked: disks.problem !== null || disks.known !== null,
    disks: known.filter(({ smart }) => smart).map((disk) => diskPart(disk, arrays.known ?? [])),
    mute: known.filter(({ smart }) => !smart).map(diskName),
  };
}

function arrayPart({ name, level, sizeBytes, state, action, done, leftMs, mismatches, members }: ArrayView): JsonObject {
  return {
    name,
    level,
    bytes: sizeBytes,
    state,
    action,
    done,
    left: leftMs,
    mismatches,
    members: members.map((member) => ({ slot: member.slot, state: member.state, disk: nameOf(member), port: portBeside(member) })),
  };
}

function diskPart(disk: DiskView, arrays: readonly ArrayView[]): JsonObject {
  const { serial, model, sizeBytes, celsius, hours, worn, signs } = disk;
  const within = arrays.filter(({ members }) => serial !== null && members.some((member) => member.serial === serial));
  return {
    name: diskName(disk),
    port: portBeside(disk),
    model,
    bytes: sizeBytes,
    celsius,
    on: hours === null ? null : hours * 3_600_000,
    worn,
    hot: isHot(disk),
    worn_out: isWorn(disk),
    grave: graveSigns(disk).length > 0,
    signs: signs.map((sign) => ({ ...sign })),
    arrays: within.map(({ name }) => name),
  };
}

/** Null where there is no disk. */
function nameOf(member: Pick<DiskView, 'serial' | 'port'>): string | null {
  return member.serial === null && member.port === null ? null : diskName(member);
}

/** Where it is plugged in, unless that is all that names it. */
function portBeside({ serial, port }: Pick<DiskView, 'serial' | 'port'>): string | null {
  return serial === null ? null : port;
}
