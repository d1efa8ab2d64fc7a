import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { siblingName } from '#domain/backup/sibling.ts';
import { aboutTheSame, rowsIn, tableChanges, type TableChange } from '#domain/backup/tables.ts';
import type { Effect, Operation } from '#domain/operation/operation.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { DatabaseView } from '#ports/databases.ts';
import { fileOf } from './statements-file.ts';
import { refuseUnmovable, swapDatabase, verifyDatabaseSwap } from './swap.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import type { RestoreBasis } from './restore-plan.ts';
import { replicationOf, type ReplicationShown } from './replication.ts';
import { steady } from './steady.ts';
import { writersOf, type Writer } from './writers.ts';

export type UndoBasis = {
  readonly decides: {
    readonly name: string;
    readonly server: string;
    readonly operation: string;
    readonly server_id: string | null;
    readonly node: string;
    /** What the restore replaced: it comes back. */
    readonly fresh: string;
    /** Where the live one goes. */
    readonly kept: string;
    readonly place: string;
    readonly writers: readonly string[];
    readonly done: boolean;
  };
  readonly shown: {
    readonly restored_at: number;
    readonly asked_at: number;
    readonly by: string;
    readonly backup: string;
    readonly now: readonly { readonly name: string; readonly rows: number }[];
    readonly rows_now: number | null;
    readonly rows: number | null;
    readonly bytes: number | null;
    readonly changes: readonly TableChange[];
    readonly changed: number;
    readonly writers: readonly Writer[];
    readonly replication: ReplicationShown | null;
  };
};

type PlanClients = Pick<ReadClients, 'databases' | 'backups' | 'swarm' | 'operations'>;

const CHANGES_SHOWN = 4;
const ALL = 1_000;

/** @throws operation_unknown, restore_not_undoable, restore_fresh_volume, restore_kept_gone */
export async function planUndo(
  clients: PlanClients,
  undone: string,
  operation: string,
  signal: AbortSignal,
): Promise<{ basis: UndoBasis; effects: Effect[] }> {
  const restore = await clients.operations.get(undone);
  const { createdAt } = await clients.operations.get(operation);
  const { decides } = basisOf(restore);
  const { name, server, kept: saved, place } = decides;
  const facts = clients.databases.facts(name);
  const identity = await clients.databases.identity(name, signal);
  if (identity.standby) throw new VigieError('database_standby', { database: name, server });
  const names = await clients.databases.databases(name, signal);
  // What undoing it put away: it was undone already, by this operation or another one.
  const done =
    !names.includes(saved) && names.some((each) => each === siblingName(facts.database, { role: 'undone', operation: restore.id }));
  if (!done && !names.includes(saved)) throw await keptGone(clients, restore, name);
  if (!done) await refuseUnmovable(clients, { name, server }, signal);
  const views = done ? null : await bothViews(clients, name, saved, signal);
  const writers = await writersOf(clients.swarm, facts.usedBy, signal);
  const fresh: UndoBasis = {
    decides: {
      name,
      server,
      operation: restore.id,
      server_id: identity.id,
      node: identity.node,
      fresh: saved,
      kept: siblingName(facts.database, { role: 'undone', operation: restore.id }),
      place,
      writers: writers.map((each) => each.name),
      done,
    },
    shown: {
      restored_at: restore.endedAt ?? restore.createdAt,
      asked_at: createdAt,
      by: restore.requester.username,
      backup: decides.backup,
      ...rowsOf(views),
      writers,
      replication: done ? null : await replicationOf(clients, name, signal),
    },
  };
  const basis = await steady(clients, operation, fresh, (seen, now) => aboutTheSame(seen.now, now.now));
  return { basis, effects: done ? [] : [{ kind: 'undo', name: place, to: saved }] };
}

/** The plan of a restore that may have replaced something. */
function basisOf({ id, action, state, plan }: Operation): RestoreBasis {
  const ended = ['succeeded', 'failed', 'cancelled'].includes(state);
  if (action !== 'restore' || !ended || plan === null) throw new VigieError('restore_not_undoable', { operation: id, action, state });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan of a restore stored it
  const basis = plan.basis as RestoreBasis;
  if (basis.decides.into) throw new VigieError('restore_not_undoable', { operation: id, action, state });
  if (basis.decides.mode === 'down') throw new VigieError('restore_fresh_volume', { operation: id, service: basis.decides.server });
  return basis;
}

async function keptGone({ backups }: PlanClients, { id }: Operation, name: string): Promise<VigieError> {
  const taken = await backups.list({ target: name, limit: ALL });
  const safety = taken.find((each) => each.id === id && each.purpose === 'safety') ?? null;
  return new VigieError('restore_kept_gone', { database: name, operation: id, safety: safety?.id ?? null });
}

interface Views {
  readonly live: DatabaseView | null;
  readonly saved: DatabaseView | null;
}

async function bothViews({ databases }: PlanClients, name: string, saved: string, signal: AbortSignal): Promise<Views> {
  const look = async (database?: string): Promise<DatabaseView | null> => {
    try {
      return await databases.look(name, database, signal);
    } catch (error) {
      // Gone, or so damaged that nobody can count it: all the more reason to go back.
      if (error instanceof VigieError && (error.code === 'database_missing' || error.code === 'database_refused')) return null;
      throw error;
    }
  };
  return { live: await look(), saved: await look(saved) };
}

function rowsOf(views: Views | null) {
  const now = views?.live?.tables.map(({ name, rows }) => ({ name, rows })) ?? [];
  const then = views?.saved?.tables ?? null;
  const changes = then === null || views?.live === null ? [] : tableChanges(now, then);
  return {
    now,
    rows_now: views?.live === null || views === null ? null : rowsIn(now),
    rows: then === null ? null : rowsIn(then),
    bytes: views?.saved?.bytes ?? null,
    changes: changes.slice(0, CHANGES_SHOWN),
    changed: changes.length,
  };
}

type UndoUses = 'databases' | 'swarm';
export type UndoRun = Pick<RunContext<never, UndoUses, UndoBasis>, 'basis' | 'step' | 'pause' | 'progress' | 'putBack'> & {
  readonly clients: Pick<Clients, UndoUses>;
};

/** Live → `undone`, what was kept → live, with the services stopped meanwhile. */
export async function runUndo(context: UndoRun): Promise<JsonObject> {
  const { decides } = context.basis;
  try {
    const identity = { id: decides.server_id, node: decides.node };
    const { restarted, unmade } = await swapDatabase(context, { ...decides, identity });
    const { shown, ...told } = unmade;
    return { restarted, unmade: told, ...fileOf(`${decides.name}-missing.sql`, shown) };
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    throw new VigieError(error.code, { ...error.params, details: { swapped: await isSwapped(context) } }, error);
  }
}

async function isSwapped({ basis, clients }: UndoRun): Promise<boolean | null> {
  try {
    return !(await clients.databases.databases(basis.decides.name)).includes(basis.decides.fresh);
  } catch (error) {
    if (error instanceof VigieError) return null;
    throw error;
  }
}

export async function verifyUndo(context: Pick<UndoRun, 'basis' | 'clients' | 'pause'> & { readonly step: string }): Promise<StepFinding> {
  return await verifyDatabaseSwap(context, context.basis.decides);
}
