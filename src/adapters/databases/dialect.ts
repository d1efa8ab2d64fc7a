import type { DatabaseProperties } from '#domain/backup/backup.ts';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { DatabaseFacts, DatabaseView, Loadable, Replication, ServerIdentity, Statements, Unmade } from '#ports/databases.ts';
import type { Reports } from '#ports/reports.ts';
import type { KeptSessions } from './kept-sessions.ts';
import type { Place } from './place.ts';

/** The authority that the server's certificate is of, and what vigie shows of itself where the server wants that. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string | null;
}

/** How vigie gets into a server. */
export interface Access {
  /** An account of the server that may everything there. */
  readonly user: string;
  readonly password: string | null;
  /** A host name, or the path of a socket (of its folder, for PostgreSQL); null: what the client does by itself. */
  readonly address: string | null;
  readonly port: number | null;
  /** Of a MongoDB that takes TLS alone: files beside it. */
  readonly tls?: TlsFiles | null;
  /** Where a PostgreSQL looks for names, by itself and after a RESET; only among its own where nothing is said; null: where it is set for the role. */
  readonly searchPath?: string | null;
  /** It doesn't wait for a PostgreSQL's disk each time: whoever speaks to it last does. */
  readonly hurried?: boolean;
}

export type { Loadable };

/** A server, and where its clients run. */
export interface Server {
  readonly facts: DatabaseFacts;
  readonly place: Place;
  readonly access: Access;
  /** Where what its clients say of a failure stays, word by word. */
  readonly reports: Reports;
  /** Of a piece of work that asks many questions; each opens a connection of its own without them. */
  readonly sessions?: KeptSessions;
  /** Where a PostgreSQL is asked what is of no database: what one session knows, another needn't be started for. */
  readonly home?: string;
}

export interface SwapNames {
  readonly live: string;
  readonly fresh: string;
  readonly kept: string;
  /** `live` is a new name: whoever has it, or comes to have it meanwhile, keeps it as it is. */
  readonly into: boolean;
  /** As of the port. */
  readonly like?: DatabaseProperties | null;
  readonly dumped?: Catalogue | null;
}

/** `starting`: it answers, and takes nobody now. `away`: nothing answers. */
export type ServerState = 'ready' | 'starting' | 'away';

/** What a server says of itself. */
export type ServerSelf = Pick<ServerIdentity, 'version' | 'id' | 'standby'>;

/** What differs between the kinds of server. Names of databases are checked before they come here. */
export interface Dialect {
  /** The superuser where neither the configuration nor the image's own variable names one. */
  readonly superuser: string;
  readonly superuserVariable: string | null;
  /** Where images of it keep their data. */
  readonly dataPaths: readonly string[];
  /** For a server that nobody but vigie will see. @param password random */
  scratchEnv(password: string): readonly string[];
  /** Makes a throwaway server like the live one, as far as a dump needs it: accounts that a dump names are the server's. */
  prepareScratch?(scratch: Server, live: Server, signal?: AbortSignal): Promise<void>;
  /** How it answers over TCP, whoever asks and for whatever database: while an image prepares its first start, it doesn't. */
  state(server: Server, signal?: AbortSignal): Promise<ServerState>;
  identity(server: Server, signal?: AbortSignal): Promise<ServerSelf>;
  /** As of the port; servers that let everybody in who has an account have no such method. */
  barred?(server: Server, signal?: AbortSignal): Promise<string | null>;
  /** As of the port; servers that move whatever they have have no such method. */
  unmovable?(server: Server, signal?: AbortSignal): Promise<readonly string[]>;
  /** The folder that its data is in, as it says itself; null where it doesn't. */
  dataFolder(server: Server, signal?: AbortSignal): Promise<string | null>;
  /** All of the server, its own included. */
  databases(server: Server, signal?: AbortSignal): Promise<readonly string[]>;
  look(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseView>;
  /** As of the port. */
  catalogue(server: Server, database: string, signal?: AbortSignal): Promise<Catalogue | null>;
  /** As of the port; servers that aren't asked have no such method. */
  properties?(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseProperties>;
  dump(server: Server, database: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** @param like as of the port */
  create(server: Server, database: string, signal?: AbortSignal, like?: DatabaseProperties | null): Promise<void>;
  /** @returns as `loadRestorable` of the port */
  load(server: Server, database: string, what: Loadable, signal?: AbortSignal): Promise<Statements | null>;
  /** As of the port. */
  inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]>;
  /** As of the port. */
  swap(server: Server, names: SwapNames, signal?: AbortSignal): Promise<Unmade>;
  /** As of the port; servers that have none have no such method. */
  replication?(server: Server, database: string, signal?: AbortSignal): Promise<Replication>;
  /** As of the port. */
  widened(server: Server, names: SwapNames, signal?: AbortSignal): Promise<readonly string[]>;
  drop(server: Server, database: string, signal?: AbortSignal): Promise<boolean>;
}
