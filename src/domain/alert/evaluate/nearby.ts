import type { JsonObject } from '#kernel/json.ts';
import { divisible, groupedBy, groupsOf, readGroups, type Group, type Grouping } from './groups.ts';
import { ask, type Inquiry, type Question } from './inquiry.ts';
import { latenessOf, readLateness, soonMs } from './lateness.ts';
import { countOf, objectAt } from './read.ts';
import { awaitedMs, originOf } from './remembered.ts';
import { inColumns, keyedBy, questionOf, type Scene } from './scene.ts';
import { within } from './time.ts';

/** What a screen says of a rule whose windows end in the span, or further back when documents came late. */
export interface Nearby {
  readonly groups: readonly Group[];
  /** False where the key's fields can't be searched by: the one group is all documents. */
  readonly byKey: boolean;
  /** Windows that end after this moment have to be judged. */
  readonly since: number;
  /** Documents before this one are in none of them. */
  readonly after: number;
  readonly counted: JsonObject;
}

/** @param reachMs length of a window: how far before its end a document counts */
export function* nearby(scene: Scene, reachMs: number, grouping: Grouping): Inquiry<Nearby> {
  const { rule, span } = scene;
  const origin = originOf(scene);
  const isByKey = inColumns(scene, rule.queryKey);
  const keyed = isByKey ? scene : keyedBy(scene, []);
  const soon = Math.max(origin, span.from - soonMs(rule));
  const after = Math.max(origin, soon - reachMs);
  const lateness = latenessOf(scene, reachMs);
  const near = { filter: within(rule, after, span.to), ...below(groupedBy(keyed, grouping)) };
  const screen = (aggs: JsonObject): Question =>
    questionOf(scene, { after: Math.min(after, lateness.from), until: span.to }, { size: 0, track_total_hits: false, aggs });
  const both = yield* ask(divisible(screen({ ...lateness.aggs, near })));
  const { tooLarge } = both;
  const { aggregations } = tooLarge === true ? yield* ask(screen(lateness.aggs)) : both;
  const { late, counted } = readLateness(scene, reachMs, aggregations);
  const since = late ? Math.max(origin, span.from - awaitedMs(rule)) : soon;
  const all = Math.max(origin, since - reachMs);
  const found = objectAt(aggregations, 'near');
  const read = late || tooLarge === true ? null : readGroups(keyed, grouping, found, countOf(found));
  const groups = read ?? (yield* groupsOf(keyed, { after: all, until: span.to }, grouping));
  return { groups, byKey: isByKey, since, after: all, counted };
}

function below(aggs: JsonObject): JsonObject {
  return Object.keys(aggs).length === 0 ? {} : { aggs };
}
