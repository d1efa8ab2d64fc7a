import { VigieError } from '#kernel/errors.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyIn, keyText, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import type { Event } from './counting.ts';
import { entriesOf } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { single } from './fields.ts';
import { groupsOf, type Group } from './groups.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { piecesOf } from './pieces.ts';
import { countOf, numberAt, objectAt } from './read.ts';
import { originOf } from './remembered.ts';
import { columnOf, inColumns, keyedBy, ofKeys, questionOf, type Evaluation, type Scene } from './scene.ts';
import { SpikeKeys, type KeySpike } from './spike-keys.ts';
import { readInstant, ticksBefore, ticksOf, within } from './time.ts';

type SpikeKind = Extract<RuleKind, { type: 'spike' }>;

/**
 * `spike`: two adjacent windows that slide over documents and ticks. Bounds on what either can hold anywhere in the span show which keys might
 * fire; these are looked at document by document.
 */
export function* evaluateSpike(given: Scene<SpikeKind>): Evaluation {
  // `alert_on_new_data` asks whether the rule has a key, even if counting ignores it.
  const kind = { ...given.kind, alertOnNewData: given.kind.alertOnNewData && given.rule.queryKey.length > 0 };
  const scene = { ...(kind.countedBy === 'count' ? keyedBy(given, []) : given), kind };
  const isFilledOnce = yield* isFilled(scene);
  const restless = yield* restlessKeys(scene);
  const keys = restless === null ? null : restless.map(({ key }) => key);
  const documents = restless === null ? 0 : restless.reduce((sum, { count }) => sum + count, 0);
  const isTooMany = scene.kind.countedBy === 'documents' && documents > scene.most;
  // Values can't be counted in the place of being read.
  if (isTooMany && scene.kind.fieldValue !== null) throw tooLarge(scene, documents);
  const looked = isTooMany ? { ...scene, kind: { ...scene.kind, countedBy: 'terms' as const } } : scene;
  const state = new SpikeKeys(looked, looked.kind, looked.kind.fieldValue === null ? 'sum' : 'field', isFilledOnce);
  if (keys === null || keys.length > 0) yield* look(looked, keys, state);
  const memory = { origin: originOf(scene), restarts: state.memory(), until: scene.span.to, filled: isFilledOnce || state.isFilledOnce };
  const findings = yield* finish(scene, state.spikes.map(draftOf));
  return { findings, standings: null, memory, counted: isTooMany ? documents : 0 };
}

function tooLarge({ rule, most }: Scene<SpikeKind>, documents: number | null): VigieError {
  return new VigieError('look_too_large', { rule: rule.name, documents, limit: most });
}

export function draftOf({ keyText: text, at, current, reference, element }: KeySpike): Draft {
  return { key: keyIn(text), at, value: current, limit: reference, matches: element.entry === null ? 0 : current, entry: element.entry };
}

/**
 * Both windows and what sizes the reference: so far back a document may matter at the first moment of the span. A zero of a field's value is forgotten
 * with its key, if nothing else was in the windows then: so far back before that.
 */
function rangeStart({ kind, rule, span }: Scene<SpikeKind>): number {
  const reachMs = 2 * kind.timeframeMs + 2 * rule.runEveryMs;
  return span.from - (kind.fieldValue === null ? 1 : 2) * reachMs;
}

/** With `alert_on_new_data`: whether any key had its reference filled, which it was twice the window after the rule's first document. */
function* isFilled(scene: Scene<SpikeKind>): Inquiry<boolean> {
  const { kind, rule, span } = scene;
  if (scene.memory?.['filled'] === true) return true;
  if (!kind.alertOnNewData) return false;
  const body = { size: 0, track_total_hits: false, aggs: { first: { min: { field: rule.timestampField } } } };
  const { aggregations } = yield* ask(questionOf(scene, { after: originOf(scene), until: span.from - 2 * kind.timeframeMs }, body));
  return readInstant(rule, numberAt(aggregations, 'first', 'value') ?? undefined) !== null;
}

/** @returns null for all keys, where the fields can't be searched by */
function* restlessKeys(scene: Scene<SpikeKind>): Inquiry<readonly Group[] | null> {
  const { kind, rule, span } = scene;
  // No reference is filled yet, so nothing can fire; with empty references, every key would be looked at document by document.
  if (span.to - originOf(scene) < 2 * kind.timeframeMs) return [];
  if (!inColumns(scene, [...rule.queryKey, ...(kind.fieldValue === null ? [] : [kind.fieldValue])])) return null;
  const start = Math.max(originOf(scene), rangeStart(scene));
  const atLeast = kind.fieldValue === null ? Math.max(1, (kind.thresholdCur ?? 0) + (kind.thresholdRef ?? 0)) : 1;
  const leaf = kind.fieldValue === null ? countLeaf(scene) : valueLeaf(scene, kind.fieldValue);
  const grouping = {
    leaf,
    atLeast: rule.queryKey.length === 0 ? 0 : Math.ceil(atLeast),
    withMissing: kind.countedBy === 'documents',
  };
  const groups = yield* groupsOf(scene, { after: start, until: span.to }, grouping);
  return groups.filter((group) => mayFire(kind, group));
}

/** The most and the least that either window can count anywhere in the span. */
function countLeaf({ kind, rule, span }: Scene<SpikeKind>): JsonObject {
  const { timeframeMs } = kind;
  const slack = kind.countedBy === 'documents' ? 0 : rule.runEveryMs;
  const filter = (from: number, to: number): JsonObject => ({ filter: within(rule, from, Math.max(from, to)) });
  return {
    cm: filter(span.from - timeframeMs - slack, span.to),
    cl: filter(span.to - timeframeMs + slack, span.from),
    rm: filter(span.from - 2 * timeframeMs - 2 * rule.runEveryMs, span.to - timeframeMs + slack),
    rl: filter(span.to - 2 * timeframeMs + slack, span.from - timeframeMs - rule.runEveryMs - slack),
  };
}

function valueLeaf({ kind, rule, span, columns }: Scene<SpikeKind>, fieldValue: string): JsonObject {
  const field = columnOf(columns, fieldValue);
  const aggs = { least: { min: { field } }, most: { max: { field } } };
  const { timeframeMs } = kind;
  return {
    c: { filter: within(rule, span.from - timeframeMs, span.to), aggs },
    r: { filter: within(rule, span.from - 2 * timeframeMs - 2 * rule.runEveryMs, span.to - timeframeMs), aggs },
  };
}

function mayFire(kind: SpikeKind, { found }: Group): boolean {
  const bounds = kind.fieldValue === null ? countBounds(found) : valueBounds(found);
  if (bounds === null) return false;
  const [currentLeast, currentMost, referenceLeast, referenceMost] = bounds;
  if (kind.fieldValue === null && (currentMost < (kind.thresholdCur ?? 0) || referenceMost < (kind.thresholdRef ?? 0))) return false;
  const mayRise = kind.spikeType !== 'down' && currentMost >= referenceLeast * kind.spikeHeight;
  return mayRise || (kind.spikeType !== 'up' && currentLeast <= referenceMost / kind.spikeHeight);
}

type Bounds = readonly [currentLeast: number, currentMost: number, referenceLeast: number, referenceMost: number];

/** The reference may have been emptied by a match: its least is known to be zero then, and the exact look decides. */
function countBounds(found: JsonObject): Bounds {
  const [cl = 0, cm = 0, rl = 0, rm = 0] = ['cl', 'cm', 'rl', 'rm'].map((name) => countOf(objectAt(found, name)));
  return [cl, cm, rl, rm];
}

function valueBounds(found: JsonObject): Bounds | null {
  const [cl, cm, rl, rm] = ['c least', 'c most', 'r least', 'r most'].map((path) => numberAt(found, ...path.split(' '), 'value'));
  if (cl == null || cm == null || rl == null || rm == null) return null;
  return [cl, cm, rl, rm];
}

/** Runs the windows over everything that may be in them, and tells what happens in the span. */
function* look(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null, state: SpikeKeys): Inquiry<void> {
  const { rule, span } = scene;
  const start = Math.max(originOf(scene), rangeStart(scene));
  const { events, began } = yield* eventsOf(scene, keys, start);
  const ticks = [...ticksBefore(span.from, start - 1, rule.runEveryMs), ...ticksOf(span, rule.runEveryMs)];
  let next = 0;
  // A rule without a key goes on in silence, long after its last document.
  if (rule.queryKey.length === 0) for (const text of began) state.begin(text, originOf(scene));
  for (const event of events) {
    for (; (ticks[next] ?? Number.POSITIVE_INFINITY) < event.at; next += 1) state.tick(ticks[next] ?? 0);
    const isOld = began.has(event.keyText);
    state.event(event.keyText, { at: event.at, value: event.count, isTick: false, entry: event.entry }, isOld ? originOf(scene) : event.at);
  }
  for (; next < ticks.length; next += 1) state.tick(ticks[next] ?? 0);
}

interface Events {
  readonly events: readonly Event[];
  /** Keys that had documents before those read. */
  readonly began: ReadonlySet<string>;
}

function* eventsOf(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null, start: number): Inquiry<Events> {
  const { kind, rule, span } = scene;
  const only = keys === null || rule.queryKey.length === 0 ? [] : [ofKeys(scene, keys)];
  const origin = originOf(scene);
  const before = { after: origin, until: start, also: only };
  const earlier = start <= origin ? [] : yield* groupsOf(scene, before, { leaf: {}, atLeast: 1, withMissing: true });
  const isCounted = kind.countedBy === 'count';
  const began = new Set(earlier.filter(({ count }) => count > 0 || isCounted).map(({ key }) => keyText(key)));
  if (kind.countedBy !== 'documents') {
    return { events: yield* piecesOf(scene, 2 * kind.timeframeMs + 2 * rule.runEveryMs, keys ?? []), began };
  }
  const extent = { after: start, until: span.to, also: only };
  const { entries, isWhole } = yield* entriesOf(scene, extent, kind.fieldValue === null ? [] : [kind.fieldValue]);
  // Half of the windows would look like a fall.
  if (!isWhole) throw tooLarge(scene, null);
  const wanted = keys === null ? null : new Set(keys.map(keyText));
  const events = entries
    .filter((entry) => wanted === null || wanted.has(entry.bucket))
    .flatMap((entry) => {
      const count = kind.fieldValue === null ? 1 : numberOf(entry.values[kind.fieldValue]);
      return count === null ? [] : [{ ...entry, count, entry }];
    });
  return { events, began };
}

/** Text with a number in it counts as one. */
function numberOf(value: Json | undefined): number | null {
  const one = single(value);
  const number = typeof one === 'string' && one.trim() !== '' ? Number(one) : one;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
