import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';

/** What goes wrong while a dump is loaded, in the port's words; the signal's own reason and vigie's errors stay as they are. */
export async function asImport(name: string, load: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await load;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VigieError) throw error;
    throw new VigieError('import_failed', { database: name, reason: reasonOf(error) }, error);
  }
}
