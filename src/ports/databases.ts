/** Databases on standalone servers: one container (or one host) per type of server, each serving several services. */

import type { DatabaseProperties } from '#domain/backup/backup.ts';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { Engine } from '#domain/database/names.ts';

export type { Engine };

/** What the configuration says of a database. */
export interface DatabaseFacts {
  /** The name that people type. */
  readonly name: string;
  readonly engine: Engine;
  /** Its name on the server. */
  readonly database: string;
  /** The Swarm service, or the host, that the server is: what it is locked as. */
  readonly server: { readonly kind: 'service' | 'host'; readonly name: string };
  /** Services that write to it: stopped around the swap of a restore, and started again. */
  readonly usedBy: readonly string[];
}

export interface TableCount {
  /** `schema.table` for PostgreSQL, a collection for MongoDB. */
  readonly name: string;
  /** Counted, not estimated. */
  readonly rows: number;
}

/** What a server says of one of its databases. */
export interface DatabaseView {
  readonly database: string;
  /** Of the server: `15.13`. */
  readonly version: string;
  readonly bytes: number;
  /** In order of their names. */
  readonly tables: readonly TableCount[];
  /** Owner of the database, where the engine has such a thing. */
  readonly owner: string | null;
}

/** Which server it is: compared before and after, so that nobody restores into another one. */
export interface ServerIdentity {
  readonly version: string;
  /** PostgreSQL's system identifier; elsewhere when or as what its data was first made; null where there is none. */
  readonly id: string | null;
  /** Node of the Swarm, or host. */
  readonly node: string;
  /** The container; null for a server that runs on a host itself. */
  readonly container: string | null;
  /** It follows another server and takes nothing of its own: it can be dumped, and not restored. */
  readonly standby: boolean;
}

/** Of the file system that a server's data is on. */
export interface ServerDisk {
  readonly sizeBytes: number;
  readonly freeBytes: number;
}

/**
 * Reading databases. Every method may throw `database_unknown` with the nearest name, `database_server_down` (no running container, or nothing answers), `database_server_starting`
 * (it answers and takes nobody now), `database_pooler` (what answers stands before the server), `database_refused` with what the client says (a wrong password included, and a database that lets nobody in), `databases_not_configured`, and what leads there: `swarm_unreachable`, `swarm_node_unreachable` (the node that runs it isn't configured or
 * doesn't answer), `ssh_unreachable`, `ssh_host_key`. When its signal aborts it rejects with the signal's reason as it is.
 */
export interface DatabasesReader {
  /** Those of the configuration, in its order. */
  list(): readonly DatabaseFacts[];
  facts(name: string): DatabaseFacts;
  identity(name: string, signal?: AbortSignal): Promise<ServerIdentity>;
  /** Names of all databases on the same server, its own included: what isn't listed isn't there. */
  databases(name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** @param database on the same server; the live one by default @throws database_missing */
  look(name: string, database?: string, signal?: AbortSignal): Promise<DatabaseView>;
  /**
   * All that it is beside its rows, of one moment; null for a kind of server that isn't asked.
   * @param database on the same server; the live one by default
   */
  catalogue(name: string, database?: string, signal?: AbortSignal): Promise<Catalogue | null>;
  /**
   * What belongs to it and isn't inside of it: who may connect, its settings, its encoding. Null for a kind of server that isn't asked.
   * @throws database_missing
   */
  properties(name: string, signal?: AbortSignal): Promise<DatabaseProperties | null>;
  /**
   * What of a dump, which was just taken, a restore couldn't make again, neither as somebody without rights nor by vigie's own hand: `EVENT TRIGGER audit`. It reads no more of it than it needs.
   * @throws import_failed for what the server's own client can't read
   */
  inspect(name: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]>;
  /** Why whoever loads a dump as somebody without rights wouldn't be let in, in the server's words; null: they would. Nothing is changed by asking. */
  barred(name: string, signal?: AbortSignal): Promise<string | null>;
  /** Tables of the live database that its server couldn't put out of their place, since their files lie where somebody said: none of its restores would come to its end. */
  unmovable(name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Of the live database; nothing for a kind of server that has no such thing. */
  replication(name: string, signal?: AbortSignal): Promise<Replication>;
  /** Room for what is loaded beside; null where nobody can tell. */
  disk(name: string, signal?: AbortSignal): Promise<ServerDisk | null>;
  /**
   * Who could read, once `fresh` stands in its place, what they can't read there now, table by table: `reader: public.notes`. Nobody, where there is no live database to compare with.
   * @throws as `swap` for names that aren't vigie's
   */
  widened(name: string, names: SwapNames, signal?: AbortSignal): Promise<readonly string[]>;
}

/** What works by itself in a database, and holds something for it elsewhere. */
export interface Replication {
  /** Somebody reads what changes in it: for them the server keeps its log. */
  readonly slots: readonly { readonly name: string; readonly active: boolean; readonly keptBytes: number | null }[];
  /** It reads from another server, which keeps its log for it. `slot`: what that keeps it under; null: nothing. */
  readonly subscriptions: readonly { readonly name: string; readonly slot: string | null }[];
}

/** Statements for a person to read and to run. */
export interface Statements {
  /** The file that has them whole; null: it couldn't be kept. */
  readonly report: string | null;
  /** The same as a message may show them: without texts, bodies and passwords. */
  readonly shown: string;
}

/** What a swap couldn't make again, since what it stands on is gone: nobody could use it before either. */
export interface Unmade {
  /** `view v` */
  readonly names: readonly string[];
  readonly statements: Statements | null;
}

/** A dump, and what of it is left out. */
export interface Loadable {
  readonly dump: AsyncIterable<Uint8Array>;
  /** What belonged to the database that it is of, where a throwaway server is to have one like it. */
  readonly like?: DatabaseProperties | null;
  /** As `inspect` named it. */
  readonly without: readonly string[];
}

export interface SwapNames {
  readonly fresh: string;
  readonly kept: string;
  /** The live database by default. Any other name has to be free: what has it is neither moved nor touched. */
  readonly place?: string;
  /** What is to belong to it where the live database is gone. */
  readonly like?: DatabaseProperties | null;
  /** What the ledger says of the dump that `fresh` was loaded from: in whose name its things ran, and who might call them. */
  readonly dumped?: Catalogue | null;
}

/**
 * Names that vigie makes on a server all contain `_vigie_`: `pad_vigie_new_p7k`, `pad_vigie_old_p7k`, `pad_vigie_drill_p7k`. Nothing else is ever created, filled or dropped (`database_foreign`), but
 * for what `restore --into` asks for; nothing is renamed away but the live database of the configuration.
 */
export interface Databases extends DatabasesReader {
  /**
   * A dump of the live database in the engine's own format, streamed in constant memory by the server's own client; iterating begins it. The iteration throws `dump_failed` at its end when the client
   * fails, or says anything that means that something is missing, and `dump_empty` when nothing came; ending the iteration early, or the signal, ends the client.
   */
  dump(name: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** An empty database with the live one's owner, encoding and collation; where there is no live one (a fresh volume), with those of `like`, or else with the server's own. @throws database_exists */
  create(name: string, database: string, signal?: AbortSignal, like?: DatabaseProperties | null): Promise<void>;
  /**
   * Loads a dump into an empty database as an owner without privileges, stopping at the first error.
   * @throws import_failed with what the client says
   */
  load(name: string, database: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /**
   * The same without what `inspect` found.
   * @returns what makes what was left out; null where there is nothing
   */
  loadRestorable(name: string, database: string, what: Loadable, signal?: AbortSignal): Promise<Statements | null>;
  /**
   * Puts `fresh` into the live database's place (or into `place`, another name on the same server), whose content is then in `kept`: connections ended, nobody sees half of it.
   * May be repeated: what is done already is left as it is. Where that place is empty, the live database gone or a new name, an empty one is kept instead.
   * @throws database_missing when neither state is there, database_exists when both `kept` and `fresh` are there beside the live one, or when somebody has a `place` that should be free, even
   * since a moment ago; database_reserved for a place that the server keeps for itself
   * @returns what of `fresh` isn't there any more
   */
  swap(name: string, names: SwapNames, signal?: AbortSignal): Promise<Unmade>;
  /** @returns false when it was gone already @throws database_foreign for a name that isn't vigie's */
  drop(name: string, database: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * A throwaway server of the same image, on the same node, without network: `drill` happens there. Its own `look`, `load` and so on; `remove` ends it (and those of earlier
   * operations are found by their label and ended by `removeScratch`).
   */
  scratch(name: string, operation: string, signal?: AbortSignal): Promise<Scratch>;
  /** Ends throwaway servers of an operation that are still there. @returns how many */
  removeScratch(name: string, operation: string, signal?: AbortSignal): Promise<number>;
  /**
   * For a server that can't start any more: its service continues on a fresh, empty volume, the old one is kept under its name. May be repeated. Null where the server's data isn't on a named volume of a service.
   * @returns names of the volumes @throws database_server_up for one that answers in any way
   */
  freshVolume(name: string, operation: string, signal?: AbortSignal): Promise<{ readonly old: string; readonly fresh: string } | null>;
}

export interface Scratch {
  load(dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  loadRestorable(what: Loadable, signal?: AbortSignal): Promise<Statements | null>;
  look(signal?: AbortSignal): Promise<DatabaseView>;
  catalogue(signal?: AbortSignal): Promise<Catalogue | null>;
  remove(): Promise<void>;
}
