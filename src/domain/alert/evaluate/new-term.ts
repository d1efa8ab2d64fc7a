import { BOUNDS } from '#kernel/bounds.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { entriesOf, type Entry } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { isList, textOf } from './fields.ts';
import { groupsOf, type Grouping } from './groups.ts';
import type { Inquiry } from './inquiry.ts';
import { missingFields } from './missing-fields.ts';
import { mapIn, originOf, overlapFrom } from './remembered.ts';
import { inColumns, keyedBy, ofKeys, partOf, type Evaluation, type Scene } from './scene.ts';
import { ticksOf, within } from './time.ts';

type NewTerm = Extract<RuleKind, { type: 'new_term' }>;
type Fields = readonly string[];

const GROUPING: Grouping = { leaf: {}, atLeast: 1, withMissing: false };

/**
 * `new_term`: a value that neither the window before the rule's first look nor any later document had. The values in the overlap are asked
 * for; for those that aren't remembered, the documents before it.
 */
export function* evaluateNewTerm(scene: Scene<NewTerm>): Evaluation {
  const { kind } = scene;
  const seen = mapIn(scene.memory, 'seen', (value) => (isList(value) ? value.map((item) => textOf(item)) : null));
  const drafts: Draft[] = [];
  let forgotten = 0;
  for (const fields of kind.fields) {
    const name = fields.join(',');
    const known = new Set(seen.get(name));
    drafts.push(...(yield* newValues(scene, fields, known)));
    // Of a value that was forgotten the documents before tell that it isn't new, where they can be searched for it.
    const most = inColumns(scene, fields) ? BOUNDS.remembered.most : BOUNDS.lookKeys.most;
    if (!inColumns(scene, fields)) forgotten += Math.max(0, known.size - most);
    seen.set(name, [...known].slice(-most));
  }
  const missing = kind.alertOnMissingField ? yield* missingFields(scene, kind.fields) : null;
  const memory = { origin: originOf(scene), seen: Object.fromEntries(seen), ...missingMemory(missing) };
  const findings = yield* finish(scene, [...drafts, ...(missing?.drafts ?? [])]);
  const late = missing?.forgotten ?? 0;
  return { findings, standings: null, memory, forgotten: late > 0 ? { count: late, of: 'documents' } : { count: forgotten, of: 'keys' } };
}

function missingMemory(missing: { readonly told: JsonObject; readonly floor: number | null } | null): JsonObject {
  if (missing === null) return {};
  return missing.floor === null ? { missing: missing.told } : { missing: missing.told, missingFloor: missing.floor };
}

/** Values nobody had seen, each with its first document. `known` learns them. */
function* newValues(scene: Scene<NewTerm>, fields: Fields, known: Set<string>): Inquiry<readonly Draft[]> {
  const from = overlapFrom(scene);
  if (!inColumns(scene, fields)) return yield* newInDocuments(scene, fields, from, known);
  const keyed = keyedBy(scene, fields);
  const groups = yield* groupsOf(keyed, { after: from, until: scene.span.to }, GROUPING);
  const unknown = groups.map(({ key }) => key).filter((key) => isValue(Object.values(key)) && !known.has(keyText(key)));
  if (unknown.length === 0) return [];
  for (const text of yield* seenBefore(keyed, from, unknown)) known.add(text);
  const fresh = unknown.filter((key) => !known.has(keyText(key)));
  if (fresh.length === 0) return [];
  const { entries, isWhole } = yield* entriesOf(scene, { after: from, until: scene.span.to, also: [ofKeys(scene, fresh)] }, fields);
  const drafts = firstOf(scene, fields, entries, known);
  // A number zero or false stays without an alert: it needn't be looked at again. What wasn't read is new at the next look, too.
  if (isWhole) for (const key of fresh) known.add(keyText(key));
  return drafts;
}

/** Where the fields can't be searched by: the documents of the time before are read, once, and all later ones. */
function* newInDocuments(scene: Scene<NewTerm>, fields: Fields, from: number, known: Set<string>): Inquiry<readonly Draft[]> {
  if (scene.memory === null) {
    const { start, end } = baselineOf(scene);
    const { entries: before } = yield* entriesOf(scene, { after: start, until: end }, fields);
    for (const entry of before) for (const key of keysIn(scene, fields, entry)) known.add(keyText(key));
  }
  const { entries } = yield* entriesOf(scene, { after: from, until: scene.span.to }, fields);
  return firstOf(scene, fields, entries, known);
}

/** Of these, the ones in documents of the window before the first look, or since. What came at the very beginning of that look belongs to neither. */
function* seenBefore(keyed: Scene<NewTerm>, from: number, keys: readonly AlertKey[]): Inquiry<readonly string[]> {
  const { rule } = keyed;
  const { start, end } = baselineOf(keyed);
  const except = { bool: { must_not: [within(rule, end, originOf(keyed))] } };
  const extent = { after: start, until: from, also: [except, ofKeys(keyed, keys)] };
  const groups = yield* groupsOf(keyed, extent, GROUPING);
  return groups.map(({ key }) => keyText(key));
}

/**
 * The window before the first look: after `start`, up to `end`. The moment at which that look began is in neither; where it began with the end of a
 * second, as in a replay from a whole one, that second isn't.
 */
function baselineOf(scene: Scene<NewTerm>): { readonly start: number; readonly end: number } {
  const origin = originOf(scene);
  const began = origin % 1_000 === 999 ? origin - 999 : origin;
  return { start: began - scene.kind.termsWindowMs - 1, end: began - 1 };
}

function firstOf(scene: Scene<NewTerm>, fields: Fields, entries: readonly Entry[], known: Set<string>): readonly Draft[] {
  const drafts: Draft[] = [];
  for (const entry of entries) {
    for (const value of keysIn(scene, fields, entry)) {
      if (known.has(keyText(value))) continue;
      known.add(keyText(value));
      const values = Object.values(value);
      drafts.push({
        key: entry.key,
        at: timeOf(scene, entry),
        value: values.length === 1 ? (values[0] ?? null) : values,
        limit: null,
        matches: 1,
        entry,
        fields: { new_field: fields.length === 1 ? (fields[0] ?? '') : fields },
      });
    }
  }
  return drafts;
}

/** `use_terms_query` sees no documents: its time is the tick. */
function timeOf({ kind, span, rule }: Scene<NewTerm>, { at }: Entry): number {
  return kind.useTermsQuery ? (ticksOf(span, rule.runEveryMs).find((tick) => tick >= at) ?? span.to) : at;
}

/** The values of a document, each combination of them once; none where a part is missing, zero, false or empty. */
function keysIn(scene: Scene, fields: Fields, entry: Entry): readonly AlertKey[] {
  return fields.reduce<readonly AlertKey[]>(
    (keys, field) => {
      const values = (entry.values[field] ?? []).filter(isTrue);
      return keys.flatMap((key) => values.map((value) => ({ ...key, [field]: partOf(scene, field, value) })));
    },
    [{}],
  );
}

function isTrue(value: Json): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}

/** What a bucket can't tell apart, the documents can: the text "0" is a value, the number isn't. */
function isValue(values: readonly string[]): boolean {
  return values.every((value) => value !== '');
}
