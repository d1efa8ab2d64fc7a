import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { listIn, textIn } from './json-reading.ts';
import { wildcardOf } from './patterns.ts';

type PathTest = (path: string) => boolean;

/** What `_source` leaves of a document: patterns name a field, or an object with all that is in it. */
export function filterSource(source: JsonObject, wanted: Json | undefined): JsonObject {
  if (wanted === false) return {};
  if (wanted === undefined || wanted === true) return source;
  const { includes, excludes } = isJsonObject(wanted)
    ? { includes: wanted['includes'] ?? wanted['include'], excludes: wanted['excludes'] ?? wanted['exclude'] }
    : { includes: wanted, excludes: undefined };
  const included = anyOf(includes);
  const all = listIn(includes).length === 0;
  return kept(source, '', { included: all ? () => true : included, excluded: anyOf(excludes) }, all);
}

function anyOf(patterns: Json | undefined): PathTest {
  const tests = listIn(patterns).map((pattern) => wildcardOf(textIn(pattern, '_source')));
  return (path) => tests.some((test) => test.test(path));
}

interface Wanted {
  readonly included: PathTest;
  readonly excluded: PathTest;
}

function kept(object: JsonObject, prefix: string, wanted: Wanted, inside: boolean): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + key;
    if (wanted.excluded(path)) continue;
    const here = inside || wanted.included(path);
    const left = keptValue(value, path, wanted, here);
    if (left !== undefined) result[key] = left;
  }
  return result;
}

/** @returns undefined where nothing is left of it */
function keptValue(value: Json, path: string, wanted: Wanted, here: boolean): Json | undefined {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((one) => keptValue(one, path, wanted, here)).filter((one) => one !== undefined);
    return here || items.length > 0 ? items : undefined;
  }
  if (!isJsonObject(value)) return here ? value : undefined;
  const inner = kept(value, `${path}.`, wanted, here);
  return here || Object.keys(inner).length > 0 ? inner : undefined;
}
