import type { JsonObject } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { finish, type Draft } from './drafts.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { countOf, objectAt } from './read.ts';
import { asNumber, mapIn, originOf, toldUntil } from './remembered.ts';
import { byKey, type Evaluation, type Scene, type Standing } from './scene.ts';
import { measure, type Measured } from './windows.ts';

type Measuring = Extract<RuleKind, { type: 'metric_aggregation' | 'percentage_match' }>;

/** `metric_aggregation` and `percentage_match`: what is aggregated over each window, held against thresholds. */
export function* evaluateThresholds(scene: Scene<Measuring>): Evaluation {
  const { kind } = scene;
  const leaf =
    kind.type === 'metric_aggregation' ? metricLeaf(kind.metric) : { matching: { filter: { bool: { filter: kind.matchFilter } } } };
  const values = (yield* measure(scene, kind, leaf)).map((measured) => ({ ...measured, value: valueIn(kind, measured) }));
  const told = toldBefore(scene);
  const drafts: Draft[] = [];
  for (const { key, at, tick, count, value } of values) {
    const limit = value === null ? null : crossed(kind, value);
    const name = `${at} ${keyText(key)}`;
    if (limit === null || told.has(name) || (!isReadAgain(kind) && tick <= toldUntil(scene))) continue;
    drafts.push({ key, at, value, limit, matches: count, entry: null });
    told.set(name, tick);
  }
  const findings = yield* finish(scene, drafts);
  return {
    findings,
    standings: standingsOf(scene, values),
    memory: { origin: originOf(scene), until: scene.span.to, told: stillRead(scene, told) },
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

/** Buckets and pieces are aggregated again at later ticks: those that were told once aren't told again. */
function toldBefore(scene: Scene<Measuring>): Map<string, number> {
  return mapIn(scene.memory, 'told', asNumber);
}

function isReadAgain(kind: Measuring): boolean {
  return kind.bucketIntervalMs !== null || kind.useRunEveryQuerySize;
}

function stillRead({ kind, span, rule }: Scene<Measuring>, told: ReadonlyMap<string, number>): JsonObject {
  if (!isReadAgain(kind)) return {};
  return Object.fromEntries([...told].filter(([, tick]) => tick > span.to - 2 * rule.bufferTimeMs));
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
