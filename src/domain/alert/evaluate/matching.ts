import { expressionOf } from '#kernel/expression.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { keyText } from '../key.ts';
import { entriesOf, newestOf, writtenIn, type Entries, type Entry } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { lookUp, textOf, valuesOf } from './fields.ts';
import { groupsOf } from './groups.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { numberAt } from './read.ts';
import { asNumber, awaitedMs, mapIn, numberIn, originOf, overlapFrom } from './remembered.ts';
import { columnOf, inColumns, questionOf, type Evaluation, type Scene } from './scene.ts';
import { readInstant } from './time.ts';

type Matching = Extract<RuleKind, { type: 'any' | 'blacklist' | 'whitelist' }>;
type Listed = Exclude<Matching, { type: 'any' }>;

/** Ids that are remembered, so that a document counts once. With more of them in the overlap, late ones among the oldest are given up, which the look says. */
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
  const list = listFilter(scene, scene.kind.type === 'any' || scene.kind.filterByList);
  const overlap = { after: from, until: scene.span.to, also: list };
  const screen = yield* ask(questionOf(scene, overlap, { size: 0, track_total_hits: told.size + scene.most + 1 }));
  if (screen.total - told.size > scene.most && inColumns(scene, scene.rule.queryKey)) return yield* counted(scene, from);
  const { entries: fresh, isWhole } =
    screen.total <= told.size ? { entries: [], isWhole: true } : yield* freshEntries(scene, from, told, { list, total: screen.total });
  const drafts = fresh.flatMap((entry) => draftOf(scene, entry));
  for (const entry of fresh) told.set(nameOf(entry), entry.at);
  const memory = memoryOf(scene, told);
  const findings = yield* finish(scene, drafts);
  const forgotten = { count: Math.max(0, told.size - REMEMBERED), of: 'documents' } as const;
  if (isWhole) return { findings, standings: null, memory, forgotten };
  // The rest is left to the next looks, which begin where this one had to stop.
  return { findings, standings: null, memory: { ...memory, floor: floorAt(fresh, from) }, counted: screen.total - fresh.length };
}

/** Others of the very same moment may not have been read. */
function floorAt(entries: readonly Entry[], from: number): number {
  const [first, last] = [entries[0]?.at ?? from, entries.at(-1)?.at ?? from];
  return first === last ? last : last - 1;
}

/** Too many to read: of each key its first and its last, as the server counts them. What comes late to this time isn't told any more. */
function* counted(scene: Scene<Matching>, from: number): Evaluation {
  const { kind, rule, span } = scene;
  const known = kind.type === 'whitelist' && kind.ignoreNull ? [{ exists: { field: kind.compareKey } }] : [];
  const extent = { after: from, until: span.to, also: [...listFilter(scene, true), ...known] };
  const { timestampField: field } = rule;
  const leaf = { first: { min: { field } }, last: { max: { field } } };
  const groups = yield* groupsOf(scene, extent, { leaf, atLeast: 1, withMissing: true });
  const newest = yield* newestOf(scene, extent, kind.type === 'any' ? [] : [kind.compareKey]);
  const entries = new Map(newest.map((entry) => [entry.keyText, entry]));
  const drafts = groups.flatMap(({ key, count, found }): Draft[] => {
    const [first, last] = ['first', 'last'].map((name) => readInstant(rule, numberAt(found, name, 'value') ?? undefined));
    const entry = entries.get(keyText(key)) ?? null;
    const value = entry === null || kind.type === 'any' ? 1 : writtenIn(entry, kind.compareKey);
    const draft = { key, value, limit: null, matches: count, entry };
    return [...new Set([first, last])].flatMap((at) => (at == null ? [] : [{ ...draft, at }]));
  });
  const memory = { origin: originOf(scene), floor: span.to, told: {} };
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return { findings: yield* finish(scene, drafts), standings: null, memory, counted: total };
}

function* freshEntries(
  scene: Scene<Matching>,
  from: number,
  told: ReadonlyMap<string, number>,
  { list, total }: { readonly list: readonly JsonObject[]; readonly total: number },
): Inquiry<Entries> {
  const known = [...told.keys()].slice(-LEFT_OUT).map((name) => name.slice(name.indexOf('/') + 1));
  const leftOut = known.length === 0 ? [] : [{ bool: { must_not: [{ ids: { values: known } }] } }];
  const compared = scene.kind.type === 'any' ? [] : [scene.kind.compareKey];
  const extent = { after: from, until: scene.span.to, also: [...list, ...leftOut] };
  const { entries, isWhole } = yield* entriesOf(scene, extent, compared, total - known.length);
  return { entries: entries.filter((entry) => !told.has(nameOf(entry))), isWhole };
}

function nameOf(entry: Entry): string {
  return `${entry.index}/${entry.id}`;
}

function memoryOf(scene: Scene, told: ReadonlyMap<string, number>): JsonObject {
  const origin = originOf(scene);
  // What was counted once isn't told again, as long as the overlap reaches back to it.
  const floor = numberIn(scene.memory, 'floor');
  const kept = floor === null || floor <= scene.span.to - awaitedMs(scene.rule) ? {} : { floor };
  if (told.size <= REMEMBERED) return { origin, ...kept, told: Object.fromEntries(told) };
  const newest = [...told].toSorted(([, a], [, b]) => b - a);
  return { origin, floor: newest[REMEMBERED]?.[1] ?? origin, told: Object.fromEntries(newest.slice(0, REMEMBERED)) };
}

function draftOf(scene: Scene<Matching>, entry: Entry): readonly Draft[] {
  const { kind } = scene;
  const { key, at } = entry;
  if (kind.type === 'any') return [{ key, at, value: 1, limit: null, matches: 1, entry }];
  const value = writtenIn(entry, kind.compareKey);
  const draft = { key, at, value, limit: null, matches: 1, entry };
  return isFinding(kind, entry, isAsked(scene, kind)) ? [draft] : [];
}

/** Whether the search itself brings just what the list is about: not so of a text, which is searched by its words. */
function isAsked({ columns }: Scene, { compareKey, filterByList }: Listed): boolean {
  return filterByList && columns[compareKey] === compareKey;
}

/** A value counts as it was written, and as the index has it. */
function isFinding(kind: Listed, { source, values: found }: Entry, asked: boolean): boolean {
  const values = [...valuesOf(lookUp(source, kind.compareKey)), ...(found[kind.compareKey] ?? [])];
  const listed = asked ? kind.type === 'blacklist' : values.some((item) => kind.values.some((entry) => isListed(entry, textOf(item))));
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
function listFilter(scene: Scene<Matching>, isFiltered: boolean): readonly JsonObject[] {
  const { kind } = scene;
  if (kind.type === 'any' || !isFiltered) return [];
  const column = columnOf(scene.columns, kind.compareKey);
  const entries = kind.values.map((entry): JsonObject => {
    const expression = expressionIn(entry);
    return expression === null ? { match_phrase: { [kind.compareKey]: entry } } : { regexp: { [column]: expression } };
  });
  return [{ bool: kind.type === 'blacklist' ? { should: entries, minimum_should_match: 1 } : { must_not: entries } }];
}
