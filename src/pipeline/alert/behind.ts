import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readInstant } from '#domain/alert/evaluate/time.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { SearchOutcome, SearchRequest } from '#ports/search.ts';

/**
 * What stands behind a pattern at a look: by it another index in the place of one is noticed at once, be it by an alias, a roll-over, or under the
 * same name. Elasticsearch has all of it at hand: no document is read.
 */
export interface Behind {
  readonly shards: number;
  /** The indices that have documents, as one short text. */
  readonly names: string;
  readonly documents: number;
  /** The oldest of them, ms; null: nobody can say. */
  readonly oldest: number | null;
}

/** Indices behind one pattern that are told apart; of more, the last by name. */
const INDICES = 1_000;
/** Which indices hold what is found. */
export const BY_INDEX: JsonObject = { terms: { field: '_index', size: INDICES, order: { _key: 'desc' } } };

const byIndex = z.object({ buckets: z.array(z.object({ key: z.string(), doc_count: z.number() })) });
const namesSchema = z.object({ by: byIndex });
const answerSchema = z.object({ by: byIndex, oldest: z.object({ value: z.number().nullable() }).optional() });

/** One for each pattern, to be asked beside a look. */
export function behindRequest({ index, timestampField: field }: Rule): SearchRequest {
  return { index, body: { size: 0, track_total_hits: false, aggs: { by: BY_INDEX, oldest: { min: { field } } } } };
}

/** @returns null where nobody can say */
export function behindIn(rule: Rule, outcome: SearchOutcome | undefined): Behind | null {
  if (outcome?.ok !== true) return null;
  const names = namesIn(outcome);
  const { data } = answerSchema.safeParse(outcome.aggregations);
  if (data === undefined || names === null) return null;
  const documents = data.by.buckets.reduce((sum, bucket) => sum + bucket.doc_count, 0);
  return { shards: outcome.shards ?? 0, names, documents, oldest: readInstant(rule, data.oldest?.value ?? undefined) };
}

/** The indices that `BY_INDEX` found, as one short text. */
export function namesIn(outcome: SearchOutcome | undefined): string | null {
  const { data } = namesSchema.safeParse(outcome?.ok === true ? outcome.aggregations : null);
  if (data === undefined) return null;
  const names = data.by.buckets.map(({ key }) => key).toSorted();
  return createHash('sha256').update(names.join('\n')).digest('base64url').slice(0, DIGEST);
}

const DIGEST = 12;

const behind = z.object({ shards: z.number(), names: z.string(), documents: z.number(), oldest: z.number().nullable() });

/** As it was remembered. */
export function rememberedBehind(value: Json | undefined): Behind | null {
  return behind.safeParse(value).data ?? null;
}

/** Whether it isn't what it was: documents become more, and the oldest of them stays. */
export function isOther(before: Behind | null, now: Behind): boolean {
  if (before === null || before.shards !== now.shards || before.names !== now.names || now.documents < before.documents) return true;
  return before.oldest !== null && (now.oldest === null || now.oldest > before.oldest);
}
