import type { RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { numberIn, objectIn } from '#domain/alert/evaluate/remembered.ts';
import type { ColumnNames, Reading, Readings } from '#domain/alert/evaluate/scene.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import { columnsWanted, measuredBy } from '#domain/alert/evaluate/columns-wanted.ts';
import { meaningsOf, type Meaning } from '#domain/alert/evaluate/meant-fields.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import type { Json } from '#kernel/json.ts';
import { MIXED_KINDS, NESTED_KIND, type Search } from '#ports/search.ts';
import { isOther, rememberedBehind, type Behind } from './behind.ts';

interface Looking {
  readonly rule: Rule;
  readonly memory: RuleMemory | null;
  readonly span: Pick<Span, 'to'>;
  /** Its pattern stands for other indices than when its columns were asked for. */
  readonly isChanged?: boolean;
}

export type Columns =
  | {
      readonly ok: true;
      readonly names: ColumnNames;
      readonly readings: Readings;
      readonly askedAt: number;
      /** Asked for just now, and not what was remembered. */
      readonly isFresh: boolean;
    }
  | { readonly ok: false; readonly problem: Problem };

/** Kinds that Elasticsearch can't aggregate by. */
const TEXT: ReadonlySet<string> = new Set(['text', 'match_only_text', 'annotated_text', MIXED_KINDS]);
/** A field may get another mapping without anybody noticing: names are asked for again after so long. */
const ASKED_AGAIN_MS = 600_000;

/**
 * By which name each rule's fields can be aggregated. It is remembered with the rule: asked once for each index, at the rule's first look, every ten
 * minutes, and when what stands behind its pattern changed.
 */
export async function learnColumns(requests: readonly Looking[], search: Search, signal?: AbortSignal): Promise<readonly Columns[]> {
  const unknown = new Map<string, Set<string>>();
  for (const request of requests) {
    const fields = missing(request);
    if (fields.length > 0) unknown.set(request.rule.index, new Set([...(unknown.get(request.rule.index) ?? []), ...fields]));
  }
  const kinds = new Map<string, Kinds>();
  for (const [index, fields] of unknown) kinds.set(index, await kindsOf(search, index, [...fields], signal));
  return requests.map((request) => columnsFor(request, kinds.get(request.rule.index)));
}

type Kinds = { readonly ok: true; readonly kinds: ReadonlyMap<string, string> } | { readonly ok: false; readonly problem: Problem };

function missing({ rule, memory, span, isChanged = false }: Looking): readonly string[] {
  const known = objectIn(memory, 'columns');
  const isOld = isChanged || span.to - askedAt(memory) >= ASKED_AGAIN_MS;
  return columnsWanted(rule).filter((field) => isOld || known[field] === undefined);
}

function askedAt(memory: RuleMemory | null): number {
  return numberIn(memory, 'columnsAt') ?? Number.NEGATIVE_INFINITY;
}

async function kindsOf(search: Search, index: string, fields: readonly string[], signal: AbortSignal | undefined): Promise<Kinds> {
  try {
    const names = new Set(fields.flatMap((field) => [field, `${field}.keyword`, ...holdersOf(field)]));
    return { ok: true, kinds: await search.fields(index, [...names].join(','), signal) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function columnsFor(request: Looking, kinds: Kinds | undefined): Columns {
  const { memory, span, rule } = request;
  const [names, readings] = [knownColumns(memory), knownReadings(memory)];
  const known: Columns = { ok: true, names, readings, askedAt: askedAt(memory), isFresh: false };
  if (kinds === undefined || missing(request).length === 0) return known;
  // What was known goes on as long as nobody can say better.
  if (!kinds.ok) return Object.keys(names).length > 0 ? known : kinds;
  // A field that no document had yet may turn out to be text: it is asked for again.
  const mapped = missing(request).filter((field) => isMapped(kinds.kinds, field));
  const learned = mapped.map((field) => [field, learnedOf(kinds.kinds, rule, field)] as const);
  return {
    ok: true,
    names: { ...names, ...Object.fromEntries(learned.map(([field, { column }]) => [field, column])) },
    readings: {
      ...Object.fromEntries(Object.entries(readings).filter(([field]) => !mapped.includes(field))),
      ...Object.fromEntries(learned.flatMap(([field, { reading }]) => (reading === null ? [] : [[field, reading] as const]))),
    },
    askedAt: span.to,
    isFresh: true,
  };
}

/**
 * Whether what was looked at is other indices than those for which the columns are known: a rolled-over index may have another mapping, by which a search
 * fails, or finds nothing.
 */
export function isOutdated({ rule, memory }: Looking, columns: Columns, looked: Outcome, behind: Behind | null): boolean {
  if (!columns.ok || columns.isFresh || columnsWanted(rule).length === 0) return false;
  if (!looked.ok) return OF_MAPPINGS.includes(looked.problem.code);
  return behind !== null && isOther(rememberedBehind(memory?.['columnsOf']), behind);
}

const OF_MAPPINGS: readonly Problem['code'][] = ['search_incomplete', 'search_refused'];

/** The objects that a field is in: one of them may be a list of documents of their own, or hold whatever is put into it. */
function holdersOf(field: string): readonly string[] {
  const parts = field.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

function isMapped(kinds: ReadonlyMap<string, string>, field: string): boolean {
  return kinds.has(field) || holdersOf(field).some((holder) => kinds.get(holder) === 'flattened');
}

/** Its column; where it has none, Elasticsearch makes one of what the documents say, unless a filter means the field otherwise than that has it. */
function learnedOf(
  kinds: ReadonlyMap<string, string>,
  rule: Rule,
  field: string,
): { readonly column: string; readonly reading: Reading | null } {
  const isNested = holdersOf(field).some((holder) => kinds.get(holder) === NESTED_KIND);
  const column = isNested ? '' : columnIn(kinds, field);
  const isDate = DATES.has(kinds.get(column) ?? '');
  if (column !== '') return { column, reading: isDate ? 'date' : null };
  const reading = measuredBy(rule) === field ? 'number' : 'text';
  const isMixed = !isNested && kinds.get(field) === MIXED_KINDS;
  const kept = isMixed ? KEPT_OF_MIXED[reading] : KEPT;
  return meaningsOf(rule, field).every((meaning) => kept.has(meaning)) ? { column: field, reading } : { column, reading: null };
}

/** What a made column of a text, or of nested documents, leaves as it is: its name stands for it in the whole search. */
const KEPT: ReadonlySet<Meaning> = new Set(['presence']);
/** Of what is one thing in some indices and another in others. */
const KEPT_OF_MIXED: Readonly<Record<'text' | 'number', ReadonlySet<Meaning>>> = {
  text: new Set(['presence', 'value']),
  number: new Set(['presence', 'value', 'order']),
};

const DATES: ReadonlySet<string> = new Set(['date', 'date_nanos']);

/** What the looks of a rule have found out so far. */
export function knownColumns(memory: RuleMemory | null): ColumnNames {
  const known = Object.entries(objectIn(memory, 'columns'));
  return Object.fromEntries(known.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** How those of them are read that can't be read as they are. */
export function knownReadings(memory: RuleMemory | null): Readings {
  const known = Object.entries(objectIn(memory, 'readings'));
  return Object.fromEntries(known.filter((entry): entry is [string, Reading] => READINGS.has(entry[1])));
}

const READINGS: ReadonlySet<Json> = new Set<Reading>(['date', 'text', 'number']);

function columnIn(kinds: ReadonlyMap<string, string>, field: string): string {
  if (!TEXT.has(kinds.get(field) ?? '')) return field;
  const whole = `${field}.keyword`;
  return kinds.has(whole) && kinds.get(whole) !== MIXED_KINDS ? whole : '';
}
