import type { BackupSettings } from '#pipeline/backup/archive.ts';
import type { RotaSource } from '#pipeline/people/rota.ts';
import type { SystemClients } from '#ports/clients.ts';
import type { Containers } from '#ports/containers.ts';
import type { Pager } from '#ports/pager.ts';
import type { Search } from '#ports/search.ts';

/** What vigie's own stages work on: handlers see what these make of it. */
export interface Resources {
  readonly containers: Containers;
  /** Elasticsearch clusters by name, in the order of the configuration. */
  readonly search: ReadonlyMap<string, Search>;
  /** Where backups are kept, and how long. */
  readonly backups: BackupSettings;
  /** Who is on call. */
  readonly oncall: RotaSource;
  /** By name, in the order of the configuration. */
  readonly pagers: ReadonlyMap<string, Pager>;
}

/** Everything that vigie is connected to, by the name of its room. */
export interface Connections extends SystemClients, Resources {}

export type SystemName = keyof Connections;
