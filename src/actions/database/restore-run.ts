import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { canLoad } from '#domain/backup/compatible.ts';
import { type Catalogue, catalogueFinding, countedWithoutLeft, leadsAside, whole, withoutLeft } from '#domain/backup/catalogue.ts';
import { propertiesLost } from '#domain/backup/properties.ts';
import { lossesOf } from '#domain/backup/tables.ts';
import type { Clients } from '#ports/clients.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { type Differing, swapDatabase, verifyDatabaseSwap } from './swap.ts';
import { counted, createMeter } from './meter.ts';
import { fileOf } from './statements-file.ts';
import type { RestoreBasis } from './restore-plan.ts';

type RestoreUses = 'databases' | 'backups' | 'swarm' | 'self';
export type RestoreRun = Pick<
  RunContext<never, RestoreUses, RestoreBasis>,
  'basis' | 'operation' | 'step' | 'pause' | 'progress' | 'putBack'
> & {
  readonly clients: Pick<Clients, RestoreUses>;
};

/** More than anybody has of one database. */
const ALL = 1_000;

/**
 * Safety dump → loaded beside and compared → services stopped → swapped → services started. Whatever fails before the swap leaves the live database as it was, and nothing beside it.
 */
export async function runRestore(context: RestoreRun): Promise<JsonObject> {
  const { basis, step } = context;
  const { decides } = basis;
  let safety: SafetyDump = null;
  try {
    safety = decides.into || decides.mode !== 'beside' ? null : await saveLive(context);
    const server =
      decides.mode === 'down' ? await freshServer(context) : { id: decides.server_id, node: decides.node ?? '', old_volume: null };
    const { rows, statements } = await step('load', 'repeatable', (signal) => loadBeside(context, signal));
    const differences = await step('compare', 'repeatable', (signal) => compareBeside(context, signal));
    if (differences.length > 0)
      throw new VigieError('restore_mismatch', { database: decides.name, backup: decides.backup, differences: differences.slice(0, 5) });
    const differs = await step('catalogue', 'repeatable', (signal) => compareCatalogue(context, signal));
    const { properties: like = null, catalogue = null } = await backupOf(context.clients, basis);
    const dumped = catalogue === null ? null : whole(catalogue);
    const swap = { ...decides, identity: server, writers: decides.writers, like, dumped };
    const { restarted, differing } = await swapDatabase(context, swap, (signal) => compareInPlace(context, differs, signal));
    const told = differing ?? differs;
    const lost =
      decides.into || decides.mode === 'beside'
        ? []
        : await step('properties', 'repeatable', (signal) => compareProperties(context, signal));
    if (decides.into) await dropEmpty(context);
    return {
      rows,
      statements: statements?.report ?? null,
      ...fileOf(`${decides.name}-missing.sql`, statements?.shown ?? ''),
      safety,
      old_volume: server.old_volume,
      restarted,
      differs: [...lost, ...told.shown].slice(0, SHOWN),
      differing: lost.length + told.count,
    };
  } catch (error) {
    const left = await dropFresh(context, error);
    if (!(error instanceof VigieError)) throw error;
    throw new VigieError(error.code, { ...error.params, details: { ...left, safety, at: basis.shown.at } }, error);
  }
}

/** Null: none was wanted, or the server is down. `reason`: the database couldn't give one. */
type SafetyDump = { readonly id: string | null; readonly bytes: number; readonly reason: string | null } | null;

/** What says that the database can give none: it may let nobody in, as whoever owns it can make it do. */
const NO_DUMP: readonly string[] = ['dump_failed', 'dump_empty', 'database_refused'];

/** Dumps the live database under this operation's id. One that can't be dumped any more is all the more in need of a restore, and it is kept as it is for seven days. */
async function saveLive({ basis, clients, operation, step, progress }: RestoreRun): Promise<SafetyDump> {
  const { name } = basis.decides;
  return await step('safety', 'repeatable', async (signal) => {
    const meter = createMeter({ progress, now: () => clients.self.now() }, 'safety', basis.shown.bytes);
    try {
      const { id, bytes } = await clients.backups.take(name, {
        operation,
        scheduled: false,
        purpose: 'safety',
        signal,
        progress: meter.moved,
      });
      await meter.done();
      return { id, bytes, reason: null };
    } catch (error) {
      if (!(error instanceof VigieError) || !NO_DUMP.includes(error.code)) throw error;
      return { id: null, bytes: 0, reason: String(error.params['reason'] ?? error.code) };
    }
  });
}

const ASK_AGAIN_MS = 2_000;
const START_WITHIN_MS = 5 * 60_000;

/** Gives a server that doesn't start any more a fresh volume, and waits for it. The volume it had is kept. @throws database_no_volume, backup_incompatible */
async function freshServer({ basis, clients, operation, step, pause, progress }: RestoreRun) {
  const { name, server, engine } = basis.decides;
  await progress({ phase: 'volume', service: server });
  const found = await step('fresh-volume', 'repeatable', async (signal) => {
    const volumes = await clients.databases.freshVolume(name, operation, signal);
    if (volumes === null) throw new VigieError('database_no_volume', { database: name, server });
    const { id, node, version } = await answering(clients, name, pause, signal);
    return { id, node, version, old_volume: volumes.old };
  });
  const backup = await backupOf(clients, basis);
  if (!canLoad(backup, engine, found.version))
    throw new VigieError('backup_incompatible', {
      target: name,
      backup: backup.id,
      origin: backup.origin,
      server: `${engine} ${found.version}`,
    });
  return found;
}

async function answering({ databases }: RestoreRun['clients'], name: string, pause: RestoreRun['pause'], signal: AbortSignal) {
  for (let waitedMs = 0; ; waitedMs += ASK_AGAIN_MS) {
    try {
      return await databases.identity(name, signal);
    } catch (error) {
      const away = error instanceof VigieError && ['database_server_down', 'database_server_starting'].includes(error.code);
      if (!away || waitedMs >= START_WITHIN_MS) throw error;
      await pause(ASK_AGAIN_MS);
    }
  }
}

async function backupOf({ backups }: RestoreRun['clients'], { decides }: RestoreBasis): Promise<Backup> {
  const backup = await backups.get(decides.name, decides.backup);
  // What people approved is this content, not this name.
  if (backup.sha256 !== decides.sha256)
    throw new VigieError('backup_damaged', { target: decides.name, backup: backup.id, path: backup.path });
  return backup;
}

/** What an attempt before a crash left there is dropped first. @returns how many rows the ledger knows of it, and where the statements stand that would make what was left out */
async function loadBeside({ basis, clients, progress }: RestoreRun, signal: AbortSignal) {
  const { name, fresh } = basis.decides;
  const backup = await backupOf(clients, basis);
  const now = (): number => clients.self.now();
  const check = createMeter({ progress, now }, 'check', backup.bytes);
  const dump = await clients.backups.open(backup, { signal, progress: check.moved });
  await check.done();
  await clients.databases.drop(name, fresh, signal);
  await clients.databases.create(name, fresh, signal, backup.properties ?? null);
  const meter = createMeter({ progress, now }, 'load', backup.bytes);
  const what = { dump: counted(dump, meter.moved), without: basis.decides.without };
  const statements = await clients.databases.loadRestorable(name, fresh, what, signal);
  await meter.done();
  return { rows: basis.shown.rows, statements: statements === null ? null : { ...statements } };
}

/** @returns what isn't as the ledger has it: `public.notes: 12 instead of 14` */
async function compareBeside({ basis, clients, progress }: RestoreRun, signal: AbortSignal): Promise<string[]> {
  await progress({ phase: 'compare', service: basis.decides.name });
  const { tables, uncounted = null } = await backupOf(clients, basis);
  if (uncounted !== null) return [];
  const loaded = await clients.databases.look(basis.decides.name, basis.decides.fresh, signal);
  return countedWithoutLeft(lossesOf(tables, loaded.tables), basis.decides.without).map(
    ({ name, from, to }) => `${name}: ${from ?? '-'} → ${to ?? '-'}`,
  );
}

const SHOWN = 5;

/**
 * Definitions and rights, and not rows alone: what would be missing keeps it out of the live database's place.
 * @returns what is otherwise, and keeps nothing from working
 * @throws restore_lost
 */
async function compareCatalogue({ basis, clients, progress }: RestoreRun, signal: AbortSignal): Promise<Differing> {
  const { name, fresh, backup, into } = basis.decides;
  const { catalogue = null } = await backupOf(clients, basis);
  if (catalogue === null) return { shown: [], count: 0 };
  await progress({ phase: 'compare', service: name });
  const loaded = await clients.databases.catalogue(name, fresh, signal);
  if (loaded === null) return { shown: [], count: 0 };
  const live = basis.decides.mode === 'beside' ? await liveCatalogue(clients, name, signal) : null;
  const { lost: all, differs } = catalogueFinding(catalogue, loaded, live);
  const lost = withoutLeft(all, basis.decides.without);
  if (lost.length > 0 && !into)
    throw new VigieError('restore_lost', { database: name, backup, lost: lost.slice(0, SHOWN), more: Math.max(0, lost.length - SHOWN) });
  return differingOf([...lost, ...differs]);
}

function differingOf(all: readonly string[]): Differing {
  return { shown: all.slice(0, SHOWN), count: all.length };
}

/**
 * The same of what stands in its place by now: whatever the swap has to make anew is looked at too. It fails nothing any more.
 * @param before what was found beside: where nobody can look, that is told
 */
async function compareInPlace({ basis, clients }: RestoreRun, before: Differing, signal: AbortSignal): Promise<Differing> {
  const { name, place, kept, into, mode, without } = basis.decides;
  try {
    const { catalogue = null } = await backupOf(clients, basis);
    if (catalogue === null) return before;
    const now = await clients.databases.catalogue(name, place, signal);
    if (now === null) return before;
    // Rights that were taken from somebody since the dump are gone from what is kept as well.
    const live = mode === 'beside' && !into ? await clients.databases.catalogue(name, kept, signal) : null;
    const { lost, differs } = catalogueFinding(catalogue, now, live);
    return differingOf([...withoutLeft(lost, without), ...(live === null ? [] : leadsAside(live)), ...differs]);
  } catch (error) {
    if (error instanceof VigieError) return before;
    throw error;
  }
}

/** What belonged to a database that was gone, and that this server doesn't know: a role, a collation. It is in its place by now, so that what can't be told fails nothing. */
async function compareProperties({ basis, clients }: RestoreRun, signal: AbortSignal): Promise<string[]> {
  const { properties = null } = await backupOf(clients, basis);
  try {
    return [...propertiesLost(properties, await clients.databases.properties(basis.decides.name, signal))];
  } catch (error) {
    if (error instanceof VigieError) return ['properties of the database: nobody could compare them'];
    throw error;
  }
}

/** One that lets nobody in says nothing. */
async function liveCatalogue({ databases }: RestoreRun['clients'], name: string, signal: AbortSignal): Promise<Catalogue | null> {
  try {
    return await databases.catalogue(name, undefined, signal);
  } catch (error) {
    if (error instanceof VigieError && ['database_refused', 'database_missing'].includes(error.code)) return null;
    throw error;
  }
}

/** A name that was free left an empty database behind: nobody misses it. One with tables in it is somebody's, and stays. */
async function dropEmpty({ basis, clients, putBack }: RestoreRun): Promise<void> {
  await putBack(async (signal) => {
    const { name, kept } = basis.decides;
    const { tables } = await clients.databases.look(name, kept, signal);
    if (tables.length === 0) await clients.databases.drop(name, kept, signal);
  });
}

/**
 * Removes what was loaded beside, unless it may have come into the live one's place, or is what is left of it.
 * @returns whether the live database was replaced (null: nobody could look), and what is left on the server
 */
async function dropFresh({ basis, clients, putBack }: RestoreRun, error: unknown) {
  const { name, fresh, kept } = basis.decides;
  let left: { readonly swapped: boolean | null; readonly leftover: string | null } = { swapped: null, leftover: null };
  // Where nobody can tell whether it was swapped, nothing is removed.
  const unclear = error instanceof Error && error.name === 'Indeterminate';
  await putBack(async (signal) => {
    try {
      const names = await clients.databases.databases(name, signal);
      const touched = names.includes(kept);
      if (!touched && !unclear && names.includes(fresh)) await clients.databases.drop(name, fresh, signal);
      left = { swapped: touched && !names.includes(fresh), leftover: touched || unclear ? leftoverOf(names, fresh) : null };
    } catch (again) {
      if (!(again instanceof VigieError)) throw again;
      left = { swapped: null, leftover: fresh };
    }
  });
  return left;
}

function leftoverOf(names: readonly string[], fresh: string): string | null {
  return names.includes(fresh) ? fresh : null;
}

/** Whether a step that was begun took effect. */
export async function verifyRestore(
  context: Pick<RestoreRun, 'basis' | 'clients' | 'operation' | 'pause'> & { readonly step: string },
): Promise<StepFinding> {
  const { basis, clients, operation, step } = context;
  if (step !== 'safety') return await verifyDatabaseSwap(context, basis.decides);
  const taken = await clients.backups.list({ target: basis.decides.name, limit: ALL });
  const own = taken.find(({ id, purpose }) => id === operation && purpose === 'safety');
  return own === undefined ? { state: 'not-done' } : { state: 'done', result: { id: own.id, bytes: own.bytes, reason: null } };
}
