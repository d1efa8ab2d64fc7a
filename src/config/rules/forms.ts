import { elastalertKeys, mattermostKeys, vigieKeys } from './common-keys.ts';
import { AGGREGATE_FORMS } from './type-aggregate.ts';
import { COUNT_FORMS } from './type-count.ts';
import type { TypeForm } from './type-form.ts';
import { MATCH_FORMS } from './type-match.ts';
import { PROBE_FORM } from './type-probe.ts';

/** All types, by name. */
export const FORMS: ReadonlyMap<string, TypeForm> = new Map(
  [...MATCH_FORMS, ...COUNT_FORMS, ...AGGREGATE_FORMS, PROBE_FORM].map((form) => [form.type, form]),
);

/** Keys that a rule of any type may have. */
export const COMMON_KEYS: ReadonlySet<string> = new Set(
  ['type', ...[elastalertKeys, vigieKeys, mattermostKeys].flatMap((schema) => Object.keys(schema.shape))].toSorted(),
);

/** The types that have a key. */
export function typesWith(key: string): readonly string[] {
  return [...FORMS.values()].filter((form) => Object.hasOwn(form.schema.shape, key)).map(({ type }) => type);
}
