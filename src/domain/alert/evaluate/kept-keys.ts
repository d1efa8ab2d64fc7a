import { BOUNDS } from '#kernel/bounds.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { Forgotten } from '../look.ts';

/** What a rule goes on with of its keys, and how many it had to let go. */
export interface KeptKeys {
  readonly kept: JsonObject;
  readonly forgotten: Forgotten;
}

/** What is to be remembered of a key, which was just seen: those that weren't for the longest time stand first. */
export function noted<Value>(all: Map<string, Value>, key: string, value: Value): void {
  all.delete(key);
  all.set(key, value);
}

/**
 * As many keys as one look tells apart. Each should be a number or a text: of a hundred thousand, objects would be a hundred megabytes.
 * Beyond, those are forgotten that weren't seen for the longest time, and the look says so.
 */
export function keptKeys(all: ReadonlyMap<string, Json>, most: number = BOUNDS.lookKeys.most): KeptKeys {
  const count = Math.max(0, all.size - most);
  return { kept: Object.fromEntries(count === 0 ? all : [...all].slice(count)), forgotten: { count, of: 'keys' } };
}
