import { VigieError } from '#kernel/errors.ts';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { DatabaseProperties } from '#domain/backup/backup.ts';
import { isSameName } from '#domain/database/names.ts';
import type { Clients } from '#ports/clients.ts';
import type { DatabasesReader, ServerIdentity, Unmade } from '#ports/databases.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { startWriters, stopWriter, type Restarted } from './writers.ts';

/** What takes whose place, and who has to stand still meanwhile. */
export interface DatabaseSwap {
  readonly name: string;
  readonly server: string;
  readonly fresh: string;
  readonly kept: string;
  /** Which name `fresh` takes on the server. */
  readonly place: string;
  /** Nobody has that name yet: whoever has it by the time of the swap keeps it. */
  readonly into?: boolean;
  /** What is to belong to it where nothing is in that place. */
  readonly like?: DatabaseProperties | null;
  readonly identity: Pick<ServerIdentity, 'id' | 'node'>;
  readonly writers: readonly string[];
  /** What the ledger says of the dump that was loaded. */
  readonly dumped?: Catalogue | null;
}

const RIGHTS_SHOWN = 5;

type SwapContext = Pick<RunContext<never, never, never>, 'step' | 'pause' | 'putBack' | 'progress'> & {
  readonly clients: Pick<Clients, 'databases' | 'swarm'>;
};

/**
 * Refuses what somebody could read more of afterwards; then stops the services that write, puts one database into the place of another, and starts the services again, also when that failed or the operation was cancelled. How many tasks
 * each had stands in the journal before the first of them stops.
 * @param look at what stands in its place, before anybody writes there again
 */
export async function swapDatabase(
  context: SwapContext,
  swap: DatabaseSwap,
  look: ((signal: AbortSignal) => Promise<Differing>) | null = null,
): Promise<Swapped> {
  const { clients, step, pause, progress } = context;
  await step('rights', 'repeatable', async (signal) => {
    if (swap.into !== true) await refuseUnmovable(clients, swap, signal);
    return await refuseWider(clients, swap, signal);
  });
  const before = await step('remember-services', 'repeatable', (signal) => runningOf(clients, swap.writers, signal));
  let unmade = ALL_MADE;
  let differing: Differing | null = null;
  const failure = await attempt(async () => {
    for (const name of Object.keys(before)) {
      await progress({ phase: 'stop', service: name });
      await step(`stop:${name}`, 'repeatable', async (signal) => {
        await stopWriter(clients.swarm, name, pause, signal);
        return true;
      });
    }
    // Without the signal: what has begun is brought to its end.
    unmade = await step('swap', 'repeatable', async () => unmadeOf(await swapNow(clients, swap)));
    if (look !== null) differing = await step('look', 'repeatable', look);
  });
  let restarted: readonly Restarted[] = [];
  await context.putBack(async (signal, wait) => {
    restarted = await startWriters(clients.swarm, before, wait, signal);
  });
  if (failure !== null) throw failure.error;
  return { restarted, unmade, differing };
}

/** What came of a swap. */
interface Swapped {
  readonly restarted: readonly Restarted[];
  readonly unmade: UnmadeShown;
  /** Null where nobody looked. */
  readonly differing: Differing | null;
}

/** What isn't as it was dumped: the first of it, and how much that is. */
export type Differing = {
  readonly shown: string[];
  readonly count: number;
};

/** What couldn't be made again (`view v`), how many that are, where the statements stand that would make it, and the same as a post may show them. */
export type UnmadeShown = {
  readonly names: readonly string[];
  readonly count: number;
  readonly report: string | null;
  readonly shown: string;
};

const ALL_MADE: UnmadeShown = { names: [], count: 0, report: null, shown: '' };
const UNMADE_SHOWN = 8;

function unmadeOf({ names, statements }: Unmade): UnmadeShown {
  const shown = names.slice(0, UNMADE_SHOWN);
  return { names: shown, count: names.length, report: statements?.report ?? null, shown: statements?.shown ?? '' };
}

const TABLES_SHOWN = 5;

/** One that would be left half-way isn't begun. @throws database_unmovable */
export async function refuseUnmovable(
  { databases }: { readonly databases: Pick<DatabasesReader, 'unmovable'> },
  { name, server }: Pick<DatabaseSwap, 'name' | 'server'>,
  signal: AbortSignal,
): Promise<void> {
  const tables = await databases.unmovable(name, signal);
  if (tables.length === 0) return;
  const more = Math.max(0, tables.length - TABLES_SHOWN);
  throw new VigieError('database_unmovable', { database: name, server, tables: tables.slice(0, TABLES_SHOWN), more });
}

/** Whoever brings back what was doesn't bring back who could read it then: that is for whoever gives rights on the server. @throws restore_widens */
async function refuseWider({ databases }: SwapContext['clients'], swap: DatabaseSwap, signal: AbortSignal): Promise<true> {
  const { name, fresh, kept, place } = swap;
  const rights = await databases.widened(name, { fresh, kept, place }, signal);
  if (rights.length === 0) return true;
  throw new VigieError('restore_widens', {
    database: name,
    place,
    rights: rights.slice(0, RIGHTS_SHOWN),
    more: Math.max(0, rights.length - RIGHTS_SHOWN),
  });
}

async function attempt(act: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await act();
    return null;
  } catch (error) {
    return { error };
  }
}

/** Tasks that each service wants; those that want none, or that the Swarm doesn't have, are left alone. */
async function runningOf(
  { swarm }: SwapContext['clients'],
  names: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, number>> {
  if (names.length === 0) return {};
  const services = await swarm.services(signal);
  const wanted = names.map((name) => [name, services.find((each) => each.name === name)?.replicas ?? 0] as const);
  return Object.fromEntries(wanted.filter(([, replicas]) => replicas > 0));
}

/** @throws database_other_server when another server answers by now, database_missing, database_exists */
async function swapNow({ databases }: SwapContext['clients'], swap: DatabaseSwap): Promise<Unmade> {
  const { name, server, fresh, kept, place, into = false, like = null, dumped = null } = swap;
  if (!isSame(swap.identity, await databases.identity(name))) throw new VigieError('database_other_server', { database: name, server });
  const names = await databases.databases(name);
  // A script of a vigie that died may have ended since somebody looked: what the swap finds done it leaves as it is.
  if (!names.includes(fresh) && names.includes(kept)) return await databases.swap(name, { fresh, kept, place, like });
  if (!names.includes(fresh)) throw new VigieError('database_missing', { database: fresh, server });
  if (into && names.some((each) => isSameName(each, place))) throw new VigieError('database_exists', { database: place, server });
  return await databases.swap(name, { fresh, kept, place, like, dumped });
}

/** A server without an identity of its own is known by where it runs. */
export function isSame(one: Pick<ServerIdentity, 'id' | 'node'>, other: Pick<ServerIdentity, 'id' | 'node'>): boolean {
  return one.id === null || other.id === null ? one.node === other.node : one.id === other.id;
}

const ASK_AGAIN_MS = 2_000;
/** A server whose container is being replaced is back by then. */
const ASK_TRIES = 30;
const AWAY: readonly string[] = [
  'database_server_down',
  'database_server_starting',
  'swarm_node_unreachable',
  'swarm_unreachable',
  'ssh_unreachable',
];

/** Whether a swap that was begun took place: done while only `kept` is there, to be gone on with while `fresh` is; else nobody can tell. */
async function verifySwap(
  { clients, pause }: Pick<SwapContext, 'clients' | 'pause'>,
  { name, fresh, kept }: Pick<DatabaseSwap, 'name' | 'fresh' | 'kept'>,
): Promise<StepFinding> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const names = await clients.databases.databases(name);
      if (names.includes(fresh)) return { state: 'not-done' };
      return names.includes(kept) ? { state: 'done', result: ALL_MADE } : { state: 'unknown' };
    } catch (error) {
      if (!(error instanceof VigieError) || !AWAY.includes(error.code) || attempt === ASK_TRIES) throw error;
      await pause(ASK_AGAIN_MS);
    }
  }
}

/** For a handler's `verify`: all other steps of a swap may be repeated. */
export async function verifyDatabaseSwap(
  context: Pick<SwapContext, 'clients' | 'pause'> & { readonly step: string },
  names: Pick<DatabaseSwap, 'name' | 'fresh' | 'kept'>,
): Promise<StepFinding> {
  if (context.step === 'swap') return await verifySwap(context, names);
  if (!context.step.startsWith('stop:')) return { state: 'not-done' };
  const service = await context.clients.swarm.service(context.step.slice('stop:'.length));
  return service.replicas === 0 && service.running === 0 ? { state: 'done', result: true } : { state: 'not-done' };
}
