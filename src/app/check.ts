import { readFileSync, statSync } from 'node:fs';
import { ConfigError, loadConfig, type LoadedConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import { isRuleFile, loadRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Print } from './terminal.ts';
import { readJobs } from './jobs.ts';
import { loadAssets, type Assets } from './assets.ts';
import { policyNames } from './policy-names.ts';
import { remedyChecker } from './remedies.ts';

type Load = (path: string) => LoadedConfig | Promise<LoadedConfig>;

interface Found {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Everything that can be checked without asking anybody: configuration, rules, handlers, words.
 * @param path of the configuration, which rules are checked against if it is there
 * @param load reads a configuration
 * @param files configurations, rule files and folders of rule files; none: the configuration with its rules
 */
export async function check(path: string, files: readonly string[], print: Print, load: Load = loadConfig): Promise<number> {
  const { configs, rules } = sorted(files.length === 0 ? [path] : files);
  const assets = await loadAssets();
  const read = await Promise.all(configs.map((file) => readConfig(load, file, assets)));
  const config = read.find((one) => one.config !== null)?.config ?? (configs.length === 0 ? await knownConfig(load, path, assets) : null);
  const folders = configs.length > 0 && config?.alerts.rules !== undefined ? [config.alerts.rules] : [];
  const loaded = loadRules([...rules, ...folders], ruleDefaults(config, remedyChecker(assets)));
  const found: readonly Found[] = [...read, loaded, { problems: assets.problems, warnings: [] }];
  for (const warning of found.flatMap(({ warnings }) => warnings)) print(`warning: ${warning}`, 0);
  const problems = found.flatMap((one) => one.problems);
  if (problems.length > 0) return print(problems.join('\n'), 1);
  const what = [...configs, ...(loaded.rules.length === 0 ? [] : [`${loaded.rules.length} rules`]), 'handlers'];
  return print(`${what.join(', ')} and words are in order`, 0);
}

/** A folder is one of rules; a file is, if it looks like a rule. */
function sorted(files: readonly string[]): { readonly configs: readonly string[]; readonly rules: readonly string[] } {
  const rules = files.filter((file) => isFolder(file) || isRuleFile(textOf(file)));
  return { configs: files.filter((file) => !rules.includes(file)), rules };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What can't be read is told by the one who reads it as a configuration. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return `# ${reasonOf(error)}`;
  }
}

async function readConfig(load: Load, path: string, assets: Assets): Promise<Found & { readonly config: Config | null }> {
  try {
    const loaded = await load(path);
    const { config, warnings } = loaded;
    return { config, warnings, problems: [...policyNames(loaded, assets), ...readJobs(loaded, assets).problems] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, warnings: [], problems: error.problems };
    throw error;
  }
}

/** For rules alone: what the configuration names, if there is one here. Its own faults are none of theirs. */
async function knownConfig(load: Load, path: string, assets: Assets): Promise<Config | null> {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : (await readConfig(load, path, assets)).config;
}
