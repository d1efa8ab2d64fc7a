import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from './scene.ts';

/** Readers of a memory: it was stored, perhaps by an older vigie, so what isn't as expected counts as never said. */
export function numberIn(memory: JsonObject | null, name: string): number | null {
  const value = memory?.[name];
  return typeof value === 'number' ? value : null;
}

export function objectIn(memory: JsonObject | null, name: string): JsonObject {
  const value = memory?.[name];
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** The entries of a member that maps names to what `read` understands. */
export function mapIn<Value>(memory: JsonObject | null, name: string, read: (value: Json) => Value | null): Map<string, Value> {
  const found = new Map<string, Value>();
  const entries = objectIn(memory, name);
  for (const key of Object.keys(entries)) {
    const value = read(entries[key] ?? null);
    if (value !== null) found.set(key, value);
  }
  return found;
}

export function asNumber(value: Json): number | null {
  return typeof value === 'number' ? value : null;
}

/** The moment after which documents count at all: where the first look began. */
export function originOf(scene: Scene): number {
  return numberIn(scene.memory, 'origin') ?? scene.span.from;
}

/** No document is given up sooner: a shipper that was away for a while sends what it has. */
const LEAST_MS = 900_000;

/** How long documents that arrive late are waited for. */
export function awaitedMs({ bufferTimeMs }: Pick<Rule, 'bufferTimeMs'>): number {
  return Math.max(bufferTimeMs, LEAST_MS);
}

/** From here on everything is read again. */
export function overlapFrom(scene: Scene): number {
  return Math.max(originOf(scene), scene.span.from - awaitedMs(scene.rule));
}

/** Up to where the rule was looked at already: what was told of ticks until then isn't told again. */
export function toldUntil(scene: Scene): number {
  return numberIn(scene.memory, 'until') ?? Number.NEGATIVE_INFINITY;
}
