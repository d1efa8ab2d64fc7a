import type { Json } from '#kernel/json.ts';
import { isRecord } from '#kernel/json.ts';
import type { DatabaseProperties } from './backup.ts';

/** What of a database's own isn't there as it was dumped: `rights of the database: app CONNECT`. Names alone: a setting may be somebody's secret. */
export function propertiesLost(dumped: DatabaseProperties | null, now: DatabaseProperties | null): readonly string[] {
  if (now === null) return [];
  if (dumped === null) return ['properties of the database: nobody had noted them'];
  return Object.entries(dumped).flatMap(([key, was]) => lostOf(`${key} of the database`, was, now[key] ?? null));
}

function lostOf(label: string, was: Json, now: Json): readonly string[] {
  const [before, there] = [listOf(was), listOf(now)];
  if (before === null) return isSame(was, now) ? [] : [label];
  return before.filter((each) => !(there ?? []).some((other) => isSame(each, other))).map((each) => `${label}: ${nameOf(each)}`);
}

function listOf(value: Json): readonly Json[] | null {
  return Array.isArray(value) ? value : null;
}

function isSame(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whose it is, and what it is called. */
function nameOf(each: Json): string {
  if (!isRecord(each)) return '';
  return [each['to'] ?? each['role'], each['right'] ?? each['name']].filter((word) => typeof word === 'string').join(' ');
}
