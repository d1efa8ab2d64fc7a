import { canonicalHash } from '#kernel/hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { OperationsReader } from '#ports/clients.ts';

/**
 * A basis in two parts: what decides, and what is shown beside it. A busy database has other rows each minute: that alone is no other plan. What people saw stays as it is while what decides
 * is the same and the rest is about the same; else they are asked again.
 * @param close whether what is shown is still what it was
 */
export async function steady<D extends JsonObject, S extends JsonObject>(
  clients: { readonly operations: OperationsReader },
  operation: string,
  fresh: { readonly decides: D; readonly shown: S },
  close: (seen: S, now: S) => boolean,
): Promise<{ readonly decides: D; readonly shown: S }> {
  const { plan } = await clients.operations.get(operation);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan of the same operation stored it
  const seen = (plan?.basis ?? null) as { readonly decides: D; readonly shown: S } | null;
  if (seen === null || canonicalHash(seen.decides) !== canonicalHash(fresh.decides)) return fresh;
  return close(seen.shown, fresh.shown) ? seen : fresh;
}
