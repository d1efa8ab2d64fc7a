import type { ServerDisk } from '#ports/databases.ts';
import type { Place } from './place.ts';

const LINE = /^\S.*?\s(?<size>\d+)\s+\d+\s+(?<free>\d+)\s+\d+%\s+\/.*$/u;
const BLOCK = 1_024;

/** How much room the file system of a folder has; null where `df` can't tell: the account that asks may not see the folder. */
export async function diskOf(place: Place, folder: string, signal?: AbortSignal): Promise<ServerDisk | null> {
  const { stdout, ended } = await place.stream(['df', '-P', '-k', '--', folder], {}, signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  const { code } = await ended;
  const found = LINE.exec(Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').at(-1) ?? '')?.groups;
  if (code !== 0 || found === undefined) return null;
  return { sizeBytes: Number(found['size']) * BLOCK, freeBytes: Number(found['free']) * BLOCK };
}
