import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { changedSince } from '#domain/backup/catalogue.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { DatabaseFacts, DatabaseView } from '#ports/databases.ts';

type PlanClients = Pick<ReadClients, 'databases'>;

/**
 * `beside`: the live database is there and is replaced. `missing`: the server runs without it. `down`: the server doesn't start any more and continues on a fresh volume.
 */
export type RestoreMode = 'beside' | 'missing' | 'down';

/** The greatest differences: a plan has to fit a phone. */
const CHANGES_SHOWN = 4;

export interface Seen {
  readonly mode: RestoreMode;
  readonly id: string | null;
  readonly node: string | null;
  readonly version: string | null;
  readonly standby: boolean;
  readonly names: readonly string[];
  readonly view: DatabaseView | null;
  readonly uncounted: string | null;
  readonly down: string | null;
}

const NOTHING_SEEN = { id: null, node: null, version: null, standby: false, names: [], view: null, uncounted: null };
/** Counting every row of a large database takes longer than people wait for a plan. */
const COUNT_WITHIN_MS = 12_000;

/**
 * The server and what it holds now: a database that can't be counted any more is no reason not to restore it. Only the server itself says that it is down, never one database of it: whoever owns
 * that can make it refuse everybody.
 */
export async function lookAt({ databases }: PlanClients, { name, database }: DatabaseFacts, signal: AbortSignal): Promise<Seen> {
  const found = await serverOf(databases, name, signal);
  if ('down' in found) return { ...NOTHING_SEEN, mode: 'down', down: found.down };
  const server = { ...found, down: null };
  if (!found.names.includes(database)) return { ...server, mode: 'missing', view: null, uncounted: null };
  return { ...server, mode: 'beside', ...(await count(databases, name, signal)) };
}

async function serverOf(
  databases: PlanClients['databases'],
  name: string,
  signal: AbortSignal,
): Promise<Pick<Seen, 'id' | 'node' | 'version' | 'standby' | 'names'> | { readonly down: string }> {
  try {
    const { id, node, version, standby } = await databases.identity(name, signal);
    return { id, node, version, standby, names: await databases.databases(name, signal) };
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_server_down') throw error;
    return { down: String(error.params['reason']) };
  }
}

async function count(databases: PlanClients['databases'], name: string, signal: AbortSignal): Promise<Pick<Seen, 'view' | 'uncounted'>> {
  const soon = AbortSignal.timeout(COUNT_WITHIN_MS);
  try {
    return { view: await databases.look(name, undefined, AbortSignal.any([signal, soon])), uncounted: null };
  } catch (error) {
    if (error instanceof VigieError && error.code === 'database_refused') return { view: null, uncounted: String(error.params['reason']) };
    if (soon.aborted && !signal.aborted) return { view: null, uncounted: 'slow' };
    throw error;
  }
}

/** What of the live database was made otherwise since the dump, or is gone: null where nobody can tell, or not in time. */
export async function definitionsOf(
  { databases }: PlanClients,
  { target, catalogue = null }: Backup,
  { mode, view }: Seen,
  signal: AbortSignal,
): Promise<{ readonly definitions: readonly string[] | null; readonly defined: number }> {
  const nobody = { definitions: null, defined: 0 };
  // What couldn't be counted in time doesn't tell this in time either.
  if (catalogue === null || mode !== 'beside' || view === null) return nobody;
  const soon = AbortSignal.timeout(COUNT_WITHIN_MS);
  try {
    const live = await databases.catalogue(target, undefined, AbortSignal.any([signal, soon]));
    const changed = live === null ? null : changedSince(catalogue, live);
    return changed === null ? nobody : { definitions: changed.slice(0, CHANGES_SHOWN), defined: changed.length };
  } catch (error) {
    if ((error instanceof VigieError && error.code === 'database_refused') || (soon.aborted && !signal.aborted)) return nobody;
    throw error;
  }
}
