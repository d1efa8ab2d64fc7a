import type { JsonObject } from '#kernel/json.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { awaitedMs } from './remembered.ts';
import { columnOf, type Readings, type Scene } from './scene.ts';
import { within } from './time.ts';
import type { Rule } from '../rule.ts';
import { columnsWanted } from './columns-wanted.ts';
import { meaningsOf } from './meant-fields.ts';

/**
 * Fields of which some document of a look's time has a value that is too long for its column (`ignore_above`): no bucket counts it, and no query
 * finds it. Elasticsearch names them in `_ignored`.
 */
export function* fieldsBeyond(scene: Scene): Inquiry<readonly string[]> {
  const { rule, span } = scene;
  const fields = columnsWanted(rule).filter((field) => isKept(scene, field) && isReadable(rule, field));
  if (fields.length === 0) return [];
  const names = fields.map((field) => columnOf(scene.columns, field));
  const filters: readonly JsonObject[] = names.map((name) => ({ term: { _ignored: name } }));
  // Whatever the rule's filter: a key that is open is looked for in all documents of its source.
  const filter = [within(rule, span.from - reachMs(scene), span.to), { exists: { field: '_ignored' } }];
  const body = { size: 0, track_total_hits: false, query: { bool: { filter } }, aggs: { beyond: { filters: { filters } } } };
  const { aggregations } = yield* ask({ index: rule.index, body, dispensable: true });
  const buckets = bucketsOf(objectAt(aggregations, 'beyond'));
  return fields.filter((_, index) => countOf(buckets[index] ?? {}) > 0);
}

/** Only what has a column of its own, and isn't a moment, can have lost something there. */
function isKept({ columns, readings = {} }: Scene, field: string): boolean {
  return columns[field] !== undefined && columns[field] !== '' && readings[field] === undefined;
}

/** A column of a whole text stands for that text in the rule's own filter, too, which may want its words. */
function isReadable(rule: Rule, field: string): boolean {
  const whole = wholeOf(field);
  return whole === field || !meaningsOf(rule, whole).includes('mapping');
}

/** Of a multi-field, its parent. */
function wholeOf(field: string): string {
  return field.replace(/\.(?:keyword|raw)$/u, '');
}

/** So far back at least: rules on one index share the search. */
const [ROUND_MS, STEP] = [900_000, 4];

/** How far before its span a document may matter to a look: two windows and what is waited for, or a little more. */
function reachMs({ rule, kind }: Scene): number {
  const timeframeMs = 'timeframeMs' in kind ? (kind.timeframeMs ?? 0) : 0;
  const wantedMs = Math.max(awaitedMs(rule), 2 * timeframeMs) + 2 * rule.runEveryMs;
  let reach = ROUND_MS;
  while (reach < wantedMs) reach *= STEP;
  return reach;
}

/** The same scene, with columns of these fields that Elasticsearch makes of the documents themselves. */
export function readBeyond(scene: Scene, fields: readonly string[]): Scene {
  const made = fields.map((field) => [field, wholeOf(field)] as const);
  const readings: Readings = Object.fromEntries(made.map(([, whole]) => [whole, 'text']));
  return {
    ...scene,
    columns: { ...scene.columns, ...Object.fromEntries(made) },
    readings: { ...scene.readings, ...readings },
  };
}
