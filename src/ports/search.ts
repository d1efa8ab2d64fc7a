import type { Json, JsonObject } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { SourceIndex, WriteBlock } from '#domain/alert/source.ts';

/** One search: the body of Elasticsearch's `_search`, as plain JSON of its query language. */
export interface SearchRequest {
  /** Names or patterns, separated by commas. */
  readonly index: string;
  readonly body: JsonObject;
}

export interface Hit {
  readonly id: string;
  readonly index: string;
  readonly source: JsonObject;
  /** Values of the request's `sort`, to go on with `search_after`. */
  readonly sort: readonly Json[];
  /** Of each field that `docvalue_fields` names and the document has: what it is searched and aggregated by, as a list. */
  readonly fields?: JsonObject;
}

export interface Found {
  readonly ok: true;
  /** How many match: exact, as far as the request's `track_total_hits` goes (all, if it doesn't say). */
  readonly total: number;
  /** Fewer documents than were asked for, since all of them were more than one answer may hold: go on behind the last one. */
  readonly cut?: boolean;
  readonly hits: readonly Hit[];
  /** By name, as Elasticsearch answers them: read them with a schema. */
  readonly aggregations: JsonObject;
  /** How many shards the search went to, those that it could leave out included: none, where nothing stands behind the pattern. */
  readonly shards?: number;
}

/**
 * A search that failed, alone or because some shards failed or time ran out: never to be read as "nothing found".
 * The problem's code is one of `search_unreachable`, `search_refused`, `search_busy` (of all that was asked beside it as well), `search_rejected` (429 and 503 of this one),
 * `search_incomplete`, `search_too_large` (more buckets, clauses or memory than the server gives or takes at once, or more bytes than an answer may have; with `node`, all
 * that was asked of a node was more memory than it has).
 */
export interface NotFound {
  readonly ok: false;
  readonly problem: Problem;
}

export type SearchOutcome = Found | NotFound;

export interface ClusterInfo {
  readonly version: string;
  readonly health: 'green' | 'yellow' | 'red';
}

/** The kind of a field that is one thing in some indices of a pattern and something else in others, or has no column at all: nothing can be aggregated by it. */
export const MIXED_KINDS = 'mixed';
/** The kind of an object whose members are documents of their own in some index: only searches that say so see them. */
export const NESTED_KIND = 'nested';

/**
 * One Elasticsearch cluster, read only. Methods throw `search_unreachable` when nobody answers in time or what answers is no
 * Elasticsearch, `search_refused` when access is denied, `search_busy` at 429 and 503; or the signal's reason as it is. Nothing is tried again, but for a kept connection that turns out to be broken.
 */
export interface Search {
  /** The cluster's name in the configuration, for messages. */
  readonly cluster: string;
  /** So many searches go together at most: more may be refused, or take longer than a request may. */
  readonly atOnce: number;
  /** All searches in one round trip (`_msearch`), answered in their order; each succeeds or fails by itself. An index that doesn't exist has no documents. */
  multi(requests: readonly SearchRequest[], signal?: AbortSignal): Promise<readonly SearchOutcome[]>;
  /** Kinds of the fields that match a pattern, or one of several separated by commas, by full name (`host.name` → `keyword`); `MIXED_KINDS` where indices disagree, and for a part of another field (`message.keyword`) that some index has that one without. */
  fields(index: string, pattern: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The indices behind a pattern, or several separated by commas; closed ones, too, and those of aliases and data streams. */
  sources(index: string, signal?: AbortSignal): Promise<readonly SourceIndex[]>;
  /** Those of them that take no documents, by name, with the setting that says so; empty, too, where the account may not know. */
  blocks(index: string, signal?: AbortSignal): Promise<ReadonlyMap<string, WriteBlock>>;
  info(signal?: AbortSignal): Promise<ClusterInfo>;
  close(): Promise<void>;
}
