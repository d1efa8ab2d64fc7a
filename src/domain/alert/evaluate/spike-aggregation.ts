import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { MetricAggregation, RuleKind } from '../rule.ts';
import { finish } from './drafts.ts';
import { isList } from './fields.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { mapIn, originOf, toldUntil } from './remembered.ts';
import { byKey, type Evaluation, type Scene } from './scene.ts';
import { SpikeKeys } from './spike-keys.ts';
import type { Comparing } from './spike-windows.ts';
import { draftOf } from './spike.ts';
import { ticksBefore, ticksOf } from './time.ts';
import { measure } from './windows.ts';

type SpikeAggregation = Extract<RuleKind, { type: 'spike_aggregation' }>;
type Point = readonly [at: number, value: number];

const COMPARING: Readonly<Partial<Record<MetricAggregation, Comparing>>> = { avg: 'mean', min: 'min', max: 'max' };
/** Keys whose values are remembered. */
const REMEMBERED = 5_000;

/** `spike_aggregation`: the windows of `spike` over the values that were aggregated at each tick. They are remembered, not asked for again. */
export function* evaluateSpikeAggregation(scene: Scene<SpikeAggregation>): Evaluation {
  const { kind, span } = scene;
  const histories = mapIn(scene.memory, 'values', readPoints);
  const measured = (yield* measure(scene, kind, metricLeaf(kind.metric))).filter(({ tick }) => tick > toldUntil(scene));
  for (const { key, tick, found } of measured) {
    const value = metricValue(kind.metric, found);
    const text = keyText(key);
    if (value !== null) histories.set(text, [...(histories.get(text) ?? []), [tick, value]]);
  }
  const state = new SpikeKeys(scene, kind, COMPARING[kind.metric.type] ?? 'sum', scene.memory?.['filled'] === true);
  const began = mapIn(scene.memory, 'began', (value) => (typeof value === 'number' ? value : null));
  run(scene, histories, began, state);
  const drafts = state.spikes.map(draftOf);
  const told = new Set(drafts.map(({ key }) => keyText(key)));
  const values = measured.map(({ key, found }) => ({ key, value: metricValue(kind.metric, found), breached: told.has(keyText(key)) }));
  const kept = recent(scene, histories);
  const memory = {
    origin: originOf(scene),
    values: kept,
    began: Object.fromEntries([...began].slice(-REMEMBERED)),
    restarts: state.memory(),
    until: span.to,
    filled: state.isFilledOnce,
  };
  return { findings: yield* finish(scene, drafts), standings: byKey(values.filter(({ value }) => value !== null)), memory };
}

function run(scene: Scene, histories: ReadonlyMap<string, readonly Point[]>, began: Map<string, number>, state: SpikeKeys): void {
  const points = [...histories].flatMap(([text, own]) => own.map(([at, value]) => ({ text, at, value })));
  const { span, rule } = scene;
  const oldest = Math.min(span.from, ...points.map((point) => point.at));
  const ticks = new Set([...points.map((point) => point.at), ...ticksBefore(span.from, oldest - 1, rule.runEveryMs), ...ticksOf(span, rule.runEveryMs)]);
  const at = Map.groupBy(points, (point) => point.at);
  for (const tick of [...ticks].toSorted((a, b) => a - b)) {
    for (const { text, value } of at.get(tick) ?? []) {
      if (!began.has(text)) began.set(text, tick);
      state.event(text, { at: tick, value, isTick: false, entry: null }, began.get(text) ?? tick);
    }
    state.tick(tick);
  }
}

/** Values that are still in a window at the next tick, or that size one. */
function recent({ kind, span, rule }: Scene<SpikeAggregation>, histories: ReadonlyMap<string, readonly Point[]>): JsonObject {
  const since = span.to - 2 * kind.timeframeMs - 2 * rule.runEveryMs;
  const kept = [...histories].map(([text, points]) => [text, points.filter(([at]) => at > since)] as const);
  return Object.fromEntries(kept.filter(([, points]) => points.length > 0).slice(-REMEMBERED));
}

function readPoints(value: Json): readonly Point[] | null {
  if (!isList(value)) return null;
  return value.flatMap((item): readonly Point[] => {
    const [at, measured] = isList(item) ? item : [];
    return typeof at === 'number' && typeof measured === 'number' ? [[at, measured]] : [];
  });
}
