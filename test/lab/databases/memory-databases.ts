import { byName } from '#kernel/by-name.ts';
import { beforeAbort } from '#kernel/abort.ts';
import type { Clock } from '#kernel/clock.ts';
import type { DatabaseProperties } from '#domain/backup/backup.ts';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import { isPlain, isSameName, isServersOwn, isVigiesOwn } from '#domain/database/names.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type {
  DatabaseFacts,
  Databases,
  DatabaseView,
  Loadable,
  Replication,
  Scratch,
  ServerDisk,
  ServerIdentity,
  Statements,
  SwapNames,
  Unmade,
} from '#ports/databases.ts';
import { type FaultOptions, Faults } from '#test/lab/faults.ts';
import { asImport } from './as-import.ts';
import { type DumpFault, faulty } from './dump-faults.ts';
import { MemoryScratch } from './memory-scratch.ts';
import { type MemoryDatabase, MemoryServer, type ServerOptions } from './memory-server.ts';
import { swapNames } from './swap-names.ts';

export type DatabasesMethod = Exclude<keyof Databases, 'list' | 'facts'>;

export interface DatabaseOptions {
  readonly name: string;
  /** Of its server, which is made if there is none of that name. */
  readonly server?: string;
  /** Its name over there: `name` by default. */
  readonly database?: string;
  readonly usedBy?: readonly string[];
  /** How many rows each table has: they are made, always the same. */
  readonly tables?: Readonly<Record<string, number>>;
}

interface Writer {
  readonly name: string;
  readonly table: string;
  readonly active: () => boolean;
}

/**
 * Database servers in memory, for the demonstration and the fast tests: they live as long as this object, however often vigie starts.
 *
 * @example
 * const databases = new MemoryDatabases(clock);
 * databases.addDatabase({ name: 'pad', server: 'postgres', usedBy: ['pad'], tables: { 'public.notes': 120 } });
 * databases.server('postgres').down = 'connection refused';
 */
export class MemoryDatabases implements Databases {
  readonly #clock: Clock;
  readonly #faults = new Faults<DatabasesMethod>();
  readonly #facts: DatabaseFacts[] = [];
  readonly #servers = new Map<string, MemoryServer>();
  readonly #dumpFaults = new Map<string, DumpFault>();
  readonly #loadFailsAfter = new Map<string, number>();
  readonly #halfSwaps = new Set<string>();
  readonly #takenAtLast = new Map<string, string>();
  #writers: Writer[] = [];
  #written = 0;
  #chunkMs = 0;
  /** Throwaway servers that nobody ended, oldest first. */
  scratches: readonly MemoryScratch[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What of each dump a restore couldn't make again. */
  unrestorable: readonly string[] = [];
  /** Servers follow others. */
  standby = false;
  /** Why who loads isn't let in; null: they are. */
  bars: string | null = null;
  /** Tables that the servers can't move. */
  fixed: readonly string[] = [];
  /** What works by itself in every live database. */
  replicating: Replication = { slots: [], subscriptions: [] };
  /** What the next swaps can't make again. */
  unmade: Unmade = { names: [], statements: null };
  /** What databases are beside their rows, by their names on the server; the others aren't asked. */
  readonly catalogues = new Map<string, Catalogue>();
  /** What a swap doesn't bring to its place. */
  losesAtSwap: string | null = null;

  addServer(options: ServerOptions): MemoryServer {
    const server = new MemoryServer(options);
    this.#servers.set(options.name, server);
    return server;
  }

  /** Adds a database to the configuration and to its server. */
  addDatabase({ name, server: on = 'postgres', database = name, usedBy = [], tables = {} }: DatabaseOptions): MemoryDatabase {
    const server = this.#servers.get(on) ?? this.addServer({ name: on });
    this.#facts.push({ name, engine: server.engine, database, server: { kind: server.kind, name: on }, usedBy });
    const rows = Object.entries(tables).map(
      ([table, count]) => [table, Array.from({ length: count }, (_, row) => `${table} ${row}`)] as const,
    );
    const made: MemoryDatabase = { owner: database, tables: new Map(rows) };
    server.databases.set(database, made);
    return made;
  }

  server(name: string): MemoryServer {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`the lab has no server ${name}`);
    return server;
  }

  /** The live content of a database, to look at or to change by hand. */
  live(name: string): MemoryDatabase {
    const found = this.#serverOf(name).databases.get(this.facts(name).database);
    if (found === undefined) throw new Error(`the lab's ${name} is gone`);
    return found;
  }

  /** The next calls of `method` fail with `error`; with `afterEffect`, they have worked all the same. */
  failNext(method: DatabasesMethod, error: Error, options?: FaultOptions): void {
    this.#faults.failNext(method, error, options);
  }

  /** The next call of `method` answers nothing until its signal aborts. */
  stallNext(method: DatabasesMethod): void {
    this.#faults.stallNext(method);
  }

  /** What is wrong with each dump of a database from now on; null: nothing any more. */
  spoilDumps(name: string, fault: DumpFault | null): void {
    if (fault === null) this.#dumpFaults.delete(name);
    else this.#dumpFaults.set(name, fault);
  }

  /** Each load fails after so many rows from now on; null: none does any more. */
  failLoads(name: string, rows: number | null): void {
    if (rows === null) this.#loadFailsAfter.delete(name);
    else this.#loadFailsAfter.set(name, rows);
  }

  /** The next swap of a database renames the live one away, and then loses its server. */
  breakNextSwap(name: string): void {
    this.#halfSwaps.add(name);
  }

  /** The next swap of a database finds that somebody has made one of this name since anybody looked. */
  takeAtLast(name: string, database: string): void {
    this.#takenAtLast.set(name, database);
  }

  /** Each chunk of a dump or a load takes so long on the clock. */
  slow(chunkMs: number): void {
    this.#chunkMs = chunkMs;
  }

  /** From now on each call, and each chunk of a dump, finds one more row in the live database. @param active whether the writer runs */
  keepWriting(name: string, table: string, active: () => boolean = () => true): void {
    this.#writers.push({ name, table, active });
  }

  stopWriting(): void {
    this.#writers = [];
  }

  list(): readonly DatabaseFacts[] {
    return this.#facts;
  }

  facts(name: string): DatabaseFacts {
    const found = byName(this.#facts, name, (each) => [each.name]);
    if (found !== undefined) return found;
    const names = this.#facts.map((each) => each.name);
    throw new VigieError('database_unknown', { database: name, nearest: nearest(name, names) });
  }

  identity(name: string, signal?: AbortSignal): Promise<ServerIdentity> {
    return this.#answer('identity', name, signal, ({ version, id, node, container }) => ({
      version,
      id,
      node,
      container,
      standby: this.standby,
    }));
  }

  databases(name: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#answer('databases', name, signal, (server) => server.names());
  }

  look(name: string, database = this.facts(name).database, signal?: AbortSignal): Promise<DatabaseView> {
    return this.#answer('look', name, signal, (server) => {
      this.#require(server, database);
      return server.view(database);
    });
  }

  async inspect(name: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
    await dump[Symbol.asyncIterator]().return?.();
    return await this.#answer('inspect', name, signal, () => this.unrestorable);
  }

  async loadRestorable(name: string, database: string, { dump, without }: Loadable, signal?: AbortSignal): Promise<Statements | null> {
    await this.#faults.around('loadRestorable', signal, () => undefined);
    await this.load(name, database, dump, signal);
    if (without.length === 0) return null;
    return { report: `/reports/${name}-1.txt`, shown: without.map((label) => `CREATE ${label};\n`).join('') };
  }

  catalogue(name: string, database = this.facts(name).database, signal?: AbortSignal): Promise<Catalogue | null> {
    return this.#answer('catalogue', name, signal, (server) => {
      this.#require(server, database);
      return this.catalogues.get(database) ?? null;
    });
  }

  async *dump(name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { database } = this.facts(name);
    const chunks = await this.#answer('dump', name, signal, (server) => {
      this.#require(server, database);
      return faulty(name, server.dump(database), this.#dumpFaults.get(name) ?? null);
    });
    for (const chunk of chunks) {
      await this.#pace(signal);
      this.#write();
      const { down } = this.#serverOf(name);
      if (down !== null)
        throw new VigieError('dump_failed', { database: name, reason: `server closed the connection unexpectedly (${down})` });
      yield chunk;
    }
  }

  create(name: string, database: string, signal?: AbortSignal): Promise<void> {
    return this.#answer('create', name, signal, (server) => {
      this.#requireOwn(server, database);
      if (server.databases.has(database)) throw new VigieError('database_exists', { database, server: server.name });
      const owner = server.databases.get(this.facts(name).database)?.owner ?? this.facts(name).database;
      server.databases.set(database, { owner, tables: new Map() });
    });
  }

  load(name: string, database: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    return this.#answer('load', name, signal, async (server) => {
      this.#requireOwn(server, database);
      this.#require(server, database);
      const load = server.load(database, this.#paced(dump, signal), this.#loadFailsAfter.get(name) ?? null);
      await asImport(name, load);
    });
  }

  barred(name: string, signal?: AbortSignal): Promise<string | null> {
    return this.#answer('barred', name, signal, () => this.bars);
  }

  unmovable(name: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#answer('unmovable', name, signal, () => this.fixed);
  }

  properties(name: string, signal?: AbortSignal): Promise<DatabaseProperties | null> {
    return this.#answer('properties', name, signal, () => null);
  }

  replication(name: string, signal?: AbortSignal): Promise<Replication> {
    return this.#answer('replication', name, signal, () => this.replicating);
  }

  swap(name: string, { fresh, kept, place }: SwapNames, signal?: AbortSignal): Promise<Unmade> {
    return this.#answer('swap', name, signal, (server) => {
      const half = this.#halfSwaps.delete(name);
      for (const each of [fresh, kept]) this.#requireOwn(server, each);
      const { database } = this.facts(name);
      const live = place ?? database;
      if (isServersOwn(server.engine, live)) throw new VigieError('database_reserved', { database: live, server: server.name });
      this.#take(name, server);
      swapNames(server, { fresh, kept, live, into: live !== database }, half);
      this.#moveCatalogues({ fresh, kept, live });
      if (half) throw new VigieError('database_server_down', { database: name, server: server.name, reason: 'connection reset' });
      return this.unmade;
    });
  }

  #moveCatalogues({ fresh, kept, live }: { readonly fresh: string; readonly kept: string; readonly live: string }): void {
    const [before, coming] = [this.catalogues.get(live), this.catalogues.get(fresh)];
    this.catalogues.delete(fresh);
    if (before !== undefined) this.catalogues.set(kept, before);
    if (coming !== undefined) this.catalogues.set(live, this.losesAtSwap === null ? coming : without(coming, this.losesAtSwap));
  }

  disk(name: string, signal?: AbortSignal): Promise<ServerDisk | null> {
    return this.#answer('disk', name, signal, (server) => server.disk);
  }

  widened(name: string, { fresh, kept }: SwapNames, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#answer('widened', name, signal, (server) => {
      for (const each of [fresh, kept]) this.#requireOwn(server, each);
      return server.wouldRead;
    });
  }

  drop(name: string, database: string, signal?: AbortSignal): Promise<boolean> {
    return this.#answer('drop', name, signal, (server) => {
      this.#requireOwn(server, database);
      return server.databases.delete(database);
    });
  }

  scratch(name: string, operation: string, signal?: AbortSignal): Promise<Scratch> {
    return this.#answer('scratch', name, signal, (server) => {
      const scratch = new MemoryScratch(
        server,
        { name, operation },
        {
          pace: (dump, stop) => this.#paced(dump, stop),
          failsAfter: this.#loadFailsAfter.get(name) ?? null,
          gone: () => {
            this.scratches = this.scratches.filter((each) => each !== scratch);
          },
        },
      );
      this.scratches = [...this.scratches, scratch];
      return scratch;
    });
  }

  /** Works while the database's own server is down: it isn't asked. */
  async removeScratch(name: string, operation: string, signal?: AbortSignal): Promise<number> {
    const server = this.#serverOf(name);
    return await this.#faults.around('removeScratch', signal, () => {
      const [gone, left] = [this.scratches, this.scratches].map((all, index) =>
        all.filter((each) => (each.operation === operation && each.beside === server.name) === (index === 0)),
      );
      this.scratches = left ?? [];
      return gone?.length ?? 0;
    });
  }

  async freshVolume(
    name: string,
    operation: string,
    signal?: AbortSignal,
  ): Promise<{ readonly old: string; readonly fresh: string } | null> {
    const server = this.#serverOf(name);
    return await this.#faults.around('freshVolume', signal, () => {
      if (server.volume === null) return null;
      const fresh = `${server.name}_vigie_${operation}`;
      if (server.volume !== fresh && server.down === null)
        throw new VigieError('database_server_up', { database: name, server: server.name });
      if (server.volume !== fresh) server.renew(fresh);
      return { old: server.volumeBefore ?? '', fresh };
    });
  }

  #serverOf(name: string): MemoryServer {
    return this.server(this.facts(name).server.name);
  }

  #take(name: string, { databases }: MemoryServer): void {
    const taken = this.#takenAtLast.get(name);
    if (taken !== undefined) databases.set(taken, { owner: 'somebody', tables: new Map() });
    this.#takenAtLast.delete(name);
  }

  #requireOwn(server: MemoryServer, database: string): void {
    const live = this.#facts.filter((each) => each.server.name === server.name && isSameName(each.database, database));
    if (!isPlain(database) || !isVigiesOwn(database) || live.length > 0) throw new VigieError('database_foreign', { database });
  }

  #require(server: MemoryServer, database: string): void {
    if (!server.databases.has(database)) throw new VigieError('database_missing', { database, server: server.name });
    const reason = server.closed.get(database);
    if (reason !== undefined) throw new VigieError('database_refused', { database, server: server.name, reason });
  }

  async #answer<T>(
    method: DatabasesMethod,
    name: string,
    signal: AbortSignal | undefined,
    work: (server: MemoryServer) => T | Promise<T>,
  ): Promise<T> {
    const server = this.#serverOf(name);
    return await this.#faults.around(method, signal, () => {
      if (server.down !== null) throw new VigieError('database_server_down', { database: name, server: server.name, reason: server.down });
      if (server.refuses !== null)
        throw new VigieError('database_refused', { database: name, server: server.name, reason: server.refuses });
      this.#write();
      return work(server);
    });
  }

  async *#paced(dump: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const source = dump[Symbol.asyncIterator]();
    for (;;) {
      const next = await beforeAbort(signal, source.next());
      if (next.done === true) return;
      await this.#pace(signal);
      yield next.value;
    }
  }

  async #pace(signal: AbortSignal | undefined): Promise<void> {
    if (this.#chunkMs > 0) await this.#clock.sleep(this.#chunkMs, signal);
    signal?.throwIfAborted();
  }

  #write(): void {
    for (const { name, table } of this.#writers.filter(({ active }) => active())) {
      const rows = this.#serverOf(name).databases.get(this.facts(name).database)?.tables.get(table);
      rows?.push(`written ${(this.#written += 1)}`);
    }
  }
}

function without(catalogue: Catalogue, gone: string): Catalogue {
  return Object.fromEntries(Object.entries(catalogue).filter(([key]) => key !== gone));
}
