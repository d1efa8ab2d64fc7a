import { BOUNDS } from '#kernel/bounds.ts';
import type { JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { groupsOf, type Group } from './groups.ts';
import type { Inquiry } from './inquiry.ts';
import { numberAt } from './read.ts';
import { columnOf, keyedBy, ofKeys, type Scene } from './scene.ts';
import { readInstant, ticksOf, within } from './time.ts';

type Cardinality = Extract<RuleKind, { type: 'cardinality' }>;

/** How one key stands at a tick. */
export interface Sized {
  readonly key: AlertKey;
  /** Different values in the window that ends there. */
  readonly size: number;
  /** The first document that came with the tick; null for none. */
  readonly first: number | null;
}

export interface SizedTick {
  readonly at: number;
  readonly keys: ReadonlyMap<string, Sized>;
}

/** Elasticsearch's count of different values is exact while there are few; up to so many its error is a fraction of a per cent. */
const [FEW, PRECISION] = [100, 40_000];
/** Whoever is so near a limit is counted value by value. */
const NEAR = 0.05;

/** How many different values each key has at each tick of the span, where there are too many documents to read. @param keys null for all */
export function* valuesAtTicks(scene: Scene<Cardinality>, keys: readonly AlertKey[] | null): Inquiry<readonly SizedTick[]> {
  const { rule, span } = scene;
  const ticks = ticksOf(span, rule.runEveryMs);
  const sized: SizedTick[] = [];
  for (const [index, at] of ticks.entries()) sized.push(yield* valuesAt(scene, keys, ticks[index - 1] ?? span.from, at));
  return sized;
}

function* valuesAt(scene: Scene<Cardinality>, keys: readonly AlertKey[] | null, before: number, at: number): Inquiry<SizedTick> {
  const { kind, rule, columns } = scene;
  const only = keys === null || rule.queryKey.length === 0 ? [] : [ofKeys(scene, keys)];
  // What is as old as the window is long counts.
  const start = at - kind.timeframeMs - 1;
  const different = { cardinality: { field: columnOf(columns, kind.field), precision_threshold: PRECISION } };
  const leaf: JsonObject = {
    window: { filter: within(rule, start, at), aggs: { different } },
    came: { filter: within(rule, before, at), aggs: { first: { min: { field: rule.timestampField } } } },
  };
  const extent = { after: Math.min(start, before), until: at, also: only };
  const groups = yield* groupsOf(scene, extent, { leaf, atLeast: 1, withMissing: true });
  const found = new Map(groups.map((group) => [keyText(group.key), sizedIn(scene, group)]));
  const unsure = [...found.values()].filter(({ size }) => isUnsure(kind, size));
  for (const [text, size] of yield* exactly(scene, unsure, { after: start, until: at })) {
    const sized = found.get(text);
    if (sized !== undefined) found.set(text, { ...sized, size });
  }
  return { at, keys: found };
}

function sizedIn({ rule }: Scene, { key, found }: Group): Sized {
  const size = numberAt(found, 'window', 'different', 'value') ?? 0;
  return { key, size, first: readInstant(rule, numberAt(found, 'came', 'first', 'value') ?? undefined) };
}

function isUnsure({ min, max }: Cardinality, size: number): boolean {
  return size > FEW && [min, max].some((limit) => limit !== null && Math.abs(size - limit) <= limit * NEAR);
}

/** Of these keys, by their text: all pairs of a key and a value, counted. Of more pairs than a look tells apart the estimate is believed. */
function* exactly(
  scene: Scene<Cardinality>,
  unsure: readonly Sized[],
  window: { readonly after: number; readonly until: number },
): Inquiry<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  const pairs = unsure.reduce((sum, { size }) => sum + size, 0);
  const { kind, rule, columns } = scene;
  if (pairs === 0 || pairs * (1 + NEAR) > BOUNDS.lookKeys.most || rule.queryKey.includes(kind.field)) return sizes;
  const wanted = unsure.map(({ key }) => key);
  const known = { exists: { field: columnOf(columns, kind.field) } };
  const also = [known, ...(rule.queryKey.length === 0 ? [] : [ofKeys(scene, wanted)])];
  const paired = keyedBy(scene, [...rule.queryKey, kind.field]);
  const groups = yield* groupsOf(paired, { ...window, also }, { leaf: {}, atLeast: 1, withMissing: true });
  for (const { key } of groups) {
    const text = keyText(Object.fromEntries(rule.queryKey.map((field) => [field, key[field] ?? ''])));
    sizes.set(text, (sizes.get(text) ?? 0) + 1);
  }
  return sizes;
}
