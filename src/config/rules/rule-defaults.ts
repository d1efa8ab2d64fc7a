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
  readonly environment: (name: string) => string | undefined;
}
