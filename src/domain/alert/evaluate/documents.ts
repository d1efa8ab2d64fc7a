import { BOUNDS } from '#kernel/bounds.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import { isList, lookUp, single, valuesOf } from './fields.ts';
import { divisible } from './groups.ts';
import { ask, type FoundDocument, type Inquiry } from './inquiry.ts';
import { columnOf, inColumns, partOf, questionOf, type Extent, type Scene } from './scene.ts';
import { shortened } from './stored.ts';
import { readInstant } from './time.ts';
import { weightOf } from './weight.ts';

/** A document as an exact look reads it, for one of its keys: its time, that key, and the fields that the type asked for. */
export interface Entry {
  readonly id: string;
  readonly index: string;
  readonly at: number;
  readonly key: AlertKey;
  readonly keyText: string;
  /** The bucket that counts it: its key, but for parts that stand in the document alone and are empty there. */
  readonly bucket: string;
  readonly source: JsonObject;
  /** Whether that is all of it that the rule includes. */
  readonly isWhole: boolean;
  /** Of each field that the type asked for: the values by which it is searched, or as they were written where it has no column. */
  readonly values: Readonly<Record<string, readonly Json[]>>;
}

/** Elasticsearch gives at most 10,000 at a time. */
const PAGE = 5_000;
/** As few are read whole at once: one of them will be told, and asking for it afterwards costs a round trip. */
const FEW = 256;

/** What was read, in order of time. */
export interface Entries {
  readonly entries: readonly Entry[];
  /** False: there are more documents than a look may read. */
  readonly isWhole: boolean;
}

/**
 * The documents of an extent, oldest first and once for each of their keys, with `fields` and those of the key: all of them, or as many as the scene may
 * read. Pages go on at the last time seen, that one included, and drop what they know: unlike a position, a time stays what it is while
 * documents come in.
 * @param expected how many there are, where that is known
 */
export function* entriesOf(scene: Scene, extent: Extent, fields: readonly string[], expected = Number.POSITIVE_INFINITY): Inquiry<Entries> {
  if (expected <= FEW) {
    const few = yield* fewWhole(scene, extent, fields);
    if (few !== null) return few;
  }
  const entries = new Map<string, Entry>();
  const wanted = wantedOf(scene, fields);
  const read = readerOf(scene, fields);
  let from = extent.after;
  let position: readonly Json[] | null = null;
  let weight = 0;
  for (;;) {
    const body: JsonObject = {
      size: Math.min(PAGE, scene.most),
      track_total_hits: false,
      ...wanted,
      sort: [{ [scene.rule.timestampField]: 'asc' }, '_doc'],
      ...(position === null ? {} : { search_after: position }),
    };
    const { hits, cut } = yield* ask(questionOf(scene, { ...extent, after: from }, body));
    for (const hit of hits) {
      weight += weightOf(hit);
      for (const entry of read(hit)) entries.set(`${entry.index}/${entry.id} ${entry.keyText}`, entry);
    }
    const last = hits.at(-1);
    const lastAt = last === undefined ? null : readInstant(scene.rule, last.sort[0]);
    if (last === undefined || lastAt === null || (hits.length < Math.min(PAGE, scene.most) && cut !== true))
      return { entries: inOrder([...entries.values()]), isWhole: true };
    if (entries.size >= scene.most || weight >= BOUNDS.lookMemory.most) return { entries: inOrder([...entries.values()]), isWhole: false };
    // More documents in one millisecond than a page holds: only there a position is needed. And where some count seconds, they aren't in order.
    const isOnTheSpot = lastAt - 1 <= from || scene.rule.timestampType !== 'iso';
    position = isOnTheSpot ? last.sort : null;
    if (!isOnTheSpot) from = lastAt - 1;
  }
}

/** @returns null where there are more than expected, or they are too large */
function* fewWhole(scene: Scene, extent: Extent, fields: readonly string[]): Inquiry<Entries | null> {
  const size = Math.min(FEW, scene.most) + 1;
  const sort = [{ [scene.rule.timestampField]: 'asc' }, '_doc'];
  const body = { size, track_total_hits: false, ...wantedOf(scene, fields), _source: wholeSource(scene, fields), sort };
  const { hits, cut, tooLarge } = yield* ask(divisible(questionOf(scene, extent, body)));
  if (tooLarge === true || cut === true || hits.length === size) return null;
  const read = readerOf(scene, fields);
  const entries = hits.flatMap(read).map((entry) => ({ ...entry, isWhole: true }));
  return { entries: inOrder(entries), isWhole: true };
}

/** What the rule includes of a document, with what has to be known of it: all of it, if the rule doesn't say. */
export function wholeSource({ rule: { include, queryKey, timestampField } }: Scene, fields: readonly string[] = []): Json {
  return include === null ? true : [...include, ...[...queryKey, ...fields].flatMap(withParent), timestampField];
}

/** Seconds and milliseconds since the epoch don't sort beside each other. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.every(({ at }, index) => at >= (entries[index - 1]?.at ?? at)) ? entries : entries.toSorted((a, b) => a.at - b.at);
}

/** The newest documents, as many as one answer holds, oldest first: where there are too many to read them all. */
export function* newestOf(scene: Scene, extent: Extent, fields: readonly string[]): Inquiry<readonly Entry[]> {
  const body: JsonObject = {
    size: Math.min(PAGE, scene.most),
    track_total_hits: false,
    ...wantedOf(scene, fields),
    sort: [{ [scene.rule.timestampField]: 'desc' }, '_doc'],
  };
  const { hits } = yield* ask(questionOf(scene, extent, body));
  return hits.toReversed().flatMap(readerOf(scene, fields));
}

/** A field of a document as it was written; what only the index knows, as that has it. */
export function writtenIn({ source, values }: Entry, field: string): Json {
  const value = lookUp(source, field);
  return single(value === undefined ? values[field] : value);
}

/** What a search must bring of each document: the rule's key and `fields`, as they are and by their columns. */
function wantedOf(scene: Scene, fields: readonly string[]): JsonObject {
  const all = [...new Set([...scene.rule.queryKey, ...fields])];
  const names = all.flatMap(withParent);
  const columns = all.filter((field) => inColumns(scene, [field])).map((field) => columnWanted(scene, field));
  return { _source: names.length === 0 ? false : names, ...(columns.length === 0 ? {} : { docvalue_fields: columns }) };
}

function columnWanted(scene: Scene, field: string): Json {
  const column = columnOf(scene.columns, field);
  return scene.readings?.[field] === 'date' ? { field: column, format: 'epoch_millis' } : column;
}

/** A sub-field of a multi-field stands under its parent's name. */
function withParent(name: string): readonly string[] {
  return /\.(?:keyword|raw)$/u.test(name) ? [name, name.replace(/\.(?:keyword|raw)$/u, '')] : [name];
}

/** The body of a search for one document or more, with the key of each. */
export function keyedBody(scene: Scene, body: JsonObject): JsonObject {
  return { ...body, ...wantedOf(scene, []) };
}

export function entriesIn(scene: Scene, hit: FoundDocument): readonly Entry[] {
  return readerOf(scene, [])(hit);
}

/** So many keys one document may have: each value of each field with each of the others. */
const KEYS = 1_000;
const NOTHING: Entry['values'] = {};

/**
 * Reads hits. Which keys a document belongs to is what its columns say, so that they are those of the buckets that count it; what has no column is taken
 * as it was written. Keys and names that come again and again are kept once: of many documents they are most of the weight.
 */
function readerOf(scene: Scene, fields: readonly string[]): (hit: FoundDocument) => readonly Entry[] {
  const keys = new Map<string, AlertKey>();
  const names = new Map<string, string>();
  const shared = (name: string): string => {
    const known = names.get(name) ?? name;
    names.set(known, known);
    return known;
  };
  return (hit) => {
    const at = readInstant(scene.rule, hit.sort[0]);
    if (at === null) return [];
    const short = { ...hit, source: shortened(hit.source, BOUNDS.documentText.most) };
    const values =
      fields.length === 0 ? NOTHING : Object.fromEntries(fields.map((field) => [field, valuesIn(scene, short, field)] as const));
    const unseen = scene.rule.queryKey.filter((field) => columnValues(scene, short, field).length === 0);
    return keysOf(scene, short).map((own): Entry => {
      const text = shared(keyText(own));
      const key = keys.get(text) ?? own;
      keys.set(text, key);
      const bucket = unseen.length === 0 ? text : shared(keyText({ ...own, ...Object.fromEntries(unseen.map((field) => [field, ''])) }));
      return { id: hit.id, index: shared(hit.index), at, key, keyText: text, bucket, source: short.source, isWhole: false, values };
    });
  };
}

/** Each combination of the values of the rule's key; a field without any is empty. */
function keysOf(scene: Scene, hit: FoundDocument): readonly AlertKey[] {
  return scene.rule.queryKey.reduce<readonly AlertKey[]>(
    (keys, field) => {
      const parts = [...new Set(valuesIn(scene, hit, field).map((value) => partOf(scene, field, value)))];
      const own = parts.length === 0 ? [''] : parts;
      return keys.flatMap((key) => own.map((part) => ({ ...key, [field]: part }))).slice(0, KEYS);
    },
    [{}],
  );
}

function valuesIn(scene: Scene, hit: FoundDocument, field: string): readonly Json[] {
  const found = columnValues(scene, hit, field);
  return found.length > 0 ? found : valuesOf(lookUp(hit.source, field));
}

function columnValues(scene: Scene, { fields = {} }: FoundDocument, field: string): readonly Json[] {
  const found = fields[columnOf(scene.columns, field)];
  return isList(found) ? found : [];
}
