import type { Json } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { MetricAggregation, RuleKind } from '../rule.ts';
import { finish, type Draft } from './drafts.ts';
import { isList } from './fields.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { mapIn, numberIn, originOf, toldUntil } from './remembered.ts';
import { byKey, type Evaluation, type Scene } from './scene.ts';
import { isFilled, isNewDataAllowed, KeyWindows, type Comparing, type Element } from './spike-windows.ts';
import { measure, type Measured } from './windows.ts';

type SpikeAggregation = Extract<RuleKind, { type: 'spike_aggregation' }>;

const COMPARING: Readonly<Partial<Record<MetricAggregation, Comparing>>> = { avg: 'mean', min: 'min', max: 'max' };
/** Keys whose windows are remembered. */
const REMEMBERED = 5_000;

/**
 * `spike_aggregation`: the windows of `spike` over the values that were aggregated at each tick. They are remembered as they are: unlike those
 * over documents, ElastAlert adds no zeros to them, so that a key without documents stands still.
 */
export function* evaluateSpikeAggregation(scene: Scene<SpikeAggregation>): Evaluation {
  const { kind, span, memory: before } = scene;
  const windows = mapIn(before, 'windows', (value) => readWindows(kind, value));
  const measured = (yield* measure(scene, kind, metricLeaf(kind.metric))).filter(({ tick }) => tick > toldUntil(scene));
  let isFilledOnce = before?.['filled'] === true;
  const drafts: Draft[] = [];
  for (const one of measured) {
    const value = valueOf(kind, one);
    if (value === null) continue;
    const text = keyText(one.key);
    const own = windows.get(text) ?? new KeyWindows(kind, comparing(kind), one.tick, null);
    windows.set(text, own);
    own.add({ at: one.tick, value, isTick: false, entry: null });
    const isOld = isFilled(kind, own, one.tick);
    isFilledOnce ||= isOld;
    const isAllowed = isOld || (scene.rule.queryKey.length > 0 && isNewDataAllowed(kind, own, one.tick, isFilledOnce));
    const spike = own.match(one.tick, isAllowed);
    if (spike !== null)
      drafts.push({ key: one.key, at: spike.at, value: spike.current, limit: spike.reference, matches: one.count, entry: null });
  }
  const stored = [...windows].slice(-REMEMBERED).map(([text, own]) => [text, own.stored] as const);
  const memory = { origin: originOf(scene), until: span.to, filled: isFilledOnce, windows: Object.fromEntries(stored) };
  return { findings: yield* finish(scene, drafts), standings: standingsOf(kind, measured, drafts), memory };
}

function comparing(kind: SpikeAggregation): Comparing {
  return COMPARING[kind.metric.type] ?? 'sum';
}

/** Where nothing was measured, what is summed up is nothing; an average of nothing isn't. */
function valueOf(kind: SpikeAggregation, { found }: Measured): number | null {
  const value = metricValue(kind.metric, found);
  return value === null && found['metric'] !== undefined && comparing(kind) === 'sum' ? 0 : value;
}

function standingsOf(kind: SpikeAggregation, measured: readonly Measured[], drafts: readonly Draft[]) {
  const told = new Set(drafts.map(({ key }) => keyText(key)));
  const known = measured.filter(({ count }) => count > 0);
  return byKey(known.map(({ key, found }) => ({ key, value: metricValue(kind.metric, found), breached: told.has(keyText(key)) })));
}

function readWindows(kind: SpikeAggregation, value: Json): KeyWindows | null {
  if (value === null || typeof value !== 'object' || isList(value)) return null;
  const [first, after, skipUntil] = ['first', 'after', 'skipUntil'].map((name) => numberIn(value, name) ?? null);
  const restart = after == null || skipUntil == null ? null : { first: first ?? null, after, skipUntil };
  const windows = new KeyWindows(kind, comparing(kind), first ?? null, restart);
  windows.hold(readElements(value['current']), readElements(value['reference']));
  return windows;
}

function readElements(value: Json | undefined): readonly Element[] {
  if (!isList(value)) return [];
  return value.flatMap((item): readonly Element[] => {
    const [at, measured] = isList(item) ? item : [];
    return typeof at === 'number' && typeof measured === 'number' ? [{ at, value: measured, isTick: false, entry: null }] : [];
  });
}
