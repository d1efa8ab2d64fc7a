import { ConfigError, loadConfig } from '#config/load.ts';
import type { Print } from './cli.ts';
import { loadMaterial } from './loaded.ts';

/** Everything that can be checked without asking anybody: configuration, handlers, words. */
export async function check(path: string, print: Print): Promise<number> {
  const problems = [...configProblems(path, print), ...(await loadMaterial()).problems];
  if (problems.length === 0) return print(`${path}, handlers and words are in order`, 0);
  return print(problems.join('\n'), 1);
}

function configProblems(path: string, print: Print): readonly string[] {
  try {
    for (const warning of loadConfig(path).warnings) print(`warning: ${warning}`, 0);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
