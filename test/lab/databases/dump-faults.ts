import { VigieError } from '#kernel/errors.ts';
import { encoded } from './dump-format.ts';

/**
 * What can be wrong with a dump. `killed`: the client ends half-way. `empty`: nothing comes, and the client is content. `complains`: all of it comes, then the client
 * says that something is missing. `hostile`: nobody sees anything wrong, but loading it does what only a superuser may.
 */
export type DumpFault = 'killed' | 'empty' | 'complains' | 'hostile';

/** What a hostile dump wants. */
export const HOSTILE_ACT = 'COPY to or from an external program';

/** The same chunks with their fault. @param name of the database, for errors */
export function* faulty(name: string, chunks: Iterable<Uint8Array>, fault: DumpFault | null): Generator<Uint8Array> {
  if (fault === 'empty') throw new VigieError('dump_empty', { database: name });
  const all = [...chunks];
  const sent = fault === 'killed' ? all.slice(0, Math.floor(all.length / 2)) : all;
  for (const [index, chunk] of sent.entries()) {
    if (fault === 'hostile' && index === 1) yield encoded([{ run: HOSTILE_ACT }]);
    yield chunk;
  }
  if (fault === 'killed') throw new VigieError('dump_failed', { database: name, reason: 'terminated by signal KILL' });
  const complaint = 'error: query failed: ERROR:  permission denied for table secrets';
  if (fault === 'complains') throw new VigieError('dump_failed', { database: name, reason: complaint });
}
