import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import { ask, type FoundDocument, type Inquiry } from './inquiry.ts';
import { keyOf, questionOf, type Scene } from './scene.ts';
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

/**
 * All documents after `after` up to `until`, oldest first, with `fields` and those of the key. Pages go on at the last time seen, that one
 * included, and drop what they know: unlike a position, a time stays what it is while documents come in.
 */
export function* entriesOf(
  scene: Scene,
  after: number,
  until: number,
  also: readonly JsonObject[],
  fields: readonly string[],
): Inquiry<readonly Entry[]> {
  const names = [...new Set([...scene.rule.queryKey, ...fields])].flatMap(withParent);
  const entries = new Map<string, Entry>();
  let from = after;
  let position: readonly Json[] | null = null;
  for (;;) {
    const body: JsonObject = {
      size: PAGE,
      track_total_hits: false,
      _source: names.length === 0 ? false : names,
      sort: [{ [scene.rule.timestampField]: 'asc' }, '_doc'],
      ...(position === null ? {} : { search_after: position }),
    };
    const { hits } = yield* ask(questionOf(scene, from, until, also, body));
    for (const hit of hits) {
      const entry = entryOf(scene, hit);
      if (entry !== null) entries.set(`${entry.index}/${entry.id}`, entry);
    }
    const last = hits.at(-1);
    const lastAt = last === undefined ? null : readInstant(scene.rule, last.sort[0]);
    if (last === undefined || lastAt === null || hits.length < PAGE) return [...entries.values()];
    // More documents in one millisecond than a page holds: only there a position is needed.
    position = lastAt - 1 <= from ? last.sort : null;
    from = Math.max(from, lastAt - 1);
  }
}

/** A sub-field of a multi-field stands under its parent's name. */
function withParent(name: string): readonly string[] {
  return /\.(?:keyword|raw)$/u.test(name) ? [name, name.replace(/\.(?:keyword|raw)$/u, '')] : [name];
}

export function entryOf(scene: Scene, hit: FoundDocument): Entry | null {
  const at = readInstant(scene.rule, hit.sort[0]);
  if (at === null) return null;
  const key = keyOf(scene.rule.queryKey, hit.source);
  return { id: hit.id, index: hit.index, at, key, keyText: keyText(key), source: hit.source };
}
