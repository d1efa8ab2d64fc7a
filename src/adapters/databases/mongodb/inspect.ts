import type { Server } from '../dialect.ts';
import { type Collection, collectionsOf, isStored } from './collections.ts';
import { isSharded, LONGEST_BYTES, swappedName } from './movable.ts';

/** As long as what names a restore may be: eight characters. */
const OPERATION = 'operatio';

/** What can't be loaded, or can't change places: all that is asked again before a swap. (An archive is not looked into: what the database holds now is what was dumped.) */
export async function inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  await dump[Symbol.asyncIterator]().return?.();
  const live = server.facts.database;
  if (await isSharded(server, signal)) return [`all of ${live}, which is in shards`];
  return (await collectionsOf(server, live, signal)).filter(isStored).flatMap((collection) => {
    const label = labelOf(collection, live);
    return label === null ? [] : [label];
  });
}

function labelOf({ name, type, options }: Collection, live: string): string | null {
  if (type === 'timeseries') return `time series ${name}`;
  if (type !== 'collection') return `${type} ${name}`;
  if (options['encryptedFields'] !== undefined) return `encrypted collection ${name}`;
  return Buffer.byteLength(swappedName(live, OPERATION, name)) > LONGEST_BYTES ? `collection ${name}, whose name is too long` : null;
}
