import type { Json, JsonObject } from '#kernel/json.ts';
import { knownMembers, listIn } from './json-reading.ts';
import type { Test } from './query-kind.ts';
import { LabLimit, Refusal } from './refusal.ts';

const MEMBERS: readonly string[] = [
  'must',
  'filter',
  'should',
  'must_not',
  'minimum_should_match',
  'boost',
  '_name',
  'adjust_pure_negative',
];

/** `bool`: at least one of `should` where nothing else is asked for, none of them has to match otherwise. */
export function compileBool(bool: JsonObject, compile: (query: Json) => Test): Test {
  knownMembers(bool, 'bool', MEMBERS);
  const read = (name: string): readonly Test[] => listIn(bool[name]).map(compile);
  const all = [...read('filter'), ...read('must')];
  const none = read('must_not');
  const should = read('should');
  const needed = minimumOf(bool['minimum_should_match'], should.length, all.length === 0 && should.length > 0 ? 1 : 0);
  return (document) => {
    for (const test of all) if (!test(document)) return false;
    for (const test of none) if (test(document)) return false;
    return needed === 0 || enough(should, needed, (test) => test(document));
  };
}

function enough(tests: readonly Test[], needed: number, passes: (test: Test) => boolean): boolean {
  let passed = 0;
  for (const test of tests) {
    if (passes(test)) passed += 1;
    if (passed >= needed) return true;
  }
  return false;
}

/**
 * `minimum_should_match`: a number, a percentage, or how many or how much may be missing.
 * @param count of the clauses
 */
export function minimumOf(value: Json | undefined, count: number, byDefault: number): number {
  if (value === undefined || value === null) return byDefault;
  const [, sign, digits, percent] = /^([+-]?)(\d+)(%?)$/u.exec(String(value).trim()) ?? [];
  if (digits === undefined) {
    if (String(value).includes('<')) throw new LabLimit(`minimum_should_match ${JSON.stringify(value)}`);
    throw new Refusal(`failed to parse [minimum_should_match]: ${JSON.stringify(value)}`);
  }
  const amount = percent === '%' ? Math.floor((Number(digits) * count) / 100) : Number(digits);
  return Math.max(0, sign === '-' ? count - amount : amount);
}
