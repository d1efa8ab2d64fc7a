import { basename } from 'node:path';
import type { Document } from 'yaml';
import { BOUNDS } from '#kernel/bounds.ts';
import { sha256 } from '#kernel/hash.ts';
import { reasonOf } from '#kernel/json.ts';
import { crossChecks, crossWarnings } from './cross-checks.ts';
import type { Finding } from './finding.ts';
import { dotted, issueWords } from './issues.ts';
import { readSource } from './places.ts';
import { configSchema, type Config } from './schema.ts';
import { resolveSecrets } from './secrets.ts';
import { readYamlText } from './yaml-text.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Values that must never be shown: logs and errors replace them. */
  readonly secrets: readonly string[];
  /** Of the file as it stands, without what its references lead to. */
  readonly hash: string;
  readonly warnings: readonly string[];
  /** `vigie.yaml:8:5: alerts.threshold: …`: what is wrong with a value that only others can judge. */
  readonly problem: (finding: Finding) => string;
}

/** Everything that is wrong with a configuration, one `file:line:column: …` each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads and checks a configuration file. @throws ConfigError with every problem at once */
export function loadConfig(path: string): LoadedConfig {
  let text: string;
  try {
    text = readYamlText(path);
  } catch (error) {
    const advice = 'Copy templates/vigie.yaml there, or name another file with --config';
    throw new ConfigError([`${path}: ${reasonOf(error)}. ${advice}`]);
  }
  return parseConfig(text, basename(path));
}

/** Aliases that unfold to more than a file may hold show here. @throws ConfigError */
function dataOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: BOUNDS.yamlAliases.most });
  } catch (error) {
    throw new ConfigError([`${name}: ${reasonOf(error)}`]);
  }
}

/**
 * Checks a configuration: YAML, references, each key, then what no single key can tell.
 * @param name of the file, for the messages
 * @throws ConfigError
 */
export function parseConfig(text: string, name: string): LoadedConfig {
  const source = readSource(text, name);
  const { document } = source;
  if (document.errors.length > 0) throw new ConfigError(document.errors.map((error) => `${source.at(error.pos[0])}: ${error.message}`));
  const resolved = resolveSecrets(document);
  const problem = ({ path, message }: Finding): string => `${source.ofValue(path)}: ${dotted(path)}: ${message}`;
  const problems = resolved.problems.map(problem);
  // What a broken reference leads to isn't judged: one slip, one line.
  const broken = new Set(resolved.problems.map(({ path }) => dotted(path)));
  const read = configSchema.safeParse(dataOf(document, name) ?? {});
  const issues = read.success ? [] : read.error.issues.filter((issue) => !broken.has(dotted(issue.path)));
  problems.push(...issues.flatMap((issue) => issueWords(issue, source)));
  if (read.success) problems.push(...crossChecks(read.data).map(problem));
  if (problems.length > 0 || !read.success) throw new ConfigError(problems);
  const warnings = crossWarnings(read.data).map(problem);
  return { config: read.data, secrets: resolved.secrets, hash: sha256(text), warnings: [...resolved.warnings, ...warnings], problem };
}
