import { z } from 'zod';
import { complainsOnlyOf, complaintOf } from '#ports/commands.ts';
import type { Cleaned, UnusedImage } from '#ports/hosts.ts';
import { parsedLines } from './json-lines.ts';
import { refused, run, type Machine } from './machine.ts';

const ID = /^(?:sha256:)?[0-9a-f]{12,64}$/u;
const DISK_USE = ['docker', 'system', 'df', '--verbose', '--format', '{{json .}}'];
const diskUse = z.object({
  Images: z.array(
    z.object({
      ID: z.string().regex(ID),
      Repository: z.string(),
      Tag: z.string(),
      Containers: z.string().regex(/^\d+$/u),
      UniqueSize: z.string().refine((text) => parseSize(text) !== null),
    }),
  ),
});

/** Docker's client isn't installed, in the words of `env`, which looks for it. */
const ABSENT = 127;

/** Images that no container uses, the biggest first; else why Docker doesn't answer. @throws host_refused */
export async function unusedImagesOf(
  machine: Machine,
  signal?: AbortSignal,
): Promise<{ readonly images: readonly UnusedImage[] } | { readonly images: null; readonly reason: string | null }> {
  const result = await run(machine, DISK_USE, signal);
  if (result.code === ABSENT) return { images: null, reason: null };
  if (result.code !== 0) return { images: null, reason: complaintOf(result) };
  const images = parseImages(result.stdout);
  if (images === null) throw refused(machine, DISK_USE, 'an answer of another form');
  return { images };
}

/** What `docker system df` printed; null where it is something else. */
export function parseImages(text: string): readonly UnusedImage[] | null {
  const [use, ...more] = parsedLines(diskUse, text) ?? [];
  if (use === undefined || more.length > 0) return null;
  return use.Images.filter(({ Containers }) => Number(Containers) === 0)
    .map(({ ID: id, Repository, Tag, UniqueSize }) => ({ id, name: nameOf(Repository, Tag), bytes: parseSize(UniqueSize) ?? 0 }))
    .toSorted((one, other) => other.bytes - one.bytes || one.id.localeCompare(other.id));
}

function nameOf(repository: string, tag: string): string | null {
  if (repository === '<none>') return null;
  return tag === '<none>' ? repository : `${repository}:${tag}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes from Docker's decimal sizes, such as `632.1kB`, which keep four digits; null for anything else. */
export function parseSize(text: string): number | null {
  const { number = '', unit = '' } = /^(?<number>\d+(?:\.\d+)?)(?<unit>[kMGTP]?B)$/u.exec(text)?.groups ?? {};
  return number === '' ? null : Math.round(Number(number) * 1_000 ** UNITS.indexOf(unit));
}

/**
 * Removes an image by its id, unless a container uses it by now. Never forced: Docker refuses what is in use, so that a container made
 * between the look and the removal keeps its image.
 * @throws host_refused
 */
export async function removeImage(machine: Machine, id: string, signal?: AbortSignal): Promise<Cleaned> {
  if (!ID.test(id)) throw refused(machine, ['docker', 'image', 'rm'], 'it is no id of an image');
  const tags = await tagsOf(machine, id, signal);
  if (tags === null) return { outcome: 'gone', bytes: null };
  const users = ['docker', 'container', 'ls', '--all', '--quiet', '--filter', `ancestor=${id}`];
  const used = await run(machine, users, signal);
  if (used.code !== 0) throw refused(machine, users, complaintOf(used));
  if (used.stdout.trim() !== '') return { outcome: 'kept', bytes: null };
  // An image of several repositories isn't removed by its id, but with the last of its tags.
  const command = ['docker', 'image', 'rm', ...(tags.length > 0 ? tags : [id])];
  const result = await run(machine, command, signal);
  if (result.code === 0) return { outcome: 'removed', bytes: null };
  if (/conflict/iu.test(result.stderr)) return { outcome: 'kept', bytes: null };
  if (complainsOnlyOf(result, NO_IMAGE)) return { outcome: 'gone', bytes: null };
  throw refused(machine, command, complaintOf(result));
}

const NO_IMAGE = /No such image/iu;

async function tagsOf(machine: Machine, id: string, signal?: AbortSignal): Promise<readonly string[] | null> {
  const command = ['docker', 'image', 'inspect', '--format', '{{json .RepoTags}}', id];
  const result = await run(machine, command, signal);
  if (result.code !== 0 && complainsOnlyOf(result, NO_IMAGE)) return null;
  const [tags, ...more] = parsedLines(z.array(z.string().regex(/^[^-]/u)).nullable(), result.stdout) ?? [];
  if (result.code !== 0 || tags === undefined || more.length > 0) throw refused(machine, command, complaintOf(result));
  return tags ?? [];
}
