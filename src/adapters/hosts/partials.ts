import { complainsOnlyOf, complaintOf } from '#ports/commands.ts';
import type { Cleaned, PartialFile } from '#ports/hosts.ts';
import { refused, run, type Machine } from './machine.ts';

/** Plain files alone, a whole day old: find counts days that are over. */
const OLD_PARTIAL = ['-type', 'f', '-name', '*.partial', '-mtime', '+0'];
/** A folder that isn't there has nothing in it; a file may go while find walks. */
const GONE = /: No such file or directory$/u;

/** The `.partial` files of a machine that are older than a day, the biggest first. @throws host_refused */
export async function partialsOf(machine: Machine, signal?: AbortSignal): Promise<readonly PartialFile[]> {
  if (machine.partials.length === 0) return [];
  const command = ['find', ...machine.partials, ...OLD_PARTIAL, '-printf', String.raw`%T@\t%s\t%p\0`];
  const result = await run(machine, command, signal);
  const found = parsePartials(result.stdout);
  if (found === null || (result.code !== 0 && !complainsOnlyOf(result, GONE))) throw refused(machine, command, complaintOf(result));
  return found;
}

const ENTRY = /^(?<seconds>\d+)(?:\.\d+)?\t(?<bytes>\d+)\t(?<path>\/.*\.partial)$/su;

/** What `find` printed, each file once though folders overlap, the biggest first; null where it is something else. */
export function parsePartials(text: string): readonly PartialFile[] | null {
  const found = new Map<string, PartialFile>();
  for (const entry of text.split('\0').slice(0, -1)) {
    const groups = ENTRY.exec(entry)?.groups;
    if (groups === undefined) return null;
    const path = groups['path'] ?? '';
    found.set(path, { path, bytes: Number(groups['bytes']), writtenAt: Number(groups['seconds']) * 1_000 });
  }
  const whole = text === '' || text.endsWith('\0');
  return whole ? [...found.values()].toSorted((one, other) => other.bytes - one.bytes || one.path.localeCompare(other.path)) : null;
}

/** Removes a file if it is still older than a day; find judges and removes in one go. @throws host_refused */
export async function removePartial(machine: Machine, path: string, signal?: AbortSignal): Promise<Cleaned> {
  const below = machine.partials.some((folder) => path.startsWith(`${folder.replace(/\/+$/u, '')}/`));
  if (!below || path.split('/').includes('..')) throw refused(machine, ['find', path], 'it is in none of the folders of partials');
  const command = ['find', path, '-maxdepth', '0', ...OLD_PARTIAL, '-printf', '%s', '-delete'];
  const result = await run(machine, command, signal);
  if (result.code !== 0 && complainsOnlyOf(result, GONE)) return { outcome: 'gone', bytes: 0 };
  if (result.code !== 0 || !/^\d*$/u.test(result.stdout)) throw refused(machine, command, complaintOf(result));
  return result.stdout === '' ? { outcome: 'kept', bytes: 0 } : { outcome: 'removed', bytes: Number(result.stdout) };
}
