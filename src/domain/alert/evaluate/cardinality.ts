import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { keyIn, keyText, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { DistinctValues } from './distinct-values.ts';
import { entriesOf } from './documents.ts';
import { finish } from './drafts.ts';
import { soonMs } from './lateness.ts';
import type { Group } from './groups.ts';
import { keptKeys } from './kept-keys.ts';
import { nearby } from './nearby.ts';
import { bucketsOf, countOf, numberAt, objectAt } from './read.ts';
import { asNumber, awaitedMs, mapIn, originOf } from './remembered.ts';
import { columnOf, inColumns, ofKeys, type Evaluation, type Scene } from './scene.ts';
import { ticksOf, within } from './time.ts';
import { valuesAtTicks } from './values-at-ticks.ts';

type Cardinality = Extract<RuleKind, { type: 'cardinality' }>;

/** Up to here the values themselves are asked for; beyond, Elasticsearch estimates how many there are. */
const EXACT = 50;
/** An estimate so far below the maximum is believed: up to 40,000 values its error is a fraction of a per cent. */
const BELIEVED = 0.95;
const PRECISION = 40_000;

/**
 * `cardinality`: more different values than `max` in the window ending at a document, or fewer than `min` at one or at a tick. Distinct values
 * of the window and one tick together bound both; only keys that come near are looked at document by document.
 */
export function* evaluateCardinality(scene: Scene<Cardinality>): Evaluation {
  const { kind, rule, span } = scene;
  const first = mapIn(scene.memory, 'first', asNumber);
  const told = mapIn(scene.memory, 'told', asNumber);
  const isSearchable = inColumns(scene, [kind.field]);
  const near = yield* nearby(scene, kind.timeframeMs + 1, { leaf: isSearchable ? leafOf(scene) : {}, atLeast: 1, withMissing: true });
  // With a minimum, a document that came late may be the first of a key.
  const isLate = kind.min !== null && near.since < Math.max(originOf(scene), span.from - soonMs(rule));
  const keys = isSearchable && near.byKey && !isLate ? nearKeys(scene, near.groups, first) : null;
  const state = new DistinctValues(kind, first, told);
  const documents = documentsOf(near.groups, keys);
  const isCountable = isSearchable && near.byKey;
  let isCounted = isCountable && documents > scene.most;
  if (!isCounted && (keys === null || keys.length > 0)) {
    const extent = { after: near.after, until: span.to, also: keys === null ? [] : [ofKeys(scene, keys)] };
    const { entries, isWhole } = yield* entriesOf(scene, extent, [kind.field]);
    if (isWhole) state.run(entries, ticksOf(span, rule.runEveryMs), near.since, span.from);
    // With half of the documents every key would seem to have too few values.
    else if (!isCountable) throw new VigieError('look_too_large', { rule: rule.name, documents, limit: scene.most });
    else isCounted = true;
  }
  if (isCounted) {
    // Late documents make a key have more values in the time before, and never fewer.
    const lateMs = kind.min === null && near.since < span.from - soonMs(rule) ? span.from - near.since : 0;
    const from = span.from - Math.floor(lateMs / rule.runEveryMs) * rule.runEveryMs;
    for (const tick of yield* valuesAtTicks({ ...scene, span: { from, to: span.to } }, keys)) state.counted(tick);
  }
  const drafts = state.drafts.filter(({ key, at }) => at > (told.get(keyText(key)) ?? 0));
  for (const { key, at } of drafts) told.set(keyText(key), Math.max(at, told.get(keyText(key)) ?? 0));
  const { kept, forgotten } = keptKeys(kind.min === null ? new Map() : state.first);
  const watched = kind.min === null ? {} : { first: kept };
  const memory = { origin: originOf(scene), ...watched, told: since(told, span.to - awaitedMs(rule)), counted: near.counted };
  return { findings: yield* finish(scene, drafts), standings: null, memory, forgotten, counted: isCounted ? documents : 0 };
}

function documentsOf(groups: readonly Group[], keys: readonly AlertKey[] | null): number {
  const wanted = keys === null ? null : new Set(keys.map(keyText));
  return groups.filter(({ key }) => wanted === null || wanted.has(keyText(key))).reduce((sum, { count }) => sum + count, 0);
}

function since(told: ReadonlyMap<string, number>, from: number): JsonObject {
  return Object.fromEntries([...told].filter(([, at]) => at > from));
}

/** @returns null when all documents must be read: with a minimum, each key's check tidies up the others, too */
function nearKeys(scene: Scene<Cardinality>, groups: readonly Group[], first: ReadonlyMap<string, number>): readonly AlertKey[] | null {
  const { kind } = scene;
  const high = groups.filter((group) => isHigh(kind, group)).map(({ key }) => key);
  if (kind.min === null) return high;
  return high.length > 0 || isAnyLow(scene, groups, first) ? null : [];
}

function leafOf(scene: Scene<Cardinality>): JsonObject {
  const { kind, rule, span } = scene;
  const field = columnOf(scene.columns, kind.field);
  const values = (most: number): JsonObject =>
    most <= EXACT ? { terms: { field, size: most } } : { cardinality: { field, precision_threshold: PRECISION } };
  const sure = within(rule, span.to - kind.timeframeMs, span.from);
  return {
    ...(kind.max === null ? {} : { most: values(kind.max + 1) }),
    ...(kind.min === null
      ? {}
      : {
          least: { filter: sure, aggs: { values: values(kind.min) } },
          fresh: { filter: within(rule, span.from - soonMs(rule), span.to) },
        }),
  };
}

function isHigh({ max }: Cardinality, { found }: Group): boolean {
  if (max === null) return false;
  const most = objectAt(found, 'most');
  const estimate = numberAt(most, 'value');
  return estimate === null ? bucketsOf(most).length > max : estimate > max * BELIEVED;
}

/** Whether any key may be below the minimum somewhere in the span: of those watched, and of those that begin to be. */
function isAnyLow({ kind, span }: Scene<Cardinality>, groups: readonly Group[], first: ReadonlyMap<string, number>): boolean {
  const { min, timeframeMs } = kind;
  if (min === null) return false;
  const enough = new Set(groups.filter(({ found }) => isEnough(min, objectAt(found, 'least', 'values'))).map(({ key }) => keyText(key)));
  const begins = groups.some(({ key, found }) => countOf(objectAt(found, 'fresh')) > 0 && !first.has(keyText(key)));
  return begins || [...first].some(([text, at]) => span.to - at > timeframeMs && !enough.has(keyText(keyIn(text))));
}

function isEnough(min: number, values: JsonObject): boolean {
  const estimate = numberAt(values, 'value');
  return estimate === null ? bucketsOf(values).length >= min : estimate * BELIEVED >= min;
}
