import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type Generated } from 'kysely';

/** The tables. Times are milliseconds since the epoch; JSON is text. */
export interface Tables {
  operations: {
    id: string;
    state: string;
    action: string;
    target: string | null;
    created_at: number;
    updated_at: number;
    body: string;
  };
  votes: {
    operation: string;
    plan_hash: string;
    user: string;
    verdict: string;
    means: string;
    at: number;
  };
  steps: {
    operation: string;
    name: string;
    position: number;
    mode: string;
    state: string;
    result: string;
    started_at: number;
    ended_at: number | null;
  };
  locks: { path: string; operation: string; since: number };
  audit: {
    seq: number;
    at: number;
    kind: string;
    operation: string | null;
    by: string;
    detail: string;
    previous: string;
    hash: string;
  };
  says: {
    position: Generated<number>;
    key: string;
    kind: string;
    channel: string;
    root: string | null;
    under_key: string | null;
    message: string;
    seeds: string;
    seeded: string;
    version: number;
    sent_version: number;
    post_id: string | null;
    fingerprint: string | null;
    attempts: number;
    not_before: number;
    created_at: number;
    sent_at: number | null;
    failure: string | null;
    /** Null: where it was meant. */
    place: string | null;
    left_post: string | null;
    left_version: Generated<number>;
  };
  releases: {
    service: string;
    number: number;
    image: string;
    digest: string;
    spec: string;
    operation: string | null;
    requester: string | null;
    approvers: string;
    origin: string;
    at: number;
  };
  swaps: {
    position: Generated<number>;
    operation: string;
    person: string;
    starts_at: number;
    ends_at: number;
    by: string;
    at: number;
  };
  freezes: { operation: string; at: number; ends_at: number; body: string };
  backups: { kind: string; target: string; id: string; at: number; pruned_at: number | null; remains: number; body: string };
  occurrences: {
    job: string;
    due_at: number;
    state: string;
    because: string | null;
    operations: string;
    entered_at: number;
    ended_at: number | null;
  };
  seen: { key: string; at: number };
  cursors: { channel: string; at: number };
  facts: { name: string; value: string };
  alert_items: { kind: string; id: string; open: number; updated_at: number; body: string };
  pages: {
    key: string;
    pager: string;
    page: string;
    attempts: number;
    not_before: number;
    created_at: number;
    sent_at: number | null;
    failure: string | null;
  };
}

/** The writing door's handle: the database itself, or a transaction of it. */
export type Db = Kysely<Tables>;

/** Opens the file: WAL, and synchronous FULL so that what was acknowledged survives a power cut. */
export function openSqlite(file: string): DatabaseSync {
  const sqlite = new DatabaseSync(file);
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 2000;');
  return sqlite;
}

/** Statements that stay compiled; beyond them, the one that was used longest ago is compiled anew. Queries with lists make many. */
const MOST_STATEMENTS = 300;

/** Kysely over node:sqlite, whose statements want their parameters spread and don't say whether they read. */
export function kyselyOver(sqlite: DatabaseSync): Db {
  const compiled = compiledOnce(sqlite);
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => sqlite.close(),
        prepare: (sql) => {
          const { statement, reader } = compiled(sql);
          return {
            reader,
            all: (parameters) => statement.all(...bindable(parameters)),
            run: (parameters) => (isNeedlessRollback(sqlite, sql) ? NOTHING : statement.run(...bindable(parameters))),
            // Read row by row, while others may ask the same.
            iterate: (parameters) => sqlite.prepare(sql).iterate(...bindable(parameters)),
          };
        },
      },
    }),
  });
}

interface Compiled {
  readonly statement: StatementSync;
  readonly reader: boolean;
}

/** To compile a statement takes longer than to run it. */
function compiledOnce(sqlite: DatabaseSync): (sql: string) => Compiled {
  const known = new Map<string, Compiled>();
  return (sql) => {
    const found = known.get(sql) ?? compile(sqlite, sql);
    known.delete(sql);
    known.set(sql, found);
    const [oldest] = known.size > MOST_STATEMENTS ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return found;
  };
}

function compile(sqlite: DatabaseSync, sql: string): Compiled {
  const statement = sqlite.prepare(sql);
  return { statement, reader: statement.columns().length > 0 };
}

const NOTHING = { changes: 0, lastInsertRowid: 0 } as const;

/**
 * A full disk makes SQLite roll back by itself; Kysely's own rollback would then fail, and hide why.
 * Source: https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
 */
function isNeedlessRollback(sqlite: DatabaseSync, sql: string): boolean {
  return sql === 'rollback' && !sqlite.isTransaction;
}

/** Refuses what node:sqlite would bind silently wrong (a Date as NULL). */
function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
    throw new TypeError(`a ${typeof value} can't be bound: turn it into text or a number first`);
  });
}
