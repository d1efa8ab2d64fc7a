import type { JsonObject } from '#kernel/json.ts';
import type { Document } from './document.ts';
import type { QueryContext } from './query-kind.ts';

/** What an aggregation is given beside its own definition. */
export interface AggregationContext extends QueryContext {
  /** All documents of the searched indices, whatever the query: for `global`, and for terms that none has. */
  readonly everything: () => readonly Document[];
  /** The kind of a field in the first index that has it; null when none has. */
  readonly kindOf: (field: string) => string | null;
  /** Members of a bucket: how many documents, and what the aggregations below find in them. */
  readonly bucket: (documents: readonly Document[]) => JsonObject;
}

/** Reads the definition under its name, e.g. the one of `{ terms: … }`. */
export type Aggregation = (definition: JsonObject, documents: readonly Document[], context: AggregationContext) => JsonObject;
