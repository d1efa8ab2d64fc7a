import { randomBytes } from 'node:crypto';
import { digestOf, sameContent } from '#kernel/digest.ts';
import type { BackupPlace, Place } from '#ports/places.ts';
import type { BackupSettings } from '#pipeline/backup/archive.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

const PROBE_BYTES = 100_000;
/** Of one place: a disk over the network may hang. */
const TIMEOUT_MS = 30_000;

/** Writes a small file into each place, sealed where copies are, reads it back and removes it. */
export async function lookAtBackups(backups: BackupSettings | null, { words }: Examination): Promise<readonly Finding[]> {
  if (backups === null) return [absent('backups', 'none configured: databases are dumped by nobody')];
  const all: readonly BackupPlace[] = [{ place: backups.places.main, sealer: null }, ...backups.places.copies];
  return await Promise.all(all.map((each) => lookAtPlace(each, backups.fullPercent, words)));
}

async function lookAtPlace({ place, sealer }: BackupPlace, fullPercent: number, words: Words): Promise<Finding> {
  const what = `backups in ${place.name}`;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const content = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(PROBE_BYTES);
    };
    await tryOut(place, sealer === null ? content() : sealer.seal(content()), signal);
    const { sizeBytes, freeBytes } = await place.space(signal);
    const share = Math.ceil(((sizeBytes - freeBytes) * 100) / Math.max(1, sizeBytes));
    const room = `${gigabytes(freeBytes)} of ${gigabytes(sizeBytes)} free${sealer === null ? '' : ', sealed'}`;
    return share < fullPercent
      ? { what, ok: true, detail: room }
      : {
          what,
          ok: false,
          detail: `${room}: ${share} % full, and vigie writes nothing beyond ${fullPercent} %. Make room, or raise backups.full`,
        };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  }
}

/** @throws Error when what comes back is something else */
async function tryOut(place: Place, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const path = `doctor/${randomBytes(8).toString('hex')}`;
  const written = await place.write(path, content, { signal });
  try {
    const back = await digestOf(await place.read(path, signal));
    if (!sameContent(back, written)) throw new Error(`${place.name} gives back something else than was written: look at its disk`);
  } finally {
    await place.remove(path, signal);
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
