import type { DatabaseView, Engine, ServerDisk } from '#ports/databases.ts';
import { Complaint } from './as-import.ts';
import { decodeDump, type DumpLine, encodeDump, type Tables } from './dump-format.ts';

export interface MemoryDatabase {
  readonly owner: string;
  /** Rows by table. */
  readonly tables: Map<string, string[]>;
}

/** What each kind of server has from its first start on. */
const SYSTEM: Readonly<Record<Engine, readonly string[]>> = {
  postgres: ['postgres', 'template0', 'template1'],
  mariadb: ['information_schema', 'mysql', 'performance_schema', 'sys'],
  mongodb: ['admin', 'config', 'local'],
};

const VERSIONS: Readonly<Record<Engine, string>> = { postgres: '15.13', mariadb: '10.11.11', mongodb: '8.0.4' };

export interface ServerOptions {
  readonly name: string;
  readonly engine?: Engine;
  readonly kind?: 'service' | 'host';
  readonly node?: string;
  readonly version?: string;
  /** Null: its data isn't on a named volume. By default `<name>_data`. */
  readonly volume?: string | null;
}

/** One server with its databases: what stays when everything else is started anew. */
export class MemoryServer {
  readonly name: string;
  readonly engine: Engine;
  readonly kind: 'service' | 'host';
  /** Of the software: moves when it is upgraded. */
  version: string;
  node: string;
  container: string | null;
  id: string;
  volume: string | null;
  /** Where a fresh volume took the place of another: the other. */
  volumeBefore: string | null = null;
  databases = new Map<string, MemoryDatabase>();
  /** Why nothing answers; null while it runs. */
  down: string | null = null;
  /** What it answers to everything, such as to a wrong password. */
  refuses: string | null = null;
  /** Of the disk that its data is on; null: nobody can tell. */
  disk: ServerDisk | null = { sizeBytes: 100_000_000_000, freeBytes: 60_000_000_000 };
  /** Who could read more than before, whatever takes whose place: rights aren't kept here. */
  wouldRead: readonly string[] = [];
  /** Databases that let nobody in, whoever asks, and what is said of it: their owners made them so. */
  readonly closed = new Map<string, string>();
  /** What a dump made it do that only a superuser may: has to stay empty. */
  readonly superuserActs: string[] = [];
  #starts = 0;

  constructor({ name, engine = 'postgres', kind = 'service', node = 'pica02', version, volume }: ServerOptions) {
    this.name = name;
    this.engine = engine;
    this.kind = kind;
    this.version = version ?? VERSIONS[engine];
    this.node = kind === 'host' ? name : node;
    this.container = kind === 'host' ? null : this.#nextContainer();
    this.id = `${name}-1`;
    this.volume = kind === 'host' ? null : volume === undefined ? `${name}_data` : volume;
  }

  /** Its container ends and another one starts, here or on another node. */
  restart(node = this.node): void {
    this.node = node;
    this.container = this.#nextContainer();
    this.down = null;
  }

  /** Data files that nobody can read any more: it can't start until it has a fresh volume. */
  ruin(reason = 'the container exited with code 1: could not read pg_control'): void {
    this.down = reason;
  }

  renew(volume: string): void {
    this.volumeBefore = this.volume;
    this.volume = volume;
    this.databases = new Map();
    this.id = `${this.name}-${this.#starts + 1}`;
    this.restart();
  }

  /** All databases, the server's own included. */
  names(): readonly string[] {
    return [...SYSTEM[this.engine], ...this.databases.keys()].toSorted();
  }

  view(database: string): DatabaseView {
    const { owner, tables } = present(this.databases.get(database));
    const counted = [...sorted(tables)].map(([name, rows]) => ({ name, rows: rows.length }));
    const bytes = [...tables.values()].flat().reduce((sum, row) => sum + row.length, 0);
    return { database, version: this.version, bytes, tables: counted, owner: this.engine === 'postgres' ? owner : null };
  }

  /** As of now, whatever is written while it is read. */
  dump(database: string): Generator<Uint8Array> {
    const { tables } = present(this.databases.get(database));
    const snapshot = new Map([...sorted(tables)].map(([name, rows]) => [name, [...rows]]));
    return encodeDump({ engine: this.engine, version: this.version, database }, snapshot);
  }

  /**
   * PostgreSQL loads in one transaction, MariaDB leaves what it had loaded before the error.
   * @param failsAfter so many rows
   * @throws Complaint with what a client would say
   */
  async load(database: string, dump: AsyncIterable<Uint8Array>, failsAfter: number | null = null): Promise<void> {
    const { tables } = present(this.databases.get(database));
    if (tables.size > 0) throw new Complaint(`relation "${[...tables.keys()][0]}" already exists`);
    const loaded = this.engine === 'postgres' ? new Map<string, string[]>() : tables;
    const loading = { rows: 0, table: '', ended: false };
    for await (const line of decodeDump(dump)) {
      if (loading.rows === failsAfter)
        throw new Complaint(`could not extend file "base/${database}": No space left on device`, { fault: 'other' });
      this.#take(line, loaded, loading);
    }
    if (!loading.ended) throw new Complaint('unexpected end of file');
    for (const [name, rows] of loaded) tables.set(name, rows);
  }

  #take(line: DumpLine, loaded: Map<string, string[]>, loading: { rows: number; table: string; ended: boolean }): void {
    if ('engine' in line) this.#accept(line);
    else if ('table' in line) loaded.set((loading.table = line.table), []);
    else if ('run' in line) throw new Complaint(`permission denied: must be superuser to ${line.run}`);
    else if ('row' in line) {
      loaded.get(loading.table)?.push(line.row);
      loading.rows += 1;
    } else if (line.end === loading.rows) loading.ended = true;
    else throw new Complaint(`${line.end} rows were announced, ${loading.rows} came`);
  }

  #accept({ engine, version }: { engine: Engine; version: string }): void {
    if (engine !== this.engine) throw new Complaint('input file does not appear to be a valid archive');
    if (Number.parseInt(version, 10) > Number.parseInt(this.version, 10))
      throw new Complaint(`unsupported version (${version}) in file header`);
  }

  #nextContainer(): string {
    this.#starts += 1;
    return `${this.name}-${String(this.#starts).padStart(4, '0')}`;
  }
}

function sorted(tables: Tables): readonly (readonly [string, readonly string[]])[] {
  return [...tables].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the lab has no such database');
  return value;
}
