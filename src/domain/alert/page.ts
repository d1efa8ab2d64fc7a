import type { JsonObject } from '#kernel/json.ts';
import type { Severity } from './rule.ts';

/** Something to be paged, stored with what happened; its words are made when it is sent. */
export interface PageOrder {
  /** The same key is paged once for each pager. */
  readonly key: string;
  readonly pager: string;
  readonly severity: Severity;
  /** Section of the template `page`, with what it may use. */
  readonly section: string;
  readonly data: JsonObject;
  /** User name of the person who is meant, or null. */
  readonly person: string | null;
  readonly notBefore: number;
}
