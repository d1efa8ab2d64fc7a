import type { Json, JsonObject } from '#kernel/json.ts';
import { isList } from './fields.ts';
import type { AlertKey } from '../key.ts';
import type { Entry } from './documents.ts';
import { mapIn } from './remembered.ts';
import type { RuleMemory } from '../look.ts';

/** Something that is counted: one document, or what a search counted at a tick. */
export interface Event {
  readonly at: number;
  readonly count: number;
  /** Where a field's values were summed up: of so many. */
  readonly of?: number;
  readonly key: AlertKey;
  readonly keyText: string;
  readonly entry: Entry | null;
}

/** Up to where a key's events were used up by a match: those before `at`, and `ties` of those at `at` itself. */
export interface Used {
  readonly at: number;
  readonly ties: number;
}

export interface Reached {
  readonly event: Event;
  readonly count: number;
}

/**
 * ElastAlert's frequency: a match wherever `wanted` fall within `timeframeMs` (two that are exactly so far apart don't meet), after which the key
 * counts from zero. Events in order of time; `used` is read and brought up to date.
 */
export function* reached(events: Iterable<Event>, wanted: number, timeframeMs: number, used: Map<string, Used>): Generator<Reached> {
  const windows = new Map<string, Event[]>();
  const ties = new Map<string, Used>();
  for (const event of events) {
    const { keyText, at } = event;
    const last = ties.get(keyText);
    const tied = { at, ties: last?.at === at ? last.ties + event.count : event.count };
    ties.set(keyText, tied);
    const count = unusedIn(used.get(keyText), tied, event.count);
    if (count <= 0) continue;
    const window = (windows.get(keyText) ?? []).filter((other) => at - other.at < timeframeMs);
    window.push({ ...event, count });
    windows.set(keyText, window);
    const all = window.reduce((sum, other) => sum + other.count, 0);
    if (all < wanted) continue;
    windows.delete(keyText);
    used.set(keyText, tied);
    yield { event, count: all };
  }
}

/** How much of an event still counts: of what was counted at a tick, only what came since is new. @param tied with all of its key before it, of that moment */
function unusedIn(used: Used | undefined, { at, ties }: Used, count: number): number {
  if (used === undefined || at > used.at) return count;
  return at < used.at ? 0 : Math.min(count, ties - used.ties);
}

export function usedIn(memory: RuleMemory | null): Map<string, Used> {
  return mapIn(memory, 'used', (value) => {
    const [at, ties] = isList(value) ? value : [];
    return typeof at === 'number' && typeof ties === 'number' ? { at, ties } : null;
  });
}

/** What later looks still need: nothing before `since` is read again. */
export function usedSince(used: ReadonlyMap<string, Used>, since: number): JsonObject {
  const kept: Record<string, Json> = {};
  used.forEach(({ at, ties }, key) => {
    if (at > since) kept[key] = [at, ties];
  });
  return kept;
}
