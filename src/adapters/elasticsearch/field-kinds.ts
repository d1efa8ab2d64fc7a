import { z } from 'zod';
import { MIXED_KINDS, NESTED_KIND } from '#ports/search.ts';
import type { Cluster } from './cluster.ts';
import { strangeAnswer } from './failures.ts';

const capabilities = z.looseObject({
  fields: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({
          metadata_field: z.boolean().optional(),
          aggregatable: z.boolean().optional(),
          indices: z.union([z.string(), z.array(z.string())]).optional(),
        }),
      ),
    )
    .default({}),
});
/** What holds fields and is none. */
const UNMAPPED = 'unmapped';
const HOLDERS: readonly string[] = ['object', UNMAPPED];

/** Kinds of the fields that match a pattern; `mixed` where indices disagree on one in more than the size of its numbers, or can't aggregate by it. */
export async function fieldKinds(
  cluster: Cluster,
  index: string,
  pattern: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const path = `/${encodeURIComponent(index)}/_field_caps`;
  // In the query string, since 7.17 reads it only there.
  const querystring = {
    fields: pattern,
    ignore_unavailable: true,
    allow_no_indices: true,
    include_unmapped: true,
    filter_path: 'fields.*.*.type,fields.*.*.metadata_field,fields.*.*.aggregatable,fields.*.*.indices',
  };
  const { json } = await cluster.ask({ method: 'GET', path, querystring }, signal);
  const { data } = capabilities.safeParse(json);
  if (data === undefined) throw strangeAnswer(cluster.name);
  return new Map(
    Object.entries(data.fields)
      .flatMap(([name, kinds]) => kindOf(name, kinds))
      .map(([name, kind]) => [name, isPartial(name, data.fields) ? MIXED_KINDS : kind] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

type Kinds = z.output<typeof capabilities>['fields'][string];

/** Whether it is a part of another field (`message.keyword`) and some index has that one without it: there, nothing would be found by it. */
function isPartial(name: string, fields: Readonly<Record<string, Kinds>>): boolean {
  const whole = fields[name.slice(0, Math.max(0, name.lastIndexOf('.')))] ?? {};
  const lacking = fields[name]?.[UNMAPPED]?.indices;
  if (lacking === undefined || Object.keys(whole).every((kind) => HOLDERS.includes(kind))) return false;
  const without = new Set([whole[UNMAPPED]?.indices ?? [], whole['object']?.indices ?? []].flat());
  return [lacking].flat().some((index) => !without.has(index));
}

/** 7.17 doesn't say which are its own; their names begin with `_`. */
function kindOf(name: string, kinds: Kinds): readonly (readonly [string, string])[] {
  const [first, ...others] = Object.keys(kinds)
    .filter((kind) => !HOLDERS.includes(kind) && kinds[kind]?.metadata_field !== true)
    .sort();
  if (first === undefined || name.startsWith('_')) return [];
  const all = [first, ...others];
  if (all.includes(NESTED_KIND)) return [[name, NESTED_KIND]];
  const agree = others.length === 0 || all.every((kind) => NUMBERS.includes(kind));
  const hasColumn = TEXTS.includes(first) || all.every((kind) => kinds[kind]?.aggregatable !== false);
  return [[name, agree && hasColumn ? first : MIXED_KINDS]];
}

/** Known to have no column by their name. */
const TEXTS: readonly string[] = ['text', 'match_only_text', 'annotated_text'];
/** Elasticsearch aggregates them beside each other. */
const NUMBERS: readonly string[] = ['byte', 'double', 'float', 'half_float', 'integer', 'long', 'scaled_float', 'short'];
