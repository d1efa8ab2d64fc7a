import { z } from 'zod';
import { expressionOf } from '#kernel/expression.ts';
import { expressionIn } from '#domain/alert/evaluate/matching.ts';
import { field, fields, flag, period, values } from './kinds.ts';
import { typeForm, type Around, type Remark } from './type-form.ts';

const DAY = 86_400_000;
const compareKeys = fields.describe('The field, or fields, to look at');
const filterByList = flag.nullable().default(true).describe('Ask Elasticsearch only for documents that the list is about');
const ignoreNull = flag.describe('Documents without compare_key do not count');

const anyForm = typeForm('any', z.object({}), () => ({ type: 'any' }));

const blacklistForm = typeForm(
  'blacklist',
  z.object({
    compare_key: compareKeys,
    blacklist: values.describe('Values that alert; "!file PATH" stands for the lines of a file'),
    filter_by_list: filterByList,
  }),
  (keys) => ({
    type: 'blacklist',
    compareKey: keys.compare_key[0] ?? '',
    values: keys.blacklist,
    filterByList: keys.filter_by_list ?? false,
  }),
  ({ compare_key: compared, blacklist }) => [...oneField(compared), ...unreadable('blacklist', blacklist)],
);

const whitelistForm = typeForm(
  'whitelist',
  z.object({
    compare_key: compareKeys,
    whitelist: values.describe('Values that do not alert; "!file PATH" stands for the lines of a file'),
    ignore_null: ignoreNull,
    filter_by_list: filterByList,
  }),
  (keys) => ({
    type: 'whitelist',
    compareKey: keys.compare_key[0] ?? '',
    values: keys.whitelist,
    ignoreNull: keys.ignore_null,
    filterByList: keys.filter_by_list ?? false,
  }),
  ({ compare_key: compared, whitelist }) => [...oneField(compared), ...unreadable('whitelist', whitelist)],
);

/** ElastAlert accepts several, and then looks for a field that has all their names. */
function oneField(compared: readonly string[]): readonly Remark[] {
  return compared.length === 1
    ? []
    : [{ path: ['compare_key'], message: 'must be one field: a list is compared with one value at a time' }];
}

/** Whoever writes documents chooses what they are held against: nothing that may take for ever is. */
function unreadable(key: string, entries: readonly string[]): readonly Remark[] {
  return entries.flatMap((entry, index) => {
    const expression = expressionIn(entry);
    if (expression === null || expressionOf(expression) !== null) return [];
    const message = `${entry} is no regular expression that runs in linear time (RE2): write it without look-ahead, look-behind and back-references`;
    return [{ path: [key, index], message }];
  });
}

const changeForm = typeForm(
  'change',
  z.object({
    compare_key: compareKeys,
    ignore_null: ignoreNull,
    timeframe: period.optional().describe('An older value is forgotten'),
  }),
  (keys) => ({ type: 'change', compareKeys: keys.compare_key, ignoreNull: keys.ignore_null, timeframeMs: keys.timeframe ?? null }),
  (keys, { query_key: key }) => [
    ...(key === undefined ? [{ path: [], message: 'needs query_key: a change is one of the same key' }] : []),
    ...(keys.compare_key.length === 0 ? [{ path: ['compare_key'], message: 'must name a field' }] : []),
  ],
);

const termFields = z
  .union([field, z.array(z.union([field, z.array(field).min(1)]))], {
    error: 'must be a list of fields; one may be a list of fields itself',
  })
  .transform((given) => (typeof given === 'string' ? [[given]] : given.map((entry) => (typeof entry === 'string' ? [entry] : entry))));

const newTermForm = typeForm(
  'new_term',
  z.object({
    fields: termFields.optional().describe('Fields whose new values alert; query_key if not given. A list within counts as one'),
    terms_window_size: period.default(30 * DAY).describe('A value seen within this time is not new'),
    window_step_size: period.default(DAY).describe('The time before is read in pieces of this size'),
    alert_on_missing_field: flag.default(false).describe('Documents without the field alert'),
    use_terms_query: flag.default(false).describe('Ask for counts by value instead of documents'),
    terms_size: z.int().min(1).default(50).describe('How many values are asked for at once'),
    use_keyword_postfix: flag.optional().describe('Not needed: vigie sees which form of a field can be counted'),
  }),
  (keys, { query_key: key }) => ({
    type: 'new_term',
    fields: keys.fields ?? (key ?? []).map((name) => [name]),
    termsWindowMs: keys.terms_window_size,
    windowStepMs: keys.window_step_size,
    termsSize: keys.terms_size,
    alertOnMissingField: keys.alert_on_missing_field,
    useTermsQuery: keys.use_terms_query,
  }),
  (keys, around) => newTermRemarks(keys.fields ?? (around.query_key ?? []).map((name) => [name]), keys.use_terms_query, around),
);

function newTermRemarks(watched: readonly (readonly string[])[], useTerms: boolean, { query_key: key }: Around): readonly Remark[] {
  if (watched.length === 0) return [{ path: ['fields'], message: 'needs fields, or query_key' }];
  if (!useTerms) return [];
  const only = watched.length === 1 && watched[0]?.length === 1 ? watched[0][0] : undefined;
  if (only === undefined) return [{ path: ['use_terms_query'], message: 'works with one field only' }];
  return key?.length === 1 && key[0] === only
    ? []
    : [{ path: ['use_terms_query'], message: `needs query_key: ${only}, the same as fields` }];
}

export const MATCH_FORMS = [anyForm, blacklistForm, whitelistForm, changeForm, newTermForm];
