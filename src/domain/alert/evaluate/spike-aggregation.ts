import type { Json } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { Span } from '../look.ts';
import type { MetricAggregation, RuleKind } from '../rule.ts';
import { finish, type Draft } from './drafts.ts';
import { keptKeys, noted } from './kept-keys.ts';
import { together, type Inquiry } from './inquiry.ts';
import { lateFor } from './late-ticks.ts';
import { metricLeaf, metricValue } from './metric.ts';
import { asNumber, awaitedMs, mapIn, numberIn, originOf, toldUntil } from './remembered.ts';
import { byKey, type Evaluation, type Scene } from './scene.ts';
import { isFilled, isNewDataAllowed, KeyWindows, type Comparing, type Element } from './spike-windows.ts';
import { textOfWindows, windowsInText, windowsOfBefore } from './windows-text.ts';
import { measure, type Measured } from './windows.ts';

type SpikeAggregation = Extract<RuleKind, { type: 'spike_aggregation' }>;

const COMPARING: Readonly<Partial<Record<MetricAggregation, Comparing>>> = { avg: 'mean', min: 'min', max: 'max' };

/**
 * `spike_aggregation`: the windows of `spike` over the values that were aggregated at each tick. They are remembered as they are: unlike those
 * over documents, ElastAlert adds no zeros to them, so that a key without documents stands still.
 */
export function* evaluateSpikeAggregation(scene: Scene<SpikeAggregation>): Evaluation {
  const { kind, span, memory: before } = scene;
  const windows = mapIn(before, 'windows', (value) => asText(scene, value));
  const leaf = metricLeaf(kind.metric);
  const [usual, late] = yield* together(measure(scene, kind, leaf), lateFor(scene));
  const past = late.again === null ? [] : yield* measuredAgain(scene, late.again, windows);
  const measured = usual.filter(({ tick }) => tick > toldUntil(scene));
  const told = mapIn(before, 'told', asNumber);
  let isFilledOnce = before?.['filled'] === true;
  const drafts: Draft[] = [];
  for (const one of [...past, ...measured]) {
    const value = valueOf(kind, one);
    if (value === null) continue;
    const text = keyText(one.key);
    const stored = windows.get(text);
    const own = stored === undefined ? new KeyWindows(kind, comparing(kind), one.tick, null) : readWindows(scene, stored);
    own.add({ at: one.tick, value, isTick: false, entry: null });
    const isOld = isFilled(kind, own, one.tick);
    isFilledOnce ||= isOld;
    const isAllowed = isOld || (scene.rule.queryKey.length > 0 && isNewDataAllowed(kind, own, one.tick, isFilledOnce));
    const isToTell = one.tick > Math.max(told.get(text) ?? 0, late.again?.from ?? 0);
    const spike = isToTell ? own.match(one.tick, isAllowed) : null;
    noted(windows, text, textOfWindows(own.stored, originOf(scene)));
    if (spike === null) continue;
    told.set(text, one.tick);
    drafts.push({ key: one.key, at: spike.at, value: spike.current, limit: spike.reference, matches: one.count, entry: null });
  }
  const { kept, forgotten } = keptKeys(windows);
  const stillTold = [...told].filter(([, tick]) => tick > span.to - awaitedMs(scene.rule) - scene.rule.runEveryMs);
  const memory = {
    origin: originOf(scene),
    until: span.to,
    filled: isFilledOnce,
    windows: kept,
    told: Object.fromEntries(stillTold),
    counted: late.counted,
  };
  return { findings: yield* finish(scene, drafts), standings: standingsOf(kind, measured, drafts), memory, forgotten };
}

/** Where the windows begin that end at the ticks that are judged again. */
function windowsFrom({ kind, rule, memory }: Scene<SpikeAggregation>, { from }: Span): number {
  const origin = numberIn(memory, 'origin') ?? from;
  const count = Math.ceil((2 * kind.timeframeMs + 2 * rule.runEveryMs) / rule.runEveryMs);
  return from - Math.min(count, Math.max(0, Math.floor((from - origin) / rule.runEveryMs))) * rule.runEveryMs;
}

/** Measures the ticks before the span once more, and takes what was measured there before out of the windows. */
function* measuredAgain(scene: Scene<SpikeAggregation>, again: Span, windows: Map<string, string>): Inquiry<readonly Measured[]> {
  const { kind, span } = scene;
  const from = windowsFrom(scene, again);
  const past = yield* measure({ ...scene, span: { from, to: span.from } }, kind, metricLeaf(kind.metric));
  for (const text of new Set(past.map(({ key }) => keyText(key)))) {
    const stored = windows.get(text);
    if (stored !== undefined) windows.set(text, until(scene, stored, from));
  }
  return past;
}

/** The windows of a key as they were at a moment, as far as they still hold what was in them. */
function until(scene: Scene<SpikeAggregation>, text: string, at: number): string {
  const stored = windowsInText(text, originOf(scene));
  const isBefore = (element: Element): boolean => element.at <= at;
  return textOfWindows(
    { ...stored, current: stored.current.filter(isBefore), reference: stored.reference.filter(isBefore) },
    originOf(scene),
  );
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

function readWindows(scene: Scene<SpikeAggregation>, text: string): KeyWindows {
  const { kind } = scene;
  const { first, restart, current, reference } = windowsInText(text, originOf(scene));
  const windows = new KeyWindows(kind, comparing(kind), first, restart);
  windows.hold(current, reference);
  return windows;
}

function asText(scene: Scene, value: Json): string | null {
  return typeof value === 'string' ? value : windowsOfBefore(value, originOf(scene));
}
