import type { Problem } from '#kernel/errors.ts';
import type { LogQuery } from '#domain/logs/collector.ts';
import type { LogEntry, LogOrigin } from '#domain/logs/entry.ts';
import type { LogSource } from '#domain/logs/filebeat.ts';

/** What a witness of the logs has to say of itself. */
export interface LogWitness {
  readonly origin: LogOrigin;
  /** Which Elasticsearch; null for the others. */
  readonly cluster: string | null;
  /** Why it can't be heard; null: it was. */
  readonly problem: Problem | null;
  /** Its own words about logs that it couldn't get. */
  readonly notes: readonly string[];
  /** It stopped before it was through. */
  readonly interrupted: boolean;
  readonly count: number;
}

export interface LogsAnswer {
  /** Oldest first, each once. */
  readonly entries: readonly LogEntry[];
  /** There are older ones since the moment asked for, left out or not looked at. */
  readonly older: boolean;
  /** Entries that say no level, and were left out for that. */
  readonly levelless: number;
  readonly witnesses: readonly LogWitness[];
}

/** The logs of services and machines, by all who know them. */
export interface LogsReader {
  /**
   * A service, or a machine: its name wins.
   * @throws service_unknown with the nearest, where neither the Swarm nor the documents know it; swarm_not_configured where there is neither
   */
  source(word: string, signal: AbortSignal): Promise<LogSource>;
  /** @throws what the nearest witness throws, where no other one knows anything */
  read(source: LogSource, query: LogQuery, signal: AbortSignal): Promise<LogsAnswer>;
}
