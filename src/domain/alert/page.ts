import type { JsonObject } from '#kernel/json.ts';
import type { Severity } from './rule.ts';

/** In the place of a name: all pagers of the configuration. */
export const EVERY_PAGER = '*';

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

/** Orders with a pager each: those for all become one for each. */
export function forEach(orders: readonly PageOrder[], pagers: readonly string[]): readonly PageOrder[] {
  return orders.flatMap((order) => (order.pager === EVERY_PAGER ? pagers.map((pager) => ({ ...order, pager })) : [order]));
}
