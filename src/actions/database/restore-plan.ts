import { VigieError } from '#kernel/errors.ts';
import { isSameName, isServersOwn, isVigiesOwn } from '#domain/database/names.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { canLoad } from '#domain/backup/compatible.ts';
import { around, newestGood } from '#domain/backup/pick.ts';
import { siblingName } from '#domain/backup/sibling.ts';
import { aboutTheSame, rowsIn, tableChanges, type TableChange } from '#domain/backup/tables.ts';
import { resolveMoment, type Moment } from '#domain/command/moment.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { DatabaseFacts } from '#ports/databases.ts';
import { unrestorableParams } from '#domain/backup/unrestorable.ts';
import { definitionsOf, lookAt, type RestoreMode, type Seen } from './live-look.ts';
import { requireHeadroom, type Headroom, headroomOn } from './headroom.ts';
import { replicationOf, type ReplicationShown } from './replication.ts';
import { steady } from './steady.ts';
import { refuseUnmovable } from './swap.ts';
import { writersOf, type Writer } from './writers.ts';

export interface RestoreInput {
  readonly database: string;
  readonly from?: string | undefined;
  readonly before?: Moment | undefined;
  readonly into?: string | undefined;
  /** Without what can't be made again. */
  readonly 'without-privileged'?: boolean | undefined;
}

export type RestoreBasis = {
  readonly decides: {
    readonly name: string;
    readonly engine: string;
    readonly server: string;
    readonly server_kind: string;
    readonly mode: RestoreMode;
    /** Null while the server is down. */
    readonly server_id: string | null;
    readonly node: string | null;
    readonly version: string | null;
    readonly backup: string;
    readonly sha256: string;
    readonly fresh: string;
    readonly kept: string;
    readonly place: string;
    readonly into: boolean;
    readonly writers: readonly string[];
    /** What of the dump is left out. */
    readonly without: readonly string[];
  };
  readonly shown: {
    readonly at: number;
    readonly asked_at: number;
    readonly before: number | null;
    readonly bytes: number;
    readonly origin: string;
    readonly state: string;
    readonly reason: string | null;
    readonly purpose: string;
    readonly drilled_at: number | null;
    readonly copies: number;
    readonly rows: number;
    /** Why the dump's rows were never counted; null: they were. */
    readonly dump_uncounted: string | null;
    /** Why the live database's rows can't be told; null when they can. */
    readonly uncounted: string | null;
    readonly now: readonly { readonly name: string; readonly rows: number }[];
    readonly rows_now: number;
    readonly bytes_now: number | null;
    readonly changes: readonly TableChange[];
    readonly changed: number;
    /** What was made otherwise since the dump, or is gone, beside rows; null: nobody can tell. */
    readonly definitions: readonly string[] | null;
    readonly defined: number;
    readonly around: readonly Neighbour[];
    readonly writers: readonly Writer[];
    /** Databases of the same server, where all of them are lost with its volume. */
    readonly others: readonly string[];
    readonly down: string | null;
    /** On the server's disk; null where nobody can tell. */
    readonly room: Headroom | null;
    /** What works by itself in the live database; null where nothing is replaced, or nobody can tell. */
    readonly replication: ReplicationShown | null;
  };
};

type Neighbour = {
  readonly id: string;
  readonly at: number;
  readonly bytes: number;
  readonly state: string;
  readonly purpose: string;
  readonly drilled: boolean;
  readonly picked: boolean;
};

type PlanClients = Pick<ReadClients, 'databases' | 'backups' | 'swarm' | 'operations' | 'self'>;

/** More than anybody has of one database, with seven days kept. */
const ALL = 1_000;
/** The greatest differences: a plan has to fit a phone. */
const CHANGES_SHOWN = 4;

/** Which dump takes the place of what, what is lost by it, and who stands still meanwhile. */
export async function planRestore(
  clients: PlanClients,
  input: RestoreInput,
  operation: string,
  signal: AbortSignal,
): Promise<{ basis: RestoreBasis; effects: Effect[] }> {
  const facts = clients.databases.facts(input.database);
  if (input.into !== undefined) refuseName(clients, input.into, facts);
  const { createdAt } = await clients.operations.get(operation);
  const before = momentBefore(clients, input, createdAt);
  const all = (await clients.backups.list({ target: facts.name, limit: ALL })).filter(({ kind }) => kind === 'database');
  const picked = await pick(clients, all, input, before);
  const without = leftOut(picked, input);
  const seen = await lookAt(clients, facts, signal);
  if (input.into !== undefined) refuseInto(input.into, facts, seen);
  await refuseBarred(clients, facts, seen, signal);
  if (seen.mode === 'beside' && input.into === undefined)
    await refuseUnmovable(clients, { name: facts.name, server: facts.server.name }, signal);
  if (seen.mode === 'down' && facts.server.kind !== 'service')
    throw new VigieError('database_no_volume', { database: facts.name, server: facts.server.name });
  if (seen.version !== null && !canLoad(picked, facts.engine, seen.version)) throw incompatible(facts, picked, seen.version);
  const loaded = { backup: picked, liveBytes: seen.view?.bytes ?? null };
  const room = seen.mode === 'down' ? null : await headroomOn(clients.databases, facts, loaded, signal);
  if (input.into !== undefined) requireHeadroom(room, facts);
  const writers = input.into === undefined ? await writersOf(clients.swarm, facts.usedBy, signal) : [];
  const fresh: RestoreBasis = {
    decides: {
      name: facts.name,
      engine: facts.engine,
      server: facts.server.name,
      server_kind: facts.server.kind,
      mode: seen.mode,
      server_id: seen.id,
      node: seen.node,
      version: seen.version,
      backup: picked.id,
      sha256: picked.sha256,
      fresh: siblingName(facts.database, { role: 'new', operation }),
      kept: siblingName(facts.database, { role: 'old', operation }),
      place: input.into ?? facts.database,
      into: input.into !== undefined,
      writers: writers.map(({ name }) => name),
      without,
    },
    shown: {
      at: picked.at,
      asked_at: createdAt,
      before,
      ...checksOf(picked),
      ...rowsOf(picked, seen),
      ...(await definitionsOf(clients, picked, seen, signal)),
      around: around(all, picked).map((each) => neighbour(each, picked)),
      writers,
      others: seen.mode === 'down' ? othersOn(clients, facts) : [],
      down: seen.down,
      room,
      replication: input.into === undefined && seen.mode === 'beside' ? await replicationOf(clients, facts.name, signal) : null,
    },
  };
  const basis = await steady(clients, operation, fresh, sameForPeople);
  return { basis, effects: [{ kind: 'restore', name: basis.decides.place, to: basis.decides.backup }] };
}

function momentBefore({ self }: PlanClients, { from, before }: RestoreInput, askedAt: number): number | null {
  if (before === undefined) return null;
  if (from !== undefined) throw new VigieError('options_exclude', { one: 'from', other: 'before' });
  const at = resolveMoment(before, askedAt, self.timezone());
  if (at > askedAt) throw new VigieError('moment_future', { at, now: askedAt });
  return at;
}

/** @throws backup_unknown, backup_bad, backup_before, backup_none */
async function pick(
  { backups }: PlanClients,
  all: readonly Backup[],
  { database, from }: RestoreInput,
  before: number | null,
): Promise<Backup> {
  if (from !== undefined) {
    const named = await backups.get(database, from);
    if (named.state === 'bad') throw new VigieError('backup_bad', { target: database, backup: named.id, reason: named.reason });
    return named;
  }
  const found = newestGood(all, before ?? undefined);
  if (found !== null) return found;
  const oldest = all.findLast(({ state, purpose }) => state === 'good' && purpose === 'routine');
  if (before !== null) throw new VigieError('backup_before', { target: database, before, oldest: oldest?.at ?? null });
  throw new VigieError('backup_none', { target: database });
}

/** @throws backup_unrestorable unless whoever asks goes on without */
function leftOut(backup: Backup, { 'without-privileged': without = false }: RestoreInput): readonly string[] {
  const unrestorable = backup.unrestorable ?? [];
  if (!without && unrestorable.length > 0) throw new VigieError('backup_unrestorable', unrestorableParams(backup, LEFT_SHOWN));
  return unrestorable;
}

const LEFT_SHOWN = 8;

function incompatible({ name, engine }: DatabaseFacts, { id, origin }: Backup, version: string): VigieError {
  return new VigieError('backup_incompatible', { target: name, backup: id, origin, server: `${engine} ${version}` });
}

/** Names that every server takes without quotes. */
const NEW_NAME = /^[a-z][a-z0-9_]{0,39}$/u;

/**
 * What no new database may be called: as the server calls its own, as vigie calls what it makes, or as another database of the configuration, which may be lost and waiting for its own restore.
 * @throws database_reserved, argument_invalid, before anything is asked of the server
 */
function refuseName({ databases }: PlanClients, into: string, { engine, database, server }: DatabaseFacts): void {
  const others = databases.list().filter((each) => isSameServer(each.server, server) && each.database !== database);
  if (isServersOwn(engine, into) || others.some((each) => isSameName(each.database, into)))
    throw new VigieError('database_reserved', { database: into, server: server.name });
  if (!NEW_NAME.test(into) || isVigiesOwn(into))
    throw new VigieError('argument_invalid', { action: 'restore', argument: 'into', option: null, value: into, expected: 'new-database' });
}

function isSameServer(one: DatabaseFacts['server'], other: DatabaseFacts['server']): boolean {
  return one.kind === other.kind && one.name === other.name;
}

function refuseInto(into: string, { name, server }: DatabaseFacts, seen: Seen): void {
  if (seen.mode === 'down') throw new VigieError('database_server_down', { database: name, server: server.name, reason: seen.down ?? '' });
  if (seen.names.some((each) => isSameName(each, into))) throw new VigieError('database_exists', { database: into, server: server.name });
}

/** Before anybody is asked: it would fail once they have said yes. @throws database_standby, database_barred */
async function refuseBarred({ databases }: PlanClients, { name, server }: DatabaseFacts, seen: Seen, signal: AbortSignal): Promise<void> {
  if (seen.standby) throw new VigieError('database_standby', { database: name, server: server.name });
  const reason = seen.mode === 'down' ? null : await databases.barred(name, signal);
  if (reason !== null) throw new VigieError('database_barred', { database: name, server: server.name, reason });
}

function checksOf({ bytes, origin, state, reason, purpose, drilledAt, copies }: Backup) {
  return { bytes, origin, state, reason, purpose, drilled_at: drilledAt, copies: copies.length };
}

function rowsOf({ tables, uncounted: never = null }: Backup, { view, uncounted }: Seen) {
  const now = view?.tables.map(({ name, rows }) => ({ name, rows })) ?? [];
  const changes = view === null || never !== null ? [] : tableChanges(now, tables);
  return {
    rows: rowsIn(tables),
    dump_uncounted: never,
    uncounted,
    now,
    rows_now: rowsIn(now),
    bytes_now: view?.bytes ?? null,
    changes: changes.slice(0, CHANGES_SHOWN),
    changed: changes.length,
  };
}

function neighbour({ id, at, bytes, state, purpose, drilledAt }: Backup, picked: Backup): Neighbour {
  return { id, at, bytes, state, purpose, drilled: drilledAt !== null, picked: id === picked.id };
}

function othersOn({ databases }: PlanClients, { name, server }: DatabaseFacts): readonly string[] {
  return databases
    .list()
    .filter((each) => each.name !== name && each.server.name === server.name && each.server.kind === server.kind)
    .map((each) => each.name);
}

function sameForPeople(seen: RestoreBasis['shown'], now: RestoreBasis['shown']): boolean {
  const sameDump = seen.state === now.state && seen.before === now.before;
  return sameDump && (seen.bytes_now === null || now.bytes_now === null || aboutTheSame(seen.now, now.now));
}
