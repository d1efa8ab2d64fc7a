import { VigieError } from '#kernel/errors.ts';
import type { Place } from '#ports/places.ts';

/** What may still be written to a place. */
export interface Headroom {
  readonly place: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** Of the place, in percent. */
  readonly limit: number;
}

/**
 * How much room a place has, once so many bytes have been found to fit.
 * @throws place_full, storage_full
 */
export async function headroomFor(place: Place, neededBytes: number, limit: number, signal?: AbortSignal): Promise<Headroom> {
  const { sizeBytes, freeBytes } = await place.space(signal);
  if (neededBytes > freeBytes) throw new VigieError('place_full', { place: place.name, needed: neededBytes, free: freeBytes });
  const room = { place: place.name, sizeBytes, usedBytes: sizeBytes - freeBytes, limit };
  refuseBeyond(room, neededBytes);
  return room;
}

/** Passes a stream on until the place would be too full. @throws storage_full at that byte */
export async function* within(room: Headroom, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    refuseBeyond(room, bytes);
    yield chunk;
  }
}

function refuseBeyond({ place, sizeBytes, usedBytes, limit }: Headroom, bytes: number): void {
  const share = Math.ceil(((usedBytes + bytes) * 100) / Math.max(1, sizeBytes));
  if (share > limit) throw new VigieError('storage_full', { storage: place, share, limit });
}
