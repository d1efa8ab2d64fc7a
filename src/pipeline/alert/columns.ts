import type { RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { numberIn, objectIn } from '#domain/alert/evaluate/remembered.ts';
import type { ColumnNames } from '#domain/alert/evaluate/scene.ts';
import { columnsWanted } from '#domain/alert/evaluate/evaluate.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import { MIXED_KINDS, type Search } from '#ports/search.ts';

interface Looking {
  readonly rule: Rule;
  readonly memory: RuleMemory | null;
  readonly span: Pick<Span, 'to'>;
}

export type Columns =
  | { readonly ok: true; readonly names: ColumnNames; readonly askedAt: number }
  | { readonly ok: false; readonly problem: Problem };

/** Kinds that Elasticsearch can't aggregate by. */
const TEXT: ReadonlySet<string> = new Set(['text', 'match_only_text', 'annotated_text', MIXED_KINDS]);
/** Indices come and go behind a pattern, and a field may be another thing in a new one: names are asked for again after so long. */
const ASKED_AGAIN_MS = 600_000;

/**
 * By which name each rule's fields can be aggregated. It is remembered with the rule: asked once for each index, at the rule's first look and every ten
 * minutes.
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

function missing({ rule, memory, span }: Looking): readonly string[] {
  const known = objectIn(memory, 'columns');
  const isOld = span.to - askedAt(memory) >= ASKED_AGAIN_MS;
  return columnsWanted(rule).filter((field) => isOld || known[field] === undefined);
}

function askedAt(memory: RuleMemory | null): number {
  return numberIn(memory, 'columnsAt') ?? Number.NEGATIVE_INFINITY;
}

async function kindsOf(search: Search, index: string, fields: readonly string[], signal: AbortSignal | undefined): Promise<Kinds> {
  try {
    const names = fields.flatMap((field) => [field, `${field}.keyword`]);
    return { ok: true, kinds: await search.fields(index, names.join(','), signal) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function columnsFor(request: Looking, kinds: Kinds | undefined): Columns {
  const known = knownColumns(request.memory);
  const { memory, span } = request;
  if (kinds === undefined || missing(request).length === 0) return { ok: true, names: known, askedAt: askedAt(memory) };
  // What was known goes on as long as nobody can say better.
  if (!kinds.ok) return Object.keys(known).length > 0 ? { ok: true, names: known, askedAt: askedAt(memory) } : kinds;
  // A field that no document had yet may turn out to be text: it is asked for again.
  const mapped = missing(request).filter((field) => kinds.kinds.has(field));
  const learned = mapped.map((field) => [field, columnIn(kinds.kinds, field)] as const);
  return { ok: true, names: { ...known, ...Object.fromEntries(learned) }, askedAt: span.to };
}

/** What the looks of a rule have found out so far. */
export function knownColumns(memory: RuleMemory | null): ColumnNames {
  const known = Object.entries(objectIn(memory, 'columns'));
  return Object.fromEntries(known.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function columnIn(kinds: ReadonlyMap<string, string>, field: string): string {
  if (!TEXT.has(kinds.get(field) ?? '')) return field;
  return kinds.has(`${field}.keyword`) ? `${field}.keyword` : '';
}
