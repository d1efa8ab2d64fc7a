import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { newestGood } from '#domain/backup/pick.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { PlaceView } from '#ports/backups.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { type Lately, refuseCrowded } from '../backup/crowded.ts';
import { createMeter } from './meter.ts';
import { expiredSiblings } from './siblings.ts';
import { steady } from './steady.ts';

export type DatabaseBackupBasis = {
  readonly kind: 'database';
  readonly decides: {
    readonly name: string;
    readonly server: string;
    readonly places: readonly string[];
    /** Ids of backups that retention removes afterwards. */
    readonly prune: readonly string[];
    /** Names on the server of what earlier restores replaced or left behind. */
    readonly drop: readonly string[];
  };
  readonly shown: {
    readonly version: string;
    readonly asked_at: number;
    readonly last: { readonly at: number; readonly bytes: number } | null;
    readonly places: readonly PlaceAfter[];
    readonly prune: readonly { readonly id: string; readonly at: number; readonly bytes: number }[];
    readonly keep: number;
  };
};

type PlaceAfter = {
  readonly name: string;
  readonly free: number;
  readonly percent: number;
  readonly limit: number;
  readonly sealed: boolean;
  readonly full: boolean;
  readonly away: boolean;
};

const ALL = 1_000;

type PlanClients = Pick<ReadClients, 'databases' | 'backups' | 'operations' | 'self'>;

/**
 * @param asked by whom: a job, or somebody by hand
 * @throws database_absent, database_server_down, storage_full, backup_crowded
 */
export async function planDatabaseBackup(
  clients: PlanClients,
  name: string,
  asked: { readonly operation: string; readonly scheduled: boolean },
  signal: AbortSignal,
): Promise<{ basis: DatabaseBackupBasis; effects: Effect[] }> {
  const { databases, backups, operations, self } = clients;
  const { operation, scheduled } = asked;
  const facts = databases.facts(name);
  const { createdAt } = await operations.get(operation);
  const { version } = await databases.identity(name, signal);
  const names = await databases.databases(name, signal);
  if (!names.includes(facts.database)) throw new VigieError('database_absent', { database: name, server: facts.server.name });
  const known = (await backups.list({ target: name, limit: ALL })).filter(({ kind }) => kind === 'database');
  const last = newestGood(known);
  const views = await backups.places(signal);
  const places = views.map((place) => placeAfter(place, last?.bytes ?? 0));
  if (views[0]?.problem) throw new VigieError(views[0].problem.code, views[0].problem.params);
  refuseFull(places[0]);
  const { remove, keep, atLeastMs } = await backups.prunable(name, self.now());
  if (!scheduled) await refuseRepeated(clients, { target: name, backups: known, atLeastMs, now: self.now() }, views[0], last?.bytes ?? 0);
  const fresh = {
    decides: {
      name,
      server: facts.server.name,
      places: places.map((place) => place.name),
      prune: remove.map(({ id }) => id),
      drop: await expiredSiblings(operations, facts, names, self.now()),
    },
    shown: {
      version: `${facts.engine} ${version}`,
      asked_at: createdAt,
      last: last === null ? null : { at: last.at, bytes: last.bytes },
      places,
      prune: remove.map(({ id, at, bytes }) => ({ id, at, bytes })),
      keep,
    },
  };
  // How much is free moves all the time: what decides is that it is enough.
  const { decides, shown } = await steady(clients, operation, fresh, () => true);
  const basis: DatabaseBackupBasis = { kind: 'database', decides, shown };
  const { prune, drop } = basis.decides;
  return {
    basis,
    effects: [
      { kind: 'backup', name },
      ...prune.map((id) => ({ kind: 'prune', name: id })),
      ...drop.map((each) => ({ kind: 'drop', name: each })),
    ],
  };
}

function placeAfter({ name, sizeBytes, freeBytes, limit, sealed, problem }: PlaceView, bytes: number): PlaceAfter {
  const share = sizeBytes === 0 ? 1 : Math.min(1, (sizeBytes - freeBytes + bytes) / sizeBytes);
  const percent = Math.ceil(share * 100);
  return { name, free: freeBytes, percent, limit, sealed, full: percent > limit, away: problem !== null };
}

function refuseFull(main: PlaceAfter | undefined): void {
  if (main === undefined) throw new VigieError('backups_not_configured');
  if (main.full) throw new VigieError('storage_full', { storage: main.name, share: main.percent, limit: main.limit });
}

/** @throws backup_crowded */
async function refuseRepeated(clients: PlanClients, lately: Lately, main: PlaceView | undefined, bytes: number): Promise<void> {
  if (main === undefined) return;
  const newest = new Map<string, number>();
  for (const { kind, target, bytes: size } of await clients.backups.list({ target: null, limit: ALL }))
    if (kind === 'database' && !newest.has(target)) newest.set(target, size);
  const next = [...newest.values()].reduce((total, size) => total + size, 0);
  refuseCrowded(lately, { ...main, usedBytes: main.sizeBytes - main.freeBytes }, bytes + next);
}

type BackupUses = 'databases' | 'backups' | 'operations' | 'self';
export type DatabaseBackupRun = Pick<RunContext<never, BackupUses, DatabaseBackupBasis>, 'basis' | 'operation' | 'step' | 'progress'> & {
  readonly clients: Pick<Clients, BackupUses>;
  /** Whether a job asked for it. */
  readonly scheduled: boolean;
};

/** Dump → copies → retention. What a crash interrupts begins anew; a cancel leaves nothing half written. */
export async function runDatabaseBackup(context: DatabaseBackupRun): Promise<JsonObject> {
  const { basis, clients, operation, step } = context;
  const { name, prune, drop, places } = basis.decides;
  const taken = await step('dump', 'repeatable', (signal) => dump(context, signal));
  const copies = places.length < 2 ? 0 : await step('copy', 'repeatable', (signal) => copy(context, signal));
  let freed = 0;
  // A suspect dump replaces nothing.
  const removed = taken.state === 'good' ? prune : [];
  for (const id of removed) freed += await step(`prune:${id}`, 'repeatable', (signal) => pruneOne(context, id, signal));
  const undropped: Undropped[] = [];
  for (const each of drop) {
    const reason = await step(`drop:${each}`, 'repeatable', (signal) => dropOne(clients, { name, each }, signal));
    if (typeof reason === 'string') undropped.push({ name: each, reason });
  }
  const dropped = drop.length - undropped.length;
  return { ...taken, id: operation, copies, pruned: removed.length, freed, dropped, undropped };
}

async function dump({ basis, clients, operation, progress, scheduled }: DatabaseBackupRun, signal: AbortSignal) {
  const meter = createMeter({ progress, now: () => clients.self.now() }, 'dump', basis.shown.last?.bytes ?? null);
  const backup = await clients.backups.take(basis.decides.name, { operation, scheduled, signal, progress: meter.moved });
  await meter.done();
  return resultOf(backup);
}

const SHOWN = 8;

function resultOf({ bytes, state, reason, tables, uncounted = null, unrestorable = [] }: Backup) {
  return {
    uncounted,
    inspected: unrestorable !== null,
    unrestorable: (unrestorable ?? []).slice(0, SHOWN),
    unrestorables: unrestorable?.length ?? 0,
    bytes,
    state,
    reason,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  };
}

async function copy({ basis, clients, operation, progress }: DatabaseBackupRun, signal: AbortSignal): Promise<number> {
  const backup = await clients.backups.get(basis.decides.name, operation);
  const meter = createMeter({ progress, now: () => clients.self.now() }, 'copy', backup.bytes);
  const { copies } = await clients.backups.copy(backup, { signal, progress: meter.moved });
  await meter.done();
  return copies.length;
}

/** A database that an earlier restore replaced, and why it couldn't be dropped. */
type Undropped = { readonly name: string; readonly reason: string };

/** One that can't be dropped makes no dump worse: it is told, and tried again with the next backup. @returns true, or why not */
async function dropOne(
  { databases }: Pick<Clients, 'databases'>,
  { name, each }: { readonly name: string; readonly each: string },
  signal: AbortSignal,
): Promise<true | string> {
  try {
    await databases.drop(name, each, signal);
    return true;
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
    return String(error.params['reason'] ?? error.code);
  }
}

/** Only what retention still lets go now. @returns bytes freed */
async function pruneOne({ basis, clients }: DatabaseBackupRun, id: string, signal: AbortSignal): Promise<number> {
  const { remove } = await clients.backups.prunable(basis.decides.name, clients.self.now());
  const backup = remove.find((each) => each.id === id);
  return backup === undefined ? 0 : await clients.backups.prune(backup, signal);
}

/** Whether a step that was begun took effect: a dump did when the ledger knows it; the others may be done again. */
export async function verifyDatabaseBackup({
  basis,
  clients,
  operation,
  step,
}: Pick<DatabaseBackupRun, 'basis' | 'clients' | 'operation'> & { readonly step: string }): Promise<StepFinding> {
  if (step !== 'dump') return { state: 'not-done' };
  const known = await clients.backups.list({ target: basis.decides.name, limit: ALL });
  const own = known.find(({ id }) => id === operation);
  return own === undefined ? { state: 'not-done' } : { state: 'done', result: resultOf(own) };
}
