import { expressionOf } from '#kernel/expression.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { entriesOf, type Entry } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { lookUp, textOf, valuesOf } from './fields.ts';
import { ask } from './inquiry.ts';
import { asNumber, mapIn, numberIn, originOf, overlapFrom } from './remembered.ts';
import { columnOf, questionOf, type Evaluation, type Scene } from './scene.ts';

type Matching = Extract<RuleKind, { type: 'any' | 'blacklist' | 'whitelist' }>;
type Listed = Exclude<Matching, { type: 'any' }>;

/** Ids that are remembered, so that a document counts once. With more of them in the overlap, late ones among the oldest are given up. */
const REMEMBERED = 10_000;
/** Ids that a search is told to leave out. */
const LEFT_OUT = 1_000;

/**
 * `any`, `blacklist`, `whitelist`: each document that matches is a finding. The overlap is counted at each look and read only when there are
 * more documents than were told.
 */
export function* evaluateMatching(scene: Scene<Matching>): Evaluation {
  const from = Math.max(overlapFrom(scene), numberIn(scene.memory, 'floor') ?? 0);
  const told = new Map([...mapIn(scene.memory, 'told', asNumber)].filter(([, at]) => at > from));
  const fresh = yield* freshEntries(scene, from, told);
  const drafts = fresh.flatMap((entry) => draftOf(scene.kind, entry));
  for (const entry of fresh) told.set(nameOf(entry), entry.at);
  return { findings: yield* finish(scene, drafts), standings: null, memory: memoryOf(scene, told) };
}

function* freshEntries(scene: Scene<Matching>, from: number, told: ReadonlyMap<string, number>) {
  const { to } = scene.span;
  const list = listFilter(scene);
  const screen = yield* ask(questionOf(scene, from, to, list, { size: 0, track_total_hits: told.size + 1 }));
  if (screen.total <= told.size) return [];
  const known = [...told.keys()].slice(-LEFT_OUT).map((name) => name.slice(name.indexOf('/') + 1));
  const leftOut = known.length === 0 ? [] : [{ bool: { must_not: [{ ids: { values: known } }] } }];
  const compared = scene.kind.type === 'any' ? [] : [scene.kind.compareKey];
  const entries = yield* entriesOf(scene, from, to, [...list, ...leftOut], compared);
  return entries.filter((entry) => !told.has(nameOf(entry)));
}

function nameOf(entry: Entry): string {
  return `${entry.index}/${entry.id}`;
}

function memoryOf(scene: Scene, told: ReadonlyMap<string, number>): JsonObject {
  const origin = originOf(scene);
  if (told.size <= REMEMBERED) return { origin, told: Object.fromEntries(told) };
  const kept = [...told].toSorted(([, a], [, b]) => b - a);
  return { origin, floor: kept[REMEMBERED]?.[1] ?? origin, told: Object.fromEntries(kept.slice(0, REMEMBERED)) };
}

function draftOf(kind: Matching, entry: Entry): readonly Draft[] {
  const { key, at } = entry;
  if (kind.type === 'any') return [{ key, at, value: 1, limit: null, matches: 1, entry }];
  const value = lookUp(entry.source, kind.compareKey) ?? null;
  return isFinding(kind, value) ? [{ key, at, value, limit: null, matches: 1, entry }] : [];
}

function isFinding(kind: Listed, value: Json): boolean {
  const values = valuesOf(value);
  const listed = values.some((item) => kind.values.some((entry) => isListed(entry, textOf(item))));
  if (kind.type === 'blacklist') return listed;
  return values.length === 0 ? !kind.ignoreNull : !listed;
}

/** An entry between slashes is a regular expression, as in ElastAlert's filter. */
function isListed(entry: string, value: string): boolean {
  const expression = expressionIn(entry);
  return entry === value || (expression !== null && expressionOf(expression)?.matches(value) === true);
}

/** What stands between the slashes of an entry. */
export function expressionIn(entry: string): string | null {
  return entry.length > 2 && entry.startsWith('/') && entry.endsWith('/') ? entry.slice(1, -1) : null;
}

/** The list as a filter, so that the server leaves out what can't be a finding. */
function listFilter(scene: Scene<Matching>): readonly JsonObject[] {
  const { kind } = scene;
  if (kind.type === 'any' || !kind.filterByList) return [];
  const column = columnOf(scene.columns, kind.compareKey);
  const entries = kind.values.map((entry): JsonObject => {
    const expression = expressionIn(entry);
    return expression === null ? { match_phrase: { [kind.compareKey]: entry } } : { regexp: { [column]: expression } };
  });
  return [{ bool: kind.type === 'blacklist' ? { should: entries, minimum_should_match: 1 } : { must_not: entries } }];
}
