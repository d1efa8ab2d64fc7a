import { knownWithin } from '#actions/unknown.ts';
import type { FileSystem, HostsReader } from '#ports/hosts.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Less than a system may take: one machine that doesn't answer leaves the others known. */
const ASK_MS = 2_000;
/** As the starter rule `disk-full` has it for critical. */
const FULL = 0.9;

interface Looked {
  readonly host: string;
  /** Null: it doesn't answer. */
  readonly fileSystems: readonly FileSystem[] | null;
}

/** Disks that are nearly full, and machines that don't answer; of one machine, how full its disks are. */
export async function hostsStatus(
  hosts: Pick<HostsReader, 'list' | 'fileSystems'>,
  { names }: Pick<StatusAbout, 'names'>,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  const asked = hosts.list().filter((host) => names === null || names.includes(host));
  if (asked.length === 0) return [];
  const looked = await Promise.all(asked.map((host) => look(hosts, host, signal)));
  const silent = looked.filter(({ fileSystems }) => fileSystems === null).map(({ host }) => host);
  const troubles = [
    ...looked.flatMap(fullOf),
    ...(silent.length === 0 ? [] : [{ level: 'trouble', says: 'disks-silent', about: { machines: silent } } as const]),
  ];
  if (names !== null) return [...troubles, ...looked.flatMap(factsOf)];
  const seen = looked.length - silent.length;
  return [
    ...troubles,
    ...(seen === 0
      ? []
      : [{ level: 'well', says: 'disks', about: { machines: seen, silent: silent.length, fullest: fullestOf(looked) } } as const]),
  ];
}

async function look(hosts: Pick<HostsReader, 'fileSystems'>, host: string, signal: AbortSignal): Promise<Looked> {
  const { known } = await knownWithin(ASK_MS, signal, (ends) => hosts.fileSystems(host, ends));
  return { host, fileSystems: known };
}

function fullOf({ host, fileSystems }: Looked): readonly StatusLine[] {
  return (fileSystems ?? [])
    .filter(({ usedShare }) => usedShare >= FULL)
    .map(({ mount, usedShare }) => ({ level: 'trouble', says: 'disk-full', about: { host, mount, used: usedShare } }));
}

/** Of those that aren't told as trouble. */
function fullestOf(looked: readonly Looked[]): number {
  const shares = looked.flatMap(({ fileSystems }) => (fileSystems ?? []).map(({ usedShare }) => usedShare));
  return Math.max(0, ...shares.filter((share) => share < FULL));
}

/** The fullest come first. */
function factsOf({ fileSystems }: Looked): readonly StatusLine[] {
  if (fileSystems === null || fileSystems.length === 0) return [];
  const disks = fileSystems.slice(0, 3).map(({ mount, usedShare }) => ({ mount, used: usedShare }));
  return [{ level: 'fact', says: 'disks-of', about: { disks } }];
}
