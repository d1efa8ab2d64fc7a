import type { Json, JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { entriesOf, newestOf, writtenIn, type Entry } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { textOf } from './fields.ts';
import { groupsOf, type Group } from './groups.ts';
import type { Inquiry } from './inquiry.ts';
import { bucketsOf, bucketValue, countOf, numberAt, objectAt } from './read.ts';
import { Histories, type Held } from './histories.ts';
import { originOf, overlapFrom } from './remembered.ts';
import { columnOf, inColumns, ofKeys, type Evaluation, type Scene } from './scene.ts';
import { keyText, type AlertKey } from '../key.ts';

type Change = Extract<RuleKind, { type: 'change' }>;

/**
 * `change`: a document whose values aren't those of its key's document before; with `timeframe`, only if that one wasn't longer ago. Keys with
 * nothing but their known values in the overlap are quiet.
 */
export function* evaluateChange(scene: Scene<Change>): Evaluation {
  const from = overlapFrom(scene);
  const histories = new Histories(scene);
  const keys = yield* restlessKeys(scene, from, histories);
  const drafts: Draft[] = [];
  let counted = 0;
  for (const only of keys === null ? [null] : inParts(keys, scene.most)) {
    const { kind, span } = scene;
    const extent = { after: from, until: span.to, also: only === null ? [] : [ofKeys(scene, only)] };
    const read = yield* entriesOf(scene, extent, kind.compareKeys);
    // Too many of one key: how it stands now is told, what it was in between isn't.
    const entries = read.isWhole ? read.entries : yield* newestOf(scene, extent, kind.compareKeys);
    if (!read.isWhole) counted += read.entries.length;
    const wanted = only === null ? null : new Set(only.map(keyText));
    const own = wanted === null ? entries : entries.filter(({ bucket }) => wanted.has(bucket));
    for (const ofKey of grouped(own).values()) drafts.push(...changesIn(scene, from, ofKey, histories));
  }
  const { kept, forgotten } = histories.kept();
  const memory = { origin: originOf(scene), histories: kept };
  return { findings: yield* finish(scene, drafts), standings: null, memory, forgotten, counted };
}

/** Keys whose documents are read together: as many as a look may hold, and one at least. */
function inParts(groups: readonly Group[], most: number): readonly (readonly AlertKey[])[] {
  const parts: AlertKey[][] = [];
  let room = 0;
  for (const { key, count } of groups) {
    if (room < count || parts.length === 0) {
      parts.push([]);
      room = most;
    }
    parts.at(-1)?.push(key);
    room -= count;
  }
  return parts;
}

function grouped(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const own = groups.get(entry.keyText) ?? [];
    if (own.length === 0) groups.set(entry.keyText, own);
    own.push(entry);
  }
  return groups;
}

/** Walks one key's documents from where the overlap begins, and brings its history up to date. A change that the history knows was told. */
function changesIn(scene: Scene<Change>, from: number, entries: readonly Entry[], histories: Histories): readonly Draft[] {
  const { kind } = scene;
  const drafts: Draft[] = [];
  const [first] = entries;
  if (first === undefined) return drafts;
  const before = histories.get(first.keyText);
  const known = new Set((before?.held ?? []).map(({ at, values }) => `${at} ${JSON.stringify(values)}`));
  const base = (before?.held ?? []).filter(({ at }) => at <= from).at(-1);
  const held: Held[] = base === undefined ? [] : [base];
  let newestAt = base === undefined ? null : before !== undefined && before.newestAt <= from ? before.newestAt : base.at;
  for (const entry of entries) {
    const values = kind.compareKeys.map((field) => writtenIn(entry, field));
    if (kind.ignoreNull && values.some(isNothing)) continue;
    const { at, key } = entry;
    const last = held.at(-1);
    if (last === undefined || !isSame(last.values, values)) {
      held.push({ at, values });
      const isTold = known.has(`${at} ${JSON.stringify(values)}`);
      if (last !== undefined && !isTold && isInTime(kind, newestAt, at))
        drafts.push({ key, at, value: plain(values), limit: plain(last.values), matches: 1, entry });
    }
    newestAt = at;
  }
  if (newestAt !== null && held.length > 0) histories.set(first.keyText, { held, newestAt: Math.max(newestAt, before?.newestAt ?? 0) });
  return drafts;
}

function isInTime({ timeframeMs }: Change, newestAt: number | null, at: number): boolean {
  return timeframeMs === null || newestAt === null || at - newestAt <= timeframeMs;
}

function plain(values: readonly Json[]): Json {
  return values.length === 1 ? (values[0] ?? null) : values;
}

/** As Python has it: null, zero, and what is empty; but false is a value. */
function isNothing(value: Json): boolean {
  if (value === null || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isSame(one: readonly Json[], other: readonly Json[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @returns null when the fields can't be searched by: all documents must be read */
function* restlessKeys(scene: Scene<Change>, from: number, histories: Histories): Inquiry<readonly Group[] | null> {
  const { kind, rule, span } = scene;
  if (!inColumns(scene, [...rule.queryKey, ...kind.compareKeys])) return null;
  const columns = kind.compareKeys.map((field) => columnOf(scene.columns, field));
  const exist = kind.ignoreNull ? columns.map((field) => ({ exists: { field } })) : [];
  const newest = { filter: { bool: { filter: exist } }, aggs: { at: { max: { field: rule.timestampField } } } };
  const leaf = {
    ...Object.fromEntries(columns.map((field, index) => [`v${index}`, { terms: { field, size: 2 } }])),
    ...(kind.timeframeMs === null ? {} : { newest }),
  };
  const groups = yield* groupsOf(scene, { after: from, until: span.to }, { leaf, atLeast: 1, withMissing: true });
  return groups.filter((group) => !isQuiet(scene, from, group, histories));
}

/** Nothing but the known values; the time of its newest document is taken over. */
function isQuiet(scene: Scene<Change>, from: number, group: Group, histories: Histories): boolean {
  const text = keyText(group.key);
  const history = histories.get(text);
  const last = history?.held.at(-1);
  if (history === undefined || last === undefined || (history.held.length > 1 && last.at > from)) return false;
  if (!last.values.every((value, index) => isOnly(scene.kind, group, objectAt(group.found, `v${index}`), value))) return false;
  const newestAt = numberAt(group.found, 'newest', 'at', 'value');
  if (newestAt !== null) histories.set(text, { ...history, newestAt: Math.max(history.newestAt, newestAt) });
  return true;
}

/** Whether all documents of the group have this value; with `ignoreNull`, those that have any. */
function isOnly(kind: Change, group: Group, terms: JsonObject, value: Json): boolean {
  const [bucket, ...others] = bucketsOf(terms);
  if (bucket === undefined) return value === null && !kind.ignoreNull;
  if (others.length > 0 || isNothing(value) || textOf(bucketValue(bucket)) !== textOf(value)) return false;
  return kind.ignoreNull || countOf(bucket) === group.count;
}
