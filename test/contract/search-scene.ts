import { expect } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { WriteBlock } from '#domain/alert/source.ts';
import type { Found, Search } from '#ports/search.ts';
import type { Sample } from './search-documents.ts';

/** A cluster whose indices `contract-*` are understood as `LAB_TEMPLATE` says, and the means to fill them. */
export interface SearchLab {
  readonly search: Search;
  /** What it says of itself. */
  readonly version: string;
  createIndex(name: string): Promise<void>;
  /** It takes no documents by this setting, or, for null, does again. */
  block(name: string, setting: WriteBlock | null): Promise<void>;
  /** Makes them visible to searches too. */
  index(name: string, documents: readonly Sample[]): Promise<void>;
  /** A cluster that doesn't answer. */
  readonly unreachable: Search;
  close(): Promise<void>;
}

/** What the cases are given. */
export interface SearchScene {
  readonly lab: () => SearchLab;
  /** One search, which must succeed. */
  readonly found: (index: string, body: JsonObject) => Promise<Found>;
  /** Ids of the hits of a query, sorted. */
  readonly ids: (index: string, query: Json) => Promise<readonly string[]>;
  /** One aggregation over everything that matches. */
  readonly aggregation: (index: string, aggregation: JsonObject, query?: JsonObject) => Promise<JsonObject>;
  /** What Elasticsearch has against a search. */
  readonly refusal: (index: string, body: JsonObject) => Promise<JsonObject>;
}

export function sceneOf(lab: () => SearchLab): SearchScene {
  const one = async (index: string, body: JsonObject) => {
    const [outcome] = await lab().search.multi([{ index, body }]);
    if (outcome === undefined) throw new Error('no outcome');
    return outcome;
  };
  const found = async (index: string, body: JsonObject): Promise<Found> => {
    const outcome = await one(index, body);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
    return outcome;
  };
  return {
    lab,
    found,
    ids: async (index, query) => (await found(index, { query, size: 200, _source: false })).hits.map(({ id }) => id).sort(),
    aggregation: async (index, aggregation, query = { match_all: {} }) => {
      const { aggregations } = await found(index, { size: 0, query, aggs: { it: aggregation } });
      const result = aggregations['it'];
      if (result === undefined || !isJsonObject(result)) throw new Error(`no aggregation in ${JSON.stringify(aggregations)}`);
      return result;
    },
    refusal: async (index, body) => {
      const outcome = await one(index, body);
      if (outcome.ok) throw new Error(`found ${outcome.total} documents`);
      expect(outcome.problem.code).toBe('search_refused');
      return outcome.problem.params;
    },
  };
}
