import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { sha256 } from '#kernel/hash.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { loadRules, type LoadedRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import type { Config } from '#config/schema.ts';
import type { Alerting } from '#pipeline/alert/start.ts';
import type { Log } from '#ports/log.ts';
import type { Assets } from './assets.ts';
import { remedyChecker } from './remedies.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 1_000;

export interface RuleFiles {
  /** Those in which nothing is wrong. */
  readonly rules: readonly Rule[];
  readonly problems: readonly string[];
  /** Whole paths of all that was read: what rules import may lie outside their folder. */
  readonly files: readonly string[];
  /** Of what they mean, for the audit. */
  readonly hash: string;
}

export interface RuleWatch {
  /** Reads them again now, as SIGHUP asks. */
  reload(): Promise<void>;
  close(): void;
}

/** Reads the rule files of the configuration. One that is wrong keeps no other from being looked at. */
export function readRules(config: Config, assets: Assets, log: Log): RuleFiles {
  const folder = config.alerts.rules;
  const none: LoadedRules = { rules: [], problems: [], warnings: [], files: [] };
  const loaded = folder === undefined ? none : loadRules([folder], ruleDefaults(config, remedyChecker(assets)));
  for (const warning of loaded.warnings) log.warn({}, warning);
  for (const problem of loaded.problems) log.error({}, problem);
  return { rules: loaded.rules, problems: loaded.problems, files: loaded.files, hash: sha256(JSON.stringify(loaded.rules)).slice(0, 16) };
}

export interface WatchOptions {
  /** What was read at the start. */
  readonly first: RuleFiles;
  readonly read: () => RuleFiles;
  readonly folder: string | undefined;
  readonly alerting: Alerting;
  /** Ids of the channels that rules name. */
  readonly channelsOf: (rules: readonly Rule[]) => Promise<Readonly<Record<string, string>>>;
  readonly log: Log;
}

/**
 * Takes rule files anew when one of them changes, or something that they import, or when asked to. With anything wrong in them the rules in force stay, and the channel
 * learns why.
 */
export function watchRules({ first, read, folder, alerting, channelsOf, log }: WatchOptions): RuleWatch {
  let current = first;
  const reload = async (): Promise<void> => {
    const next = read();
    outside.follow(next.files);
    if (next.problems.length > 0) {
      if (next.problems.join('\n') !== current.problems.join('\n')) await alerting.refuseRules(next.problems);
      current = { ...current, problems: next.problems };
      return;
    }
    if (next.hash !== current.hash || current.problems.length > 0) await alerting.replaceRules(next.rules, await channelsOf(next.rules));
    current = next;
  };
  const closing = new AbortController();
  let changes = 0;
  const later = (): void => {
    changes += 1;
    const mine = changes;
    const settled = async (): Promise<void> => {
      await systemClock.sleep(SETTLE_MS, closing.signal);
      if (mine === changes && !closing.signal.aborted) await reload();
    };
    settled().catch((error: unknown) => log.error({ error }, 'the rules could not be read again'));
  };
  const watcher = folder === undefined ? null : watchFolder(folder, true, later, log);
  const outside = watchOutside(folder, later, log);
  outside.follow(first.files);
  return {
    reload,
    close() {
      closing.abort();
      watcher?.close();
      outside.close();
    },
  };
}

/** Without it SIGHUP still works. */
function watchFolder(folder: string, recursive: boolean, changed: (file: string | null) => void, log: Log): FSWatcher | null {
  const lost = (error: unknown): void => log.warn({ error }, 'changes of the rule files are not noticed: SIGHUP reads them again');
  try {
    return watch(folder, { recursive }, (_event, file) => changed(file)).on('error', lost);
  } catch (error) {
    lost(error);
    return null;
  }
}

interface OutsideWatch {
  /** From now on these files, as far as they lie outside the folder of the rules. */
  follow(files: readonly string[]): void;
  close(): void;
}

/** Their folders are watched rather than they themselves: an editor puts a new file in the place of the old one. */
function watchOutside(folder: string | undefined, changed: () => void, log: Log): OutsideWatch {
  let watchers: readonly (FSWatcher | null)[] = [];
  let followed = '';
  const close = (): void => {
    for (const watcher of watchers) watcher?.close();
  };
  return {
    follow(files) {
      const outside = files.filter((file) => folder === undefined || relative(folder, file).startsWith('..'));
      if (outside.join('\n') === followed) return;
      close();
      followed = outside.join('\n');
      watchers = [...Map.groupBy(outside, dirname)].map(([place, those]) => {
        const names = new Set(those.map((file) => basename(file)));
        return watchFolder(place, false, (name) => (name !== null && !names.has(name) ? undefined : changed()), log);
      });
    },
    close,
  };
}
