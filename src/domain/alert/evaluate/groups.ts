import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { isJsonObject, type JsonObject } from '#kernel/json.ts';
import type { AlertKey } from '../key.ts';
import { ask, type Answer, type Inquiry, type Question } from './inquiry.ts';
import { bucketsOf, bucketValue, countOf, numberAt, objectAt } from './read.ts';
import { columnOf, partOf, questionOf, type Extent, type Scene } from './scene.ts';

/** One key and what was aggregated of its documents. */
export interface Group {
  readonly key: AlertKey;
  readonly count: number;
  readonly found: JsonObject;
}

export interface Grouping {
  /** What to aggregate in each group. */
  readonly leaf: JsonObject;
  /** Groups with fewer documents don't matter. */
  readonly atLeast: number;
  /** Whether documents without a field of the key are a group, too. */
  readonly withMissing: boolean;
}

/** So many keys come in the first answer; more are paged through. */
const TERMS = 500;
const PAGE = 1_000;
/** What is aggregated of each key may make a page too large: so much smaller it is then, down to this. */
const [SMALLER, SMALLEST_PAGE] = [4, 10];
/** Most of what is paged through may be too small to matter: so far it is looked through for what isn't. */
const PAGES = 300;

/** Aggregations that group by the fields of the key, one inside the other; the leaf alone for a rule without a key. */
export function groupedBy(scene: Scene, grouping: Grouping, fields = scene.rule.queryKey): JsonObject {
  const [field, ...rest] = fields;
  if (field === undefined) return grouping.leaf;
  const column = grouped(scene, field);
  const aggs = groupedBy(scene, grouping, rest);
  const inside = Object.keys(aggs).length === 0 ? {} : { aggs };
  const terms = { terms: { field: column, size: TERMS, min_doc_count: grouping.atLeast }, ...inside };
  return { by: terms, ...(grouping.withMissing ? { none: { missing: { field: column }, ...inside } } : {}) };
}

/** By what has no column there are no groups: that is no answer, and not "none". */
function grouped({ rule, columns }: Scene, field: string): string {
  if (columns[field] === '') throw new VigieError('look_ungroupable', { rule: rule.name, field });
  return columnOf(columns, field);
}

/** @returns null when the answer may be cut: then the groups must be paged through */
export function readGroups(scene: Scene, grouping: Grouping, holder: JsonObject, count: number): readonly Group[] | null {
  return readLevel({ scene, grouping }, scene.rule.queryKey, { key: {}, count, found: holder });
}

interface Wanted {
  readonly scene: Scene;
  readonly grouping: Grouping;
}

/** @param outer the group of the fields before these */
function readLevel(wanted: Wanted, fields: readonly string[], outer: Group): readonly Group[] | null {
  const { scene, grouping } = wanted;
  const { key, count, found } = outer;
  const [field, ...rest] = fields;
  if (field === undefined) return count >= grouping.atLeast || grouping.atLeast <= 1 ? [outer] : [];
  const terms = objectAt(found, 'by');
  if (isCut(terms, grouping)) return null;
  const below = bucketsOf(terms).map((bucket) =>
    readLevel(wanted, rest, { key: { ...key, [field]: partOf(scene, field, bucketValue(bucket)) }, count: countOf(bucket), found: bucket }),
  );
  const none = objectAt(found, 'none');
  if (countOf(none) > 0) below.push(readLevel(wanted, rest, { key: { ...key, [field]: '' }, count: countOf(none), found: none }));
  return below.some((groups) => groups === null) ? null : below.flatMap((groups) => groups ?? []);
}

/** Cut by the size; or, over several shards, a key that each of them held for too small may be missing. */
function isCut(terms: JsonObject, grouping: Grouping): boolean {
  return bucketsOf(terms).length >= TERMS || (numberAt(terms, 'doc_count_error_upper_bound') ?? 0) >= grouping.atLeast;
}

/** The groups of an answer; null when they must be paged through, also because the server refused to give them all at once. */
export function groupsIn(scene: Scene, grouping: Grouping, { tooLarge, aggregations, total }: Answer): readonly Group[] | null {
  return tooLarge === true ? null : readGroups(scene, grouping, aggregations, total);
}

/** All groups of these documents, however many. */
export function* groupsOf(scene: Scene, extent: Extent, grouping: Grouping): Inquiry<readonly Group[]> {
  const aggs = groupedBy(scene, grouping);
  const body = { size: 0, track_total_hits: aggs === grouping.leaf, aggs };
  const answer = yield* ask(divisible(questionOf(scene, extent, body)));
  return groupsIn(scene, grouping, answer) ?? (yield* pagedGroups(scene, (page) => questionOf(scene, extent, page), grouping));
}

/** A question whose groups can be paged through instead. */
export function divisible(question: Question): Question {
  return { ...question, divisible: true };
}

/** The same, page by page: a composite aggregation is never cut. */
export function* pagedGroups(scene: Scene, question: (body: JsonObject) => Question, grouping: Grouping): Inquiry<readonly Group[]> {
  const groups: Group[] = [];
  let after: JsonObject | null = null;
  let pages = 0;
  let size = PAGE;
  let isLast = false;
  do {
    if (groups.length >= BOUNDS.lookKeys.most || pages >= PAGES) throw tooManyKeys(scene);
    pages += 1;
    const body = { size: 0, track_total_hits: false, aggs: composite(scene, grouping, { size, after }) };
    const answer: Answer = yield* ask(size > SMALLEST_PAGE ? divisible(question(body)) : question(body));
    if (answer.tooLarge === true) {
      size = Math.max(SMALLEST_PAGE, Math.floor(size / SMALLER));
      continue;
    }
    const page = objectAt(answer.aggregations, 'page');
    const buckets = bucketsOf(page);
    for (const bucket of buckets) if (countOf(bucket) >= grouping.atLeast) groups.push(groupIn(scene, grouping, bucket));
    const next = page['after_key'];
    after = next !== undefined && isJsonObject(next) && buckets.length >= size ? next : null;
    isLast = after === null;
  } while (!isLast);
  return groups;
}

function tooManyKeys({ rule }: Scene): VigieError {
  return new VigieError('look_too_large', { rule: rule.name, documents: null, limit: BOUNDS.lookKeys.most });
}

interface Page {
  readonly size: number;
  /** Behind this key; null for the first. */
  readonly after: JsonObject | null;
}

function composite(scene: Scene, grouping: Grouping, { size, after }: Page): JsonObject {
  const sources = scene.rule.queryKey.map((field) => ({
    [field]: { terms: { field: grouped(scene, field), ...(grouping.withMissing ? { missing_bucket: true } : {}) } },
  }));
  const inside = Object.keys(grouping.leaf).length === 0 ? {} : { aggs: grouping.leaf };
  return { page: { composite: { size, sources, ...(after === null ? {} : { after }) }, ...inside } };
}

const NOTHING: JsonObject = {};

/** An answer isn't held for the sake of what was never asked: there may be ten thousand groups. */
function groupIn(scene: Scene, { leaf }: Grouping, bucket: JsonObject): Group {
  const values = objectAt(bucket, 'key');
  const key: Record<string, string> = {};
  for (const field of scene.rule.queryKey) key[field] = partOf(scene, field, values[field]);
  return { key, count: countOf(bucket), found: Object.keys(leaf).length === 0 ? NOTHING : bucket };
}
