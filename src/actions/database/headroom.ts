import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { FILL_LIMIT, filledTo } from '#domain/hypervisor/fill.ts';
import type { DatabaseFacts, DatabasesReader, Engine } from '#ports/databases.ts';

/** What a dump becomes once it is loaded, about, where no live database tells: those of PostgreSQL are compressed. */
const GROWTH: Readonly<Record<Engine, number>> = { postgres: 4, mariadb: 1.5, mongodb: 1.5 };

export type Headroom = { readonly free: number; readonly needed: number; readonly share: number };

interface Loaded {
  readonly backup: Pick<Backup, 'bytes'>;
  /** Of the live database; null where it can't be asked. */
  readonly liveBytes: number | null;
}

/** Room on a server's disk for what is loaded beside, and how full that makes it, in percent; null where nobody can tell. */
export async function headroomOn(
  databases: DatabasesReader,
  { name, engine }: DatabaseFacts,
  { backup, liveBytes }: Loaded,
  signal: AbortSignal,
): Promise<Headroom | null> {
  const disk = await databases.disk(name, signal);
  if (disk === null) return null;
  const needed = Math.max(liveBytes ?? 0, Math.ceil(backup.bytes * GROWTH[engine]));
  const { sizeBytes, freeBytes } = disk;
  return { free: freeBytes, needed, share: filledTo({ sizeBytes, usedBytes: sizeBytes - freeBytes }, needed) };
}

/** For what nobody has to agree to. @throws storage_full */
export function requireHeadroom(room: Headroom | null, { server }: DatabaseFacts): void {
  if (room !== null && room.share > FILL_LIMIT)
    throw new VigieError('storage_full', { storage: server.name, share: room.share, limit: FILL_LIMIT });
}
