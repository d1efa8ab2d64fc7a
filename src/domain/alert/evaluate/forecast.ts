import type { JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { reachedIn, type Point } from '../slope.ts';
import { finish, type Draft } from './drafts.ts';
import { divisible, groupedBy, pagedGroups, groupsIn, type Group, type Grouping } from './groups.ts';
import { askAll, type Inquiry } from './inquiry.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { bucketsOf, numberAt, objectAt } from './read.ts';
import { originOf, toldUntil } from './remembered.ts';
import { byKey, questionOf, type Evaluation, type Scene, type Standing } from './scene.ts';
import { ticksOf } from './time.ts';

type Forecast = Extract<RuleKind, { type: 'forecast' }>;

/** The line is drawn through so many averages of the past. */
const POINTS = 24;

/** `forecast`: a line through the past of each key; breached while it reaches the limit soon enough, or the limit has been reached. */
export function* evaluateForecast(scene: Scene<Forecast>): Evaluation {
  const ticks = ticksOf(scene.span, scene.rule.runEveryMs);
  const drafts: Draft[] = [];
  let standings = new Map<string, Standing>();
  for (const { at, groups } of yield* pasts(scene, ticks)) {
    const judged = groups.flatMap((group) => judge(scene, at, group));
    if (at > toldUntil(scene)) drafts.push(...judged.filter(({ breached }) => breached).map((draft) => ({ ...draft, entry: null })));
    standings = byKey(judged.map(({ key, value, breached }) => ({ key, value, breached })));
  }
  const memory = { origin: originOf(scene), until: scene.span.to };
  return { findings: yield* finish(scene, drafts), standings, memory };
}

function* pasts(
  scene: Scene<Forecast>,
  ticks: readonly number[],
): Inquiry<readonly { readonly at: number; readonly groups: readonly Group[] }[]> {
  const { kind, rule } = scene;
  const interval = `${Math.max(1_000, Math.ceil(kind.timeframeMs / POINTS / 1_000) * 1_000)}ms`;
  const over = {
    date_histogram: { field: rule.timestampField, fixed_interval: interval, min_doc_count: 1 },
    aggs: metricLeaf(kind.metric),
  };
  const grouping: Grouping = { leaf: { over }, atLeast: rule.queryKey.length === 0 ? 0 : 1, withMissing: false };
  const ask = (at: number, body: JsonObject) => questionOf(scene, { after: at - kind.timeframeMs, until: at }, body);
  const answers = yield* askAll(
    ticks.map((at) => divisible(ask(at, { size: 0, track_total_hits: false, aggs: groupedBy(scene, grouping) }))),
  );
  const found: { readonly at: number; readonly groups: readonly Group[] }[] = [];
  for (const [index, at] of ticks.entries()) {
    const answer = answers[index];
    const groups = answer === undefined ? [] : groupsIn(scene, grouping, { ...answer, total: 0 });
    found.push({ at, groups: groups ?? (yield* pagedGroups(scene, (body) => ask(at, { size: 0, ...body }), grouping)) });
  }
  return found;
}

function judge({ kind }: Scene<Forecast>, at: number, { key, found, count }: Group): readonly (Omit<Draft, 'entry'> & Standing)[] {
  const points = bucketsOf(objectAt(found, 'over')).flatMap((bucket): readonly Point[] => {
    const [start, value] = [numberAt(bucket, 'key'), metricValue(kind.metric, bucket)];
    return start === null || value === null ? [] : [[start, value]];
  });
  const value = points.at(-1)?.[1];
  if (value === undefined) return [];
  return [{ key, at, value, limit: kind.limit, matches: count, breached: isBreached(kind, points, value, at) }];
}

function isBreached(kind: Forecast, points: readonly Point[], value: number, at: number): boolean {
  const inMs = reachedIn(points, value, at, kind);
  if (inMs === 0) return true;
  const sign = kind.direction === 'up' ? 1 : -1;
  if (kind.beyond !== null && sign * (value - kind.beyond) < 0) return false;
  return inMs !== null && inMs <= kind.withinMs;
}
