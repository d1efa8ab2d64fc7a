import { BOUNDS } from '#kernel/bounds.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import { ask, type FoundDocument, type Inquiry } from './inquiry.ts';
import { keyOf, questionOf, type Extent, type Scene } from './scene.ts';
import { shortened } from './stored.ts';
import { readInstant } from './time.ts';

/** A document as an exact look reads it: its time, its key, and the fields that the type asked for. */
export interface Entry {
  readonly id: string;
  readonly index: string;
  readonly at: number;
  readonly key: AlertKey;
  readonly keyText: string;
  readonly source: JsonObject;
}

/** Elasticsearch gives at most 10,000 at a time. */
const PAGE = 5_000;

/** What was read, in order of time. */
export interface Entries {
  readonly entries: readonly Entry[];
  /** False: there are more documents than a look may read. */
  readonly isWhole: boolean;
}

/**
 * The documents of an extent, oldest first, with `fields` and those of the key: all of them, or as many as the scene may
 * read. Pages go on at the last time seen, that one included, and drop what they know: unlike a position, a time stays what it is while
 * documents come in.
 */
export function* entriesOf(scene: Scene, extent: Extent, fields: readonly string[]): Inquiry<Entries> {
  const names = fieldNames(scene, fields);
  const entries = new Map<string, Entry>();
  const read = readerOf(scene);
  let from = extent.after;
  let position: readonly Json[] | null = null;
  for (;;) {
    const body: JsonObject = {
      size: Math.min(PAGE, scene.most),
      track_total_hits: false,
      _source: names.length === 0 ? false : names,
      sort: [{ [scene.rule.timestampField]: 'asc' }, '_doc'],
      ...(position === null ? {} : { search_after: position }),
    };
    const { hits, cut } = yield* ask(questionOf(scene, { ...extent, after: from }, body));
    for (const hit of hits) {
      const entry = read(hit);
      if (entry !== null) entries.set(`${entry.index}/${entry.id}`, entry);
    }
    const last = hits.at(-1);
    const lastAt = last === undefined ? null : readInstant(scene.rule, last.sort[0]);
    if (last === undefined || lastAt === null || (hits.length < Math.min(PAGE, scene.most) && cut !== true))
      return { entries: [...entries.values()], isWhole: true };
    if (entries.size >= scene.most) return { entries: [...entries.values()], isWhole: false };
    // More documents in one millisecond than a page holds: only there a position is needed.
    position = lastAt - 1 <= from ? last.sort : null;
    from = Math.max(from, lastAt - 1);
  }
}

/** The newest documents, as many as one answer holds, oldest first: where there are too many to read them all. */
export function* newestOf(scene: Scene, extent: Extent, fields: readonly string[]): Inquiry<readonly Entry[]> {
  const body: JsonObject = {
    size: Math.min(PAGE, scene.most),
    track_total_hits: false,
    _source: fieldNames(scene, fields),
    sort: [{ [scene.rule.timestampField]: 'desc' }, '_doc'],
  };
  const { hits } = yield* ask(questionOf(scene, extent, body));
  const read = readerOf(scene);
  return hits
    .map(read)
    .filter((entry) => entry !== null)
    .toReversed();
}

function fieldNames(scene: Scene, fields: readonly string[]): readonly string[] {
  return [...new Set([...scene.rule.queryKey, ...fields])].flatMap(withParent);
}

/** A sub-field of a multi-field stands under its parent's name. */
function withParent(name: string): readonly string[] {
  return /\.(?:keyword|raw)$/u.test(name) ? [name, name.replace(/\.(?:keyword|raw)$/u, '')] : [name];
}

export function entryOf(scene: Scene, hit: FoundDocument): Entry | null {
  return readerOf(scene)(hit);
}

/** Reads hits. Keys and names that come again and again are kept once: of many documents they are most of the weight. */
function readerOf(scene: Scene): (hit: FoundDocument) => Entry | null {
  const keys = new Map<string, AlertKey>();
  const names = new Map<string, string>();
  return (hit) => {
    const at = readInstant(scene.rule, hit.sort[0]);
    if (at === null) return null;
    const source = shortened(hit.source, BOUNDS.documentText.most);
    const own = keyOf(scene.rule.queryKey, source);
    const text = keyText(own);
    const key = keys.get(text) ?? own;
    keys.set(text, key);
    const index = names.get(hit.index) ?? hit.index;
    names.set(index, index);
    const shared = names.get(text) ?? text;
    names.set(shared, shared);
    return { id: hit.id, index, at, key, keyText: shared, source };
  };
}
