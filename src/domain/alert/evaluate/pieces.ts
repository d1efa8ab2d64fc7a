import { keyText, type AlertKey } from '../key.ts';
import type { Event } from './counting.ts';
import { divisible, groupedBy, pagedGroups, readGroups, type Group, type Grouping } from './groups.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { bucketsOf, countOf, numberAt, objectAt } from './read.ts';
import { originOf } from './remembered.ts';
import { columnOf, ofKeys, questionOf, type Scene } from './scene.ts';
import { ticksBefore, ticksOf, within } from './time.ts';

/** How far back the pieces reach that share a window with the first tick of the span. */
export function piecesStart(scene: Scene, timeframeMs: number): number {
  const { rule, span } = scene;
  return Math.max(originOf(scene), span.from - (Math.ceil(timeframeMs / rule.runEveryMs) - 1) * rule.runEveryMs);
}

/** What is counted in each piece. */
export interface Piece {
  /** A field whose values are summed up in the place of documents. */
  readonly summed?: string | null;
  /** Documents without a field of the key count, too: as where they are read. */
  readonly withMissing?: boolean;
}

/** Documents counted from tick to tick, as one event at the later of them, for some keys, in order of time; for all documents, none count as well. */
export function* piecesOf(
  scene: Scene,
  timeframeMs: number,
  keys: readonly AlertKey[],
  { summed = null, withMissing = false }: Piece = {},
): Inquiry<readonly Event[]> {
  const { rule, span } = scene;
  const start = piecesStart(scene, timeframeMs);
  const ticks = [...ticksBefore(span.from, start, rule.runEveryMs), ...ticksOf(span, rule.runEveryMs)];
  const ranges = ticks.map((tick, index) => within(rule, ticks[index - 1] ?? start, tick));
  const leaf = summed === null ? {} : { values: { stats: { field: columnOf(scene.columns, summed) } } };
  const grouping: Grouping = { leaf, atLeast: 1, withMissing };
  const aggs = groupedBy(scene, grouping);
  const inside = Object.keys(aggs).length === 0 ? {} : { aggs };
  const only = rule.queryKey.length === 0 ? [] : [ofKeys(scene, keys)];
  const body = { size: 0, track_total_hits: false, aggs: { pieces: { filters: { filters: ranges }, ...inside } } };
  const { aggregations, tooLarge } = yield* ask(divisible(questionOf(scene, { after: start, until: span.to, also: only }, body)));
  const buckets = bucketsOf(objectAt(aggregations, 'pieces'));
  const events: Event[] = [];
  for (const [index, at] of ticks.entries()) {
    const bucket = buckets[index];
    if (bucket === undefined && tooLarge !== true) continue;
    const groups =
      (bucket === undefined ? null : readGroups(scene, grouping, bucket, countOf(bucket))) ??
      (yield* pagedGroups(scene, (page) => questionOf(scene, { after: ticks[index - 1] ?? start, until: at, also: only }, page), grouping));
    for (const group of groups) {
      const event = summed === null ? countedIn(group) : summedIn(group);
      if (event !== null && (event.count > 0 || summed !== null || rule.queryKey.length === 0)) events.push({ ...event, at });
    }
  }
  return events;
}

type Counted = Omit<Event, 'at'>;

function countedIn({ key, count }: Group): Counted {
  return { count, key, keyText: keyText(key), entry: null };
}

/** Nothing where none of the documents has a value. */
function summedIn({ key, found }: Group): Counted | null {
  const [sum, of] = ['sum', 'count'].map((name) => numberAt(found, 'values', name));
  return sum == null || of == null || of === 0 ? null : { count: sum, of, key, keyText: keyText(key), entry: null };
}
