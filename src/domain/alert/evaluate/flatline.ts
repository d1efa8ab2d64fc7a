import type { JsonObject } from '#kernel/json.ts';
import { keyIn, keyText, type AlertKey } from '../key.ts';
import type { Flatline } from '../together.ts';
import { entriesIn, keyedBody } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import type { Span } from '../look.ts';
import { divisible, groupedBy, groupsOf, pagedGroups, groupsIn, type Group, type Grouping } from './groups.ts';
import { askAll, together, type Inquiry } from './inquiry.ts';
import { keptKeys, noted } from './kept-keys.ts';
import { lateFor } from './late-ticks.ts';
import { silentTogether } from './flatline-together.ts';
import { countOf, numberAt, objectAt } from './read.ts';
import { asNumber, mapIn, originOf, toldUntil } from './remembered.ts';
import { keyedBy, questionOf, type Evaluation, type Scene, type Standing } from './scene.ts';
import { readInstant, ticksOf, within } from './time.ts';

interface Tick {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
  /** Keys that came with it: what is in the window may have been there before its key was forgotten. */
  readonly brought: readonly string[];
}

/**
 * `flatline`: at each tick, the keys with fewer documents in the window than the threshold, once they have been watched for a window's length. A
 * key is watched from the tick that brought it, from its newest document if that was the tick's last; one that is expected, and the
 * rule as a whole if it has no key, from the first tick on.
 */
export function* evaluateFlatline(given: Scene<Flatline>): Evaluation {
  const scene = given.kind.countedBy === 'count' ? keyedBy(given, []) : given;
  const [ticks, late] = yield* together(countsAtTicks(scene), lateFor(scene));
  const watched = mapIn(scene.memory, 'watched', asNumber);
  if (late.again !== null) yield* watchLate(scene, late.again, watched);
  const firsts = yield* firstSeen(scene, ticks, watched);
  const drafts = ticks.filter(({ at }) => at > toldUntil(scene)).flatMap((tick) => draftsAt(scene, tick, watched, firsts));
  const standings = standingsAt(scene, ticks.at(-1), drafts);
  const { kept, forgotten } = keptKeys(watched);
  const memory = { origin: originOf(scene), until: scene.span.to, watched: kept, counted: late.counted };
  const fallen = yield* silentTogether(scene, drafts);
  return { findings: yield* finish(scene, drafts), standings, memory, forgotten, ...(fallen === null ? {} : { together: fallen }) };
}

/** Keys whose documents all came late are watched as if they had been in time, from their newest one on. What was told of others stays told. */
function* watchLate(scene: Scene<Flatline>, { from, to }: Span, watched: Map<string, number>): Inquiry<void> {
  const { kind, rule } = scene;
  const forgotten = new Set(kind.forgetKeys ? scene.open.map(keyText) : []);
  const leaf = { last: { max: { field: rule.timestampField } } };
  const groups = yield* groupsOf(scene, { after: from, until: to }, { leaf, atLeast: 1, withMissing: kind.countedBy === 'documents' });
  for (const { key, found } of groups) {
    const text = keyText(key);
    const at = readInstant(rule, numberAt(found, 'last', 'value') ?? undefined);
    if (at !== null && !watched.has(text) && !forgotten.has(text)) noted(watched, text, at);
  }
}

/** The keys that are watched even if they never come: those expected, and the empty one of a rule without a key. */
function expectedKeys({ rule }: Scene<Flatline>): readonly AlertKey[] {
  return rule.queryKey.length === 0 ? [{}] : rule.expect;
}

/** ElastAlert's windows of counts hold whole ticks. */
function windowMs({ kind, rule }: Scene<Flatline>): number {
  return kind.countedBy === 'documents' ? kind.timeframeMs : Math.ceil(kind.timeframeMs / rule.runEveryMs) * rule.runEveryMs;
}

function* countsAtTicks(scene: Scene<Flatline>): Inquiry<readonly Tick[]> {
  const ticks = ticksOf(scene.span, scene.rule.runEveryMs);
  const asked = ticks.map((at, index) => askedAt(scene, ticks[index - 1] ?? scene.span.from, at));
  const answers = yield* askAll(
    asked.map(({ grouping, question }) =>
      divisible(question({ size: 0, track_total_hits: scene.rule.queryKey.length === 0, aggs: groupedBy(scene, grouping) })),
    ),
  );
  const counted: Tick[] = [];
  for (const [index, { at, grouping, question }] of asked.entries()) {
    const answer = answers[index];
    if (answer === undefined) continue;
    const groups = groupsIn(scene, grouping, answer) ?? (yield* pagedGroups(scene, question, grouping));
    counted.push({ at, counts: countsIn(groups), brought: broughtIn(groups) });
  }
  return counted;
}

/** With a window shorter than a tick, a key may be seen in the tick and not be in the window. Where keys are forgotten, one that isn't seen in the tick may be in the window. */
function askedAt(scene: Scene<Flatline>, before: number, at: number) {
  const start = at - windowMs(scene);
  const from = Math.max(originOf(scene), Math.min(before, start));
  const leaf: JsonObject = {
    ...(before < start ? { window: { filter: within(scene.rule, start, at) } } : {}),
    ...(scene.kind.forgetKeys && before > start ? { tick: { filter: within(scene.rule, before, at) } } : {}),
  };
  const grouping: Grouping = { leaf, atLeast: 1, withMissing: scene.kind.countedBy === 'documents' };
  return { at, grouping, question: (body: JsonObject) => questionOf(scene, { after: from, until: at }, body) };
}

function countsIn(groups: readonly Group[]): ReadonlyMap<string, number> {
  return new Map(
    groups.map(({ key, count, found }) => [keyText(key), found['window'] === undefined ? count : countOf(objectAt(found, 'window'))]),
  );
}

function broughtIn(groups: readonly Group[]): readonly string[] {
  return groups.filter(({ found }) => found['tick'] === undefined || countOf(objectAt(found, 'tick')) > 0).map(({ key }) => keyText(key));
}

/** For each tick that brought keys which nobody watched: its last document, whose key is watched from then on and not from the tick. */
function* firstSeen(
  scene: Scene<Flatline>,
  ticks: readonly Tick[],
  watched: ReadonlyMap<string, number>,
): Inquiry<ReadonlyMap<number, Seen>> {
  if (scene.kind.countedBy !== 'documents') return new Map();
  const { rule, span } = scene;
  const known = new Set(watched.keys());
  const fresh = ticks.filter(({ brought }) => {
    const isNew = brought.some((key) => !known.has(key));
    for (const key of brought) known.add(key);
    return isNew;
  });
  if (fresh.length === 0) return new Map();
  const body = keyedBody(scene, { size: 1, track_total_hits: false, sort: [{ [rule.timestampField]: 'desc' }] });
  const answers = yield* askAll(
    fresh.map(({ at }) => questionOf(scene, { after: Math.max(span.from, at - rule.runEveryMs), until: at }, body)),
  );
  const seen = fresh.map(({ at }, index): readonly [number, Seen | null] => {
    const hit = answers[index]?.hits[0];
    const [first, ...others] = hit === undefined ? [] : entriesIn(scene, hit);
    return [at, first === undefined ? null : { at: first.at, keyTexts: new Set([first, ...others].map(({ keyText: text }) => text)) }];
  });
  return new Map(seen.flatMap(([at, last]) => (last === null ? [] : [[at, last] as const])));
}

interface Seen {
  readonly at: number;
  readonly keyTexts: ReadonlySet<string>;
}

/** Watches what is new, and tells who is below at this tick. `watched` is brought up to date. */
function draftsAt(scene: Scene<Flatline>, tick: Tick, watched: Map<string, number>, firsts: ReadonlyMap<number, Seen>): readonly Draft[] {
  const { kind } = scene;
  const { at, counts, brought } = tick;
  const last = firsts.get(at);
  for (const text of [...brought, ...expectedKeys(scene).map(keyText)]) {
    noted(watched, text, watched.get(text) ?? (last?.keyTexts.has(text) === true ? last.at : at));
  }
  const below = [...watched].filter(([text, since]) => at - since >= kind.timeframeMs && (counts.get(text) ?? 0) < kind.threshold);
  return below.map(([text]) => {
    if (kind.forgetKeys) watched.delete(text);
    else watched.set(text, at - kind.timeframeMs);
    const count = counts.get(text) ?? 0;
    return { key: keyIn(text), at, value: count, limit: kind.threshold, matches: count, entry: null };
  });
}

/** A key that is below stays so, also when it was forgotten after its alert. */
function standingsAt(scene: Scene<Flatline>, tick: Tick | undefined, drafts: readonly Draft[]): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const key of scene.open) {
    const value = tick?.counts.get(keyText(key)) ?? 0;
    standings.set(keyText(key), { key, value, breached: value < scene.kind.threshold });
  }
  for (const { key, at, matches } of drafts) if (at === tick?.at) standings.set(keyText(key), { key, value: matches, breached: true });
  return standings;
}
