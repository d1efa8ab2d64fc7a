import type { JsonObject } from '#kernel/json.ts';
import type { RuleKind } from '../rule.ts';
import { entriesOf, type Entry } from './documents.ts';
import type { Draft } from './drafts.ts';
import { lookUp } from './fields.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { asNumber, mapIn, overlapFrom } from './remembered.ts';
import { columnOf, inColumns, questionOf, type Scene } from './scene.ts';

type NewTerm = Extract<RuleKind, { type: 'new_term' }>;

/** With `alert_on_missing_field`: each document without one of the fields, or with nothing in it. They are told once, and read when there are more. */
export function* missingFields(
  scene: Scene<NewTerm>,
  fields: readonly (readonly string[])[],
): Inquiry<{ readonly drafts: readonly Draft[]; readonly told: JsonObject }> {
  const from = overlapFrom(scene);
  const told = new Map([...mapIn(scene.memory, 'missing', asNumber)].filter(([, at]) => at > from));
  const without = [withoutAny(scene, fields.flat())];
  const screen = yield* ask(questionOf(scene, from, scene.span.to, without, { size: 0, track_total_hits: told.size + 1 }));
  const entries = screen.total <= told.size ? [] : yield* entriesOf(scene, from, scene.span.to, without, fields.flat());
  const fresh = entries.filter((entry) => !told.has(entry.id));
  for (const entry of fresh) told.set(entry.id, entry.at);
  return { drafts: fresh.flatMap((entry) => draftsOf(entry, fields)), told: Object.fromEntries(told) };
}

function draftsOf(entry: Entry, fields: readonly (readonly string[])[]): readonly Draft[] {
  const missing = fields.filter((names) => names.some((name) => isNothing(entry, name)));
  return missing.map((names) => ({ key: entry.key, at: entry.at, value: names.join(','), limit: null, matches: 1, entry }));
}

function isNothing({ source }: Entry, name: string): boolean {
  const value = lookUp(source, name);
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

/** Those that lack a field. What is there but empty can only be asked for in the kind of the field, so every document is read where it might be. */
function withoutAny(scene: Scene, fields: readonly string[]): JsonObject {
  if (!inColumns(scene, fields)) return { match_all: {} };
  return { bool: { should: fields.map((field) => lacking(columnOf(scene.columns, field))), minimum_should_match: 1 } };
}

function lacking(field: string): JsonObject {
  return { bool: { must_not: [{ exists: { field } }] } };
}
