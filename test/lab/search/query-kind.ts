import type { Json } from '#kernel/json.ts';
import type { Document } from './document.ts';

/** Whether a document matches. */
export type Test = (document: Document) => boolean;

/** What queries need to know beside themselves. */
export interface QueryContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A kind of query: reads the member under its name, e.g. that of `{ term: … }`. */
export type QueryKind = (member: Json, context: QueryContext) => Test;

/** Bounds of the time field that every match keeps, as far as the query's uppermost levels show them. */
export interface TimeBounds {
  readonly from: number;
  readonly to: number;
}
