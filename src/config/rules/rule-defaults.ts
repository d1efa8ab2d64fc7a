import { environmentVariable } from '../environment.ts';
import { durationMs } from '../parts.ts';
import type { Config } from '../schema.ts';

/** What rules take from vigie.yaml when they don't say it themselves. */
export interface RuleDefaults {
  readonly runEveryMs: number;
  readonly bufferTimeMs: number;
  /** Names of the clusters, the default one first; empty: any name goes. */
  readonly clusters: readonly string[];
  /** Address of Kibana, without a slash at the end. */
  readonly kibanaUrl: string | null;
  /** What is wrong with a remedy, as a sentence that follows `remedy: `; null when nothing is. */
  readonly checkRemedy: (command: string) => string | null;
  /** Alerters of ElastAlert in whose place vigie's post stands. */
  readonly takesOver: readonly string[];
  readonly environment: (name: string) => string | undefined;
}

const MINUTE = 60_000;

/** @param config null for rules that are read without one: vigie's own defaults hold */
export function ruleDefaults(config: Config | null, checkRemedy: RuleDefaults['checkRemedy']): RuleDefaults {
  return {
    runEveryMs: config === null ? MINUTE : durationMs(config.alerts.run_every),
    bufferTimeMs: config === null ? 15 * MINUTE : durationMs(config.alerts.buffer_time),
    clusters: Object.keys(config?.elasticsearch ?? {}),
    kibanaUrl: config?.alerts.kibana_url ?? null,
    checkRemedy,
    takesOver: config?.alerts.takes_over ?? [],
    environment: environmentVariable,
  };
}
