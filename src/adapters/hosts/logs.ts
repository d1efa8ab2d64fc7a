import { z } from 'zod';
import { complainsOnlyOf, complaintOf } from '#ports/commands.ts';
import { LOG_LIMIT_BYTES, type Cleaned, type OversizedLog } from '#ports/hosts.ts';
import { parsedLines } from './json-lines.ts';
import { refused, run, type Machine } from './machine.ts';

/** Of the driver json-file, which appends: emptied under Docker's hands it goes on from its beginning. No other driver's file does. */
const JSON_FILE = /^\/.+\/containers\/(?<id>[0-9a-f]{64})\/\k<id>-json\.log$/u;
const INSPECT = '{"name":{{json .Name}},"log":{{json .LogPath}}}';
const inspected = z.strictObject({ name: z.string(), log: z.string() });

const LIST = ['docker', 'container', 'ls', '--all', '--quiet', '--no-trunc'];
const STAT = ['stat', String.raw`--printf=%s\t%n\0`, '--'];
const GONE = /: No such file or directory$/u;
const FORBIDDEN = /: Permission denied$/u;

/** The logs of containers above the limit, the biggest first; null where the account may not see them. @throws host_refused */
export async function oversizedLogsOf(machine: Machine, signal?: AbortSignal): Promise<readonly OversizedLog[] | null> {
  const containers = await containersOf(machine, signal);
  const names = new Map(containers.filter(({ log }) => JSON_FILE.test(log)).map(({ log, name }) => [log, name.replace(/^\//u, '')]));
  if (names.size === 0) return [];
  const sizes = await sizesOf(machine, [...names.keys()], signal);
  if (sizes === null) return null;
  return sizes
    .filter(({ bytes }) => bytes > LOG_LIMIT_BYTES)
    .map(({ path, bytes }) => ({ container: names.get(path) ?? '', path, bytes }))
    .toSorted((one, other) => other.bytes - one.bytes);
}

async function containersOf(machine: Machine, signal?: AbortSignal): Promise<readonly z.output<typeof inspected>[]> {
  const list = await run(machine, LIST, signal);
  const ids = list.stdout.split('\n').filter((id) => id !== '');
  if (list.code !== 0 || !ids.every((id) => /^[0-9a-f]{64}$/u.test(id))) throw refused(machine, LIST, complaintOf(list));
  if (ids.length === 0) return [];
  const command = ['docker', 'container', 'inspect', '--format', INSPECT, ...ids];
  const result = await run(machine, command, signal);
  const found = parsedLines(inspected, result.stdout);
  // A container may end between the two commands.
  const failed = result.code !== 0 && !complainsOnlyOf(result, /No such container/iu);
  if (found === null || failed) throw refused(machine, command, complaintOf(result));
  return found;
}

async function sizesOf(machine: Machine, paths: readonly string[], signal?: AbortSignal): Promise<ReturnType<typeof parseSizes>> {
  const result = await run(machine, [...STAT, ...paths], signal);
  const found = parseSizes(result.stdout);
  if (result.code === 0 && found !== null) return found;
  if (complainsOnlyOf(result, FORBIDDEN)) return null;
  if (found === null || !complainsOnlyOf(result, GONE)) throw refused(machine, STAT, complaintOf(result));
  return found;
}

/** What `stat` printed; null where it is something else. */
export function parseSizes(text: string): readonly { readonly path: string; readonly bytes: number }[] | null {
  const entries = text.split('\0').slice(0, -1);
  const found = entries.map((entry) => /^(?<bytes>\d+)\t(?<path>\/.*)$/su.exec(entry)?.groups);
  const read = found.flatMap((groups) => (groups === undefined ? [] : [{ path: groups['path'] ?? '', bytes: Number(groups['bytes']) }]));
  return read.length === entries.length && (text === '' || text.endsWith('\0')) ? read : null;
}

/** Empties a log that is still above the limit. @throws host_refused */
export async function emptyLog(machine: Machine, path: string, signal?: AbortSignal): Promise<Cleaned> {
  if (!JSON_FILE.test(path) || path.split('/').includes('..')) throw refused(machine, ['truncate', path], "it is no container's log");
  const sizes = await sizesOf(machine, [path], signal);
  if (sizes === null) throw refused(machine, ['truncate'], 'the account may not see it');
  const [log] = sizes;
  if (log === undefined) return { outcome: 'gone', bytes: 0 };
  if (log.bytes <= LOG_LIMIT_BYTES) return { outcome: 'kept', bytes: 0 };
  const command = ['truncate', '--no-create', '--size=0', '--', path];
  const result = await run(machine, command, signal);
  if (result.code !== 0) throw refused(machine, command, complaintOf(result));
  return { outcome: 'removed', bytes: log.bytes };
}
