import { problemOf } from '#kernel/errors.ts';
import type { Job, JobCommand } from '#domain/schedule/job.ts';
import type { LoadedConfig } from '#config/load.ts';
import { commandsOf, scheduleOf } from '#config/job-parts.ts';
import { inventoryOf, policyOf } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { createEngine } from '#messages/engine.ts';
import { leastRisk, requirementOf, targetOf, typedTarget } from '#pipeline/operation/authorize.ts';
import { parse, type Parsed } from '#pipeline/operation/parse.ts';
import { vocabularyOf } from '#pipeline/operation/vocabulary.ts';
import type { Assets } from './assets.ts';

type Named = Pick<Assets, 'entries' | 'templates'>;

export interface Jobs {
  readonly jobs: readonly Job[];
  /** Each command that nobody should give on schedule, and where it stands. */
  readonly problems: readonly string[];
}

/** The jobs of the configuration, their commands read as people's are. */
export function readJobs({ config, problem }: Pick<LoadedConfig, 'config' | 'problem'>, assets: Named): Jobs {
  const problems: string[] = [];
  const read = commandReader(config, assets);
  const jobs = Object.entries(config.jobs).map(([name, given]): Job => {
    const commands: JobCommand[] = [];
    for (const { text, path } of commandsOf(given, ['jobs', name, 'run']))
      for (const each of expanded(text, Object.keys(config.databases))) {
        const found = read(each);
        if (typeof found === 'string') problems.push(problem({ path, message: `${each}: ${found}` }));
        else commands.push(found);
      }
    return { name, schedule: scheduleOf(given, config.timezone), commands, severity: given.severity };
  });
  return { jobs, problems };
}

/** `backup *` is a backup of each database; without any it stays as it is, and is refused. */
function expanded(text: string, databases: readonly string[]): readonly string[] {
  const words = text.split(' ');
  if (!words.includes('*') || databases.length === 0) return [text];
  return databases.map((name) => words.map((word) => (word === '*' ? name : word)).join(' '));
}

/** Reads one command. @returns what is wrong with it as an English sentence */
function commandReader(config: Config, { entries, templates }: Named): (text: string) => JobCommand | string {
  const vocabulary = vocabularyOf({ entries, templates });
  const engine = createEngine(templates, 'UTC', () => 0);
  const judge = judgeOf(config);
  return (text) => {
    try {
      const parsed = parse({ entries, vocabulary }, text);
      return judge(parsed) ?? { text, action: parsed.entry.handler.id, target: targetOf(parsed), input: parsed.input };
    } catch (error) {
      const { code, params } = problemOf(error);
      return engine.render('en', 'errors', code, params).replaceAll(/\s+/gu, ' ');
    }
  };
}

/** What everybody who reads the operations channel may read, and that is over once it is said. */
function isForChannel({ entry: { handler }, input }: Parsed): boolean {
  return handler.kind === 'query' && handler.private !== true && handler.risk === undefined && handler.goesOnFor?.(input) == null;
}

/** What can be told before anything is planned; what turns out to need approval waits for people. */
function judgeOf(config: Config): (parsed: Parsed) => string | null {
  const known = { policy: policyOf(config), inventory: inventoryOf(config) };
  return (parsed) => {
    const { entry, command } = parsed;
    const { handler } = entry;
    if (handler.kind === 'vote') return `${handler.id} is a person's word: nobody gives it on schedule`;
    if (command.emergency !== null || command.at !== null || command.dryRun)
      return 'must be the plain command, without --emergency, --at or --dry-run';
    if (handler.kind === 'query') return isForChannel(parsed) ? null : `${handler.id} answers one person, who asks: it is no job`;
    // Where the risk depends on what is found, only a plan can tell.
    if (typeof handler.risk !== 'string') return null;
    const { risk, approvers } = requirementOf(known, entry, typedTarget(targetOf(parsed)), leastRisk(entry));
    if (risk === 'danger') return `${handler.id} is a danger: nothing does it by itself`;
    return approvers === 0 ? null : `${handler.id} is a ${risk}: nothing does it without being asked, unless \`policy\` makes it safe`;
  };
}
