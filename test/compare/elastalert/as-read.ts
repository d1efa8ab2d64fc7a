import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { MAPPING, type DataSet } from './data.ts';
import { fieldsOf } from './explain.ts';
import type { Written } from './sides.ts';

/** A user who is named, and the moment of a time in seconds. */
const [NAMED, MOMENT] = ['named_user', 'moment'];

/** Of both indices: no field is a text in one of them. */
export const READ_MAPPING: JsonObject = {
  properties: { ...(MAPPING['properties'] as JsonObject), [NAMED]: { type: 'keyword' }, [MOMENT]: { type: 'date' } },
};

/**
 * A rule and its documents as vigie reads them, written so that ElastAlert can't read them otherwise: each value of a list is a document of its own (32),
 * what is empty is missing (24), times are texts (27), and a filter within `query:` stands by itself (26). With `READ_MAPPING` a key is a keyword
 * everywhere (34).
 */
export function asRead(rule: Written, data: DataSet): { readonly rule: Written; readonly data: DataSet } {
  const isOfLists = rule['use_count_query'] !== true && fieldsOf(rule).includes('tags');
  const documentsOf = (document: JsonObject): readonly JsonObject[] => (isOfLists ? spread(document) : [document]).map(plain);
  return {
    rule: timed({ ...rule, ...keyed(rule['query_key']), ...filtered(rule) }),
    data: {
      ...data,
      documents: data.documents.flatMap(documentsOf),
      late: data.late.flatMap(({ arrivesAt, document }) => documentsOf(document).map((one) => ({ arrivesAt, document: one }))),
    },
  };
}

function keyed(key: Json | undefined): JsonObject {
  const named = (field: Json): Json => (field === 'user' ? NAMED : field);
  return key === undefined ? {} : { query_key: Array.isArray(key) ? key.map(named) : named(key) };
}

function filtered({ type, filter }: Written): JsonObject {
  if (type !== 'new_term' || !Array.isArray(filter)) return {};
  return { filter: filter.map((one) => (isJsonObject(one) ? (one['query'] ?? one) : one)) };
}

function timed(rule: Written): Written {
  const isNumber = rule['timestamp_type'] === 'unix' || rule['timestamp_type'] === 'unix_ms';
  if (!isNumber || rule['bucket_interval'] === undefined) return rule;
  return { ...rule, timestamp_field: rule['timestamp_type'] === 'unix' ? MOMENT : '@timestamp', timestamp_type: 'iso' };
}

function spread({ tags = null, ...document }: JsonObject): readonly JsonObject[] {
  const values = [tags].flat().filter((value) => value !== null);
  return values.length === 0 ? [document] : values.map((value) => ({ ...document, tags: value }));
}

function plain(document: JsonObject): JsonObject {
  const { user = '', unix } = document;
  const moment = new Date(Number(unix) * 1_000).toISOString();
  return { ...document, ...(user === '' ? {} : { [NAMED]: user }), [MOMENT]: moment };
}
