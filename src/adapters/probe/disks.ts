import { VigieError, type Problem } from '#kernel/errors.ts';
import { parseRaidTarget, parseSmartTarget, type RaidTarget, type SmartTarget } from '#domain/alert/probe-target.ts';
import { diskName, graveSigns, isHot, isWorn, REBUILDS } from '#domain/disk/judge.ts';
import type { ArrayView, DisksReader, DiskView } from '#ports/disks.ts';
import type { Way } from '#ports/prober.ts';
import { ProbeFailure } from './walk.ts';

const ARRAYS: Readonly<Record<RaidTarget['what'], (array: ArrayView) => boolean>> = {
  degraded: ({ state }) => state !== 'whole',
  rebuilding: ({ action }) => REBUILDS.has(action),
  inconsistent: ({ mismatches }) => mismatches > 0,
};

const DISKS: Readonly<Record<SmartTarget['what'], (disk: DiskView) => boolean>> = {
  failing: (disk) => graveSigns(disk).length > 0,
  worn: isWorn,
  hot: isHot,
};

/** Whether an array lacks a disk, rebuilds or contradicts itself. @throws ProbeFailure; disks_silent where nobody can tell */
export async function walkRaid(way: Way, source: DisksReader, deadline: AbortSignal): Promise<void> {
  const target = parseRaidTarget(way.target);
  if (target === null) throw new VigieError('probe_invalid', { kind: 'raid', target: way.target, reason: 'the target' });
  way.enter('raid');
  const found = await inAll(source, target.name, async (machine) => (await source.arrays(machine, deadline)).filter(ARRAYS[target.what]));
  deadline.throwIfAborted();
  judge(found, ({ machine, what: { name, done, leftMs, mismatches } }, more) => ({
    problem: {
      code: 'probe_array',
      params: { state: target.what, host: machine, array: name, done, left: leftMs, mismatches, more },
    },
    detail: `${machine}: ${name}`,
  }));
}

/** Whether a disk fails, is worn or hot. @throws ProbeFailure; disks_silent where nobody can tell */
export async function walkSmart(way: Way, source: DisksReader, deadline: AbortSignal): Promise<void> {
  const target = parseSmartTarget(way.target);
  if (target === null) throw new VigieError('probe_invalid', { kind: 'smart', target: way.target, reason: 'the target' });
  way.enter('smart');
  const found = await inAll(source, target.name, async (machine) =>
    ((await source.disks(machine, deadline)) ?? []).filter(DISKS[target.what]),
  );
  deadline.throwIfAborted();
  judge(found, ({ machine, what: disk }, more) => {
    const { serial, port, worn, celsius } = disk;
    const signs = graveSigns(disk).map(({ kind }) => kind);
    const about = { state: target.what, host: machine, disk: diskName(disk), port: serial === null ? null : port };
    return { problem: { code: 'probe_disk', params: { ...about, signs, worn, celsius, more } }, detail: `${machine}: ${diskName(disk)}` };
  });
}

interface Wrong<T> {
  readonly machine: string;
  readonly what: T;
}

interface Found<T> {
  readonly wrong: readonly Wrong<T>[];
  /** Machines that gave no answer. */
  readonly silent: readonly string[];
}

/** What is wrong at all machines, or at one of them. @throws host_unknown; whatever is no VigieError */
async function inAll<T>(source: DisksReader, name: string, ask: (machine: string) => Promise<readonly T[]>): Promise<Found<T>> {
  const asked = name === '*' ? source.machines() : [name];
  const answers = await Promise.all(
    asked.map(async (machine) => {
      try {
        return { machine, wrong: await ask(machine) };
      } catch (error) {
        if (!(error instanceof VigieError) || error.code === 'host_unknown') throw error;
        return { machine, wrong: null };
      }
    }),
  );
  return {
    wrong: answers.flatMap(({ machine, wrong }) => (wrong ?? []).map((what) => ({ machine, what }))),
    silent: answers.filter(({ wrong }) => wrong === null).map(({ machine }) => machine),
  };
}

/**
 * What one machine doesn't say leaves open whether all is well, and hides nothing that others say.
 * @param tell of the first, and how many more there are
 */
function judge<T>(
  { wrong, silent }: Found<T>,
  tell: (first: Wrong<T>, more: number) => { readonly problem: Problem; readonly detail: string },
): void {
  const [first, ...more] = wrong;
  if (first !== undefined) {
    const { problem, detail } = tell(first, more.length);
    throw new ProbeFailure(problem, detail);
  }
  if (silent.length > 0) throw new VigieError('disks_silent', { machines: [...silent] });
}
