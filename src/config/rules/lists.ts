import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { reasonOf } from '#kernel/json.ts';
import type { Merged, Placed } from './merged.ts';
import type { Reading, RuleFile } from './read-file.ts';

/** The lists of a rule with their `!file PATH` replaced by the lines of the file; relative to the folder of the rule. */
export function withLists(rule: Merged, file: RuleFile, reading: Reading): Merged {
  const changes: Record<string, Placed> = {};
  for (const key of ['blacklist', 'whitelist']) {
    const placed = rule.placed(key);
    if (placed === undefined || !Array.isArray(placed.value)) continue;
    const entries: readonly unknown[] = placed.value;
    const parts = entries.flatMap((value, index) => {
      const part = { value, source: placed.source, path: [key, index] };
      return lines(part, rule, file, reading).map((line) => ({ ...part, value: line }));
    });
    changes[key] = { ...placed, value: parts.map(({ value }) => value), parts };
  }
  return rule.with(changes);
}

function lines({ value, path }: Placed, rule: Merged, file: RuleFile, { problems, files }: Reading): readonly unknown[] {
  const name = typeof value === 'string' ? /^!file\s+(\S+)/u.exec(value)?.[1] : undefined;
  if (name === undefined) return [value];
  const whole = isAbsolute(name) ? name : join(dirname(file.path), name);
  files.add(whole);
  try {
    const text = readFileSync(whole, 'utf8');
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  } catch (error) {
    problems.push(`${rule.ofValue(path)}: ${path.map(String).join('.')}: ${reasonOf(error)}`);
    return [];
  }
}
