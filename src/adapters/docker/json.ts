import { isRecord, type Json } from '#kernel/json.ts';

/** What came out of `JSON.parse`, typed as such. Undefined members are left out, as JSON would. */
export function asJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (!isRecord(value)) return null;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, asJson(member)]));
}

/** The same with fractions as text: hashes are made of integers only. */
export function hashable(value: Json): Json {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(hashable);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hashable(asJson(member))]));
}
