import type { JsonObject } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { finish, type Draft } from './drafts.ts';
import { together } from './inquiry.ts';
import { lateFor } from './late-ticks.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { countOf, objectAt } from './read.ts';
import { asNumber, awaitedMs, mapIn, originOf, toldUntil } from './remembered.ts';
import { byKey, type Evaluation, type Scene, type Standing } from './scene.ts';
import { measure, type Measured } from './windows.ts';

type Measuring = Extract<RuleKind, { type: 'metric_aggregation' | 'percentage_match' }>;

/** `metric_aggregation` and `percentage_match`: what is aggregated over each window, held against thresholds. */
export function* evaluateThresholds(scene: Scene<Measuring>): Evaluation {
  const { kind } = scene;
  const leaf =
    kind.type === 'metric_aggregation' ? metricLeaf(kind.metric) : { matching: { filter: { bool: { filter: kind.matchFilter } } } };
  const [measured, late] = yield* together(measure(scene, kind, leaf), lateFor(scene));
  const before = late.again === null ? [] : yield* measure({ ...scene, span: late.again }, kind, leaf);
  const values = measured.map((one) => ({ ...one, value: valueIn(kind, one) }));
  const told = toldBefore(scene);
  const drafts: Draft[] = [];
  for (const { key, at, tick, count, value } of [...before.map((one) => ({ ...one, value: valueIn(kind, one) })), ...values]) {
    const limit = value === null ? null : crossed(kind, value);
    const name = isReadAgain(kind) ? `${at} ${keyText(key)}` : keyText(key);
    const last = told.get(name);
    if (limit === null || (last !== undefined && (isReadAgain(kind) || tick <= last))) continue;
    if (late.again === null && !isReadAgain(kind) && tick <= toldUntil(scene)) continue;
    drafts.push({ key, at, value, limit, matches: count, entry: null });
    told.set(name, tick);
  }
  const findings = yield* finish(scene, drafts);
  return {
    findings,
    standings: standingsOf(scene, values),
    memory: { origin: originOf(scene), until: scene.span.to, told: stillRead(scene, told), counted: late.counted },
  };
}

function valueIn(kind: Measuring, { found, count }: Measured): number | null {
  if (kind.type === 'metric_aggregation') return metricValue(kind.metric, found);
  if (count === 0 || count < kind.minDenominator) return null;
  return (countOf(objectAt(found, 'matching')) / count) * 100;
}

/** @returns the threshold that was passed: reaching it isn't enough */
function crossed(kind: Measuring, value: number): number | null {
  const [min, max] = kind.type === 'metric_aggregation' ? [kind.minThreshold, kind.maxThreshold] : [kind.minPercentage, kind.maxPercentage];
  if (max !== null && value > max) return max;
  return min !== null && value < min ? min : null;
}

/**
 * When each was last told: buckets and pieces are aggregated again at later ticks, and all of them when documents came late. Whoever was told later
 * than at a tick isn't told of that one.
 */
function toldBefore(scene: Scene<Measuring>): Map<string, number> {
  return mapIn(scene.memory, 'told', asNumber);
}

function isReadAgain(kind: Measuring): boolean {
  return kind.bucketIntervalMs !== null || kind.useRunEveryQuerySize;
}

function stillRead({ kind, span, rule }: Scene<Measuring>, told: ReadonlyMap<string, number>): JsonObject {
  const since = span.to - awaitedMs(rule) - rule.runEveryMs - (isReadAgain(kind) ? rule.bufferTimeMs : 0);
  return Object.fromEntries([...told].filter(([, tick]) => tick > since));
}

/** How each key stands at the last tick; of several buckets, the one that is beyond a threshold. */
function standingsOf(
  scene: Scene<Measuring>,
  values: readonly (Measured & { readonly value: number | null })[],
): ReadonlyMap<string, Standing> {
  const last = values.at(-1)?.tick;
  const known = values.filter(
    ({ tick, value, count }) => tick === last && value !== null && (count > 0 || crossed(scene.kind, value) !== null),
  );
  const standings = known.map(({ key, value }) => ({ key, value, breached: value !== null && crossed(scene.kind, value) !== null }));
  return byKey(standings.toSorted((a, b) => Number(a.breached) - Number(b.breached)));
}
