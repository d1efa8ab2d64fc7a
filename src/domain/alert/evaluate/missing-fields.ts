import { BOUNDS } from '#kernel/bounds.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { entriesOf, type Entry } from './documents.ts';
import type { Draft } from './drafts.ts';
import { groupsOf } from './groups.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { asNumber, awaitedMs, mapIn, numberIn, overlapFrom } from './remembered.ts';
import { columnOf, inColumns, keyedBy, questionOf, type Scene } from './scene.ts';

/** As a bucket's key says them. */
const NOTHING: ReadonlySet<string> = new Set(['', '0', 'false']);

type NewTerm = Extract<RuleKind, { type: 'new_term' }>;

interface Missing {
  readonly drafts: readonly Draft[];
  /** By id, those told, and when they are dated. */
  readonly told: JsonObject;
  /** Until there all is told, and nothing that comes late is. */
  readonly floor: number | null;
  /** How many couldn't be remembered one by one. */
  readonly forgotten: number;
}

/** With `alert_on_missing_field`: each document without one of the fields, or with nothing in it. They are told once, and read when there are more. */
export function* missingFields(scene: Scene<NewTerm>, fields: readonly (readonly string[])[]): Inquiry<Missing> {
  const before = numberIn(scene.memory, 'missingFloor');
  const from = Math.max(overlapFrom(scene), before ?? 0);
  const told = new Map([...mapIn(scene.memory, 'missing', asNumber)].filter(([, at]) => at > from));
  const without = { after: from, until: scene.span.to, also: [yield* withoutAny(scene, fields.flat())] };
  const screen = yield* ask(questionOf(scene, without, { size: 0, track_total_hits: told.size + 1 }));
  const read = screen.total <= told.size ? null : yield* entriesOf(scene, without, fields.flat());
  const entries = read?.entries ?? [];
  const fresh = entries.filter((entry) => !told.has(entry.id));
  for (const entry of fresh) told.set(entry.id, entry.at);
  const drafts = fresh.flatMap((entry) => draftsOf(entry, fields));
  // What is beyond the bounds is gone on with at the next look, from the last one that was told.
  if (read?.isWhole !== false && told.size <= BOUNDS.remembered.most) {
    const floor = before === null || before <= scene.span.to - awaitedMs(scene.rule) ? null : before;
    return { drafts, told: Object.fromEntries(told), floor, forgotten: 0 };
  }
  return { drafts, told: {}, floor: entries.at(-1)?.at ?? from, forgotten: told.size };
}

function draftsOf(entry: Entry, fields: readonly (readonly string[])[]): readonly Draft[] {
  const missing = fields.filter((names) => names.some((name) => isNothing(entry, name)));
  return missing.map((names) => ({
    key: entry.key,
    at: entry.at,
    value: names.join(','),
    limit: null,
    matches: 1,
    entry,
    fields: { missing_field: names.join(',') },
  }));
}

function isNothing({ values }: Entry, name: string): boolean {
  return (values[name] ?? []).every((value) => value === null || value === '' || value === 0 || value === false);
}

/** Those that lack a field, or have nothing, zero or false in it, where any do. */
function* withoutAny(scene: Scene, fields: readonly string[]): Inquiry<JsonObject> {
  if (!inColumns(scene, fields)) return { match_all: {} };
  const should: JsonObject[] = [];
  for (const field of fields) {
    const column = columnOf(scene.columns, field);
    const overlap = { after: overlapFrom(scene), until: scene.span.to };
    const groups = yield* groupsOf(keyedBy(scene, [field]), overlap, { leaf: {}, atLeast: 1, withMissing: false });
    const empty = groups.map(({ key }) => key[field] ?? '').filter((value) => NOTHING.has(value));
    should.push({ bool: { must_not: [{ exists: { field: column } }] } }, ...empty.map((value) => ({ term: { [column]: value } })));
  }
  return { bool: { should, minimum_should_match: 1 } };
}
