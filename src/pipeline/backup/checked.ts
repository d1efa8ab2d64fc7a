import { DigestingStream, sameContent } from '#kernel/digest.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { damaged } from './archive.ts';

/** Passes a backup's content on. @throws backup_damaged at its end, if it was something else than what the ledger knows */
export async function* checked(backup: Backup, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DigestingStream(source);
  yield* stream;
  if (!sameContent(stream.digest(), backup)) throw damaged(backup);
}
