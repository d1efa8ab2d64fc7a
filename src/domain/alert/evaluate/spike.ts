import { VigieError } from '#kernel/errors.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyIn, keyText, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import type { Event } from './counting.ts';
import { entriesOf } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { single } from './fields.ts';
import { groupsOf, type Group } from './groups.ts';
import { ask, together, type Inquiry } from './inquiry.ts';
import { lateFor } from './late-ticks.ts';
import { piecesOf } from './pieces.ts';
import { countOf, numberAt, objectAt } from './read.ts';
import { originOf } from './remembered.ts';
import { columnOf, inColumns, keyedBy, ofKeys, questionOf, type Evaluation, type Scene } from './scene.ts';
import { SpikeKeys, type KeySpike } from './spike-keys.ts';
import type { Element } from './spike-windows.ts';
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
  const [usual, late] = yield* together(restlessKeys(scene), lateFor(scene));
  if (late.again === null) return yield* judged(scene, { restless: usual, isFilledOnce, counted: late.counted });
  // With the time before: what was told there, its restarts tell.
  const { from } = late.again;
  const again = { ...scene, span: { from, to: scene.span.to }, memory: { ...scene.memory, until: from } };
  return yield* judged(again, { restless: yield* restlessKeys(again), isFilledOnce, counted: late.counted });
}

interface Restless {
  /** null for all keys. */
  readonly restless: readonly Group[] | null;
  readonly isFilledOnce: boolean;
  readonly counted: JsonObject;
}

/** @param scene its span reaches back where documents came late */
function* judged(scene: Scene<SpikeKind>, { restless, isFilledOnce, counted }: Restless): Evaluation {
  const keys = restless === null ? null : restless.map(({ key }) => key);
  const documents = restless === null ? 0 : restless.reduce((sum, { count }) => sum + count, 0);
  const state = new SpikeKeys(scene, scene.kind, scene.kind.fieldValue === null ? 'sum' : 'field', isFilledOnce);
  const isTooMany = keys === null || keys.length > 0 ? yield* look(scene, keys, state, documents) : false;
  const { kept, forgotten } = state.memory();
  const memory = { origin: originOf(scene), restarts: kept, until: scene.span.to, filled: isFilledOnce || state.isFilledOnce, counted };
  const findings = yield* finish(scene, state.spikes.map(draftOf));
  return { findings, standings: null, memory, forgotten, counted: isTooMany ? documents : 0 };
}

function tooLarge({ rule, most }: Scene<SpikeKind>): VigieError {
  return new VigieError('look_too_large', { rule: rule.name, documents: null, limit: most });
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

/**
 * Runs the windows over everything that may be in them, and tells what happens in the span.
 * @param documents how many there are, as far as is known
 * @returns whether they were too many to be read: then they were counted from tick to tick, or the field's values summed up
 */
function* look(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null, state: SpikeKeys, documents: number): Inquiry<boolean> {
  const { rule, span } = scene;
  const start = Math.max(originOf(scene), rangeStart(scene));
  const began = yield* beganBefore(scene, keys, start);
  const isRead = scene.kind.countedBy === 'documents';
  const read = isRead && documents <= scene.most ? yield* readEvents(scene, keys, start) : null;
  // Half of the windows would look like a fall; and what can't be searched by can't be counted.
  if (isRead && read === null && keys === null) throw tooLarge(scene);
  const events = read ?? (yield* countedEvents(scene, keys ?? []));
  const ticks = [...ticksBefore(span.from, start - 1, rule.runEveryMs), ...ticksOf(span, rule.runEveryMs)];
  let next = 0;
  // A rule without a key goes on in silence, long after its last document.
  if (rule.queryKey.length === 0) for (const text of began) state.begin(text, originOf(scene));
  for (const event of events) {
    for (; (ticks[next] ?? Number.POSITIVE_INFINITY) < event.at; next += 1) state.tick(ticks[next] ?? 0);
    const isOld = began.has(event.keyText);
    state.event(event.keyText, elementOf(event), isOld ? originOf(scene) : event.at);
  }
  for (; next < ticks.length; next += 1) state.tick(ticks[next] ?? 0);
  return isRead && read === null;
}

function elementOf({ at, count, of = 1, entry }: Event): Element {
  return { at, value: count, of, isTick: false, entry };
}

/** Keys that had documents before those that are looked at. */
function* beganBefore(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null, start: number): Inquiry<ReadonlySet<string>> {
  const origin = originOf(scene);
  const before = { after: origin, until: start, also: onlyOf(scene, keys) };
  const earlier = start <= origin ? [] : yield* groupsOf(scene, before, { leaf: {}, atLeast: 1, withMissing: true });
  const isCounted = scene.kind.countedBy === 'count';
  return new Set(earlier.filter(({ count }) => count > 0 || isCounted).map(({ key }) => keyText(key)));
}

function onlyOf(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null): readonly JsonObject[] {
  return keys === null || scene.rule.queryKey.length === 0 ? [] : [ofKeys(scene, keys)];
}

function* countedEvents(scene: Scene<SpikeKind>, keys: readonly AlertKey[]): Inquiry<readonly Event[]> {
  const { kind, span } = scene;
  const isRead = kind.countedBy === 'documents';
  return yield* piecesOf(scene, span.from - rangeStart(scene), keys, {
    summed: isRead ? kind.fieldValue : null,
    withMissing: isRead,
  });
}

/** @returns null when there are too many */
function* readEvents(scene: Scene<SpikeKind>, keys: readonly AlertKey[] | null, start: number): Inquiry<readonly Event[] | null> {
  const { kind, span } = scene;
  const extent = { after: start, until: span.to, also: onlyOf(scene, keys) };
  const { entries, isWhole } = yield* entriesOf(scene, extent, kind.fieldValue === null ? [] : [kind.fieldValue]);
  if (!isWhole) return null;
  const wanted = keys === null ? null : new Set(keys.map(keyText));
  return entries
    .filter((entry) => wanted === null || wanted.has(entry.bucket))
    .flatMap((entry) => {
      const count = kind.fieldValue === null ? 1 : numberOf(entry.values[kind.fieldValue]);
      return count === null ? [] : [{ ...entry, count, entry }];
    });
}

/** Text with a number in it counts as one. */
function numberOf(value: Json | undefined): number | null {
  const one = single(value);
  const number = typeof one === 'string' && one.trim() !== '' ? Number(one) : one;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
