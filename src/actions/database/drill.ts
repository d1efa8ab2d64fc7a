import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { catalogueFinding, countedWithoutLeft, withoutLeft } from '#domain/backup/catalogue.ts';
import { newestGood } from '#domain/backup/pick.ts';
import { lossesOf, rowsIn } from '#domain/backup/tables.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext } from '../definition.ts';
import { counted, createMeter } from './meter.ts';
import { requireHeadroom, headroomOn } from './headroom.ts';

export type DrillBasis = {
  readonly name: string;
  readonly server: string;
  readonly backup: string;
  readonly sha256: string;
  readonly at: number;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
  readonly drilled_at: number | null;
};

const ALL = 1_000;

/** @throws database_unknown, backup_none, backup_unknown, backup_bad, storage_full */
export async function planDrill(
  { databases, backups }: Pick<ReadClients, 'databases' | 'backups'>,
  input: { readonly database: string; readonly from?: string | undefined },
  signal: AbortSignal,
): Promise<{ basis: DrillBasis; effects: Effect[] }> {
  const facts = databases.facts(input.database);
  const { name, server } = facts;
  const picked =
    input.from === undefined ? newestGood(await backups.list({ target: name, limit: ALL })) : await backups.get(name, input.from);
  if (picked === null) throw new VigieError('backup_none', { target: name });
  if (picked.state === 'bad') throw new VigieError('backup_bad', { target: name, backup: picked.id, reason: picked.reason });
  // The throwaway server stands on the same machine.
  requireHeadroom(await headroomOn(databases, facts, { backup: picked, liveBytes: null }, signal), facts);
  const { id, sha256, at, bytes, tables, drilledAt } = picked;
  const basis = {
    name,
    server: server.name,
    backup: id,
    sha256,
    at,
    bytes,
    tables: tables.length,
    rows: rowsIn(tables),
    drilled_at: drilledAt,
  };
  return { basis, effects: [{ kind: 'drill', name: id }] };
}

type DrillUses = 'databases' | 'backups' | 'self';
export type DrillRun = Pick<RunContext<never, DrillUses, DrillBasis>, 'basis' | 'operation' | 'step' | 'progress' | 'putBack'> & {
  readonly clients: Pick<Clients, DrillUses>;
};

/** @throws drill_failed: the dump is then marked as bad; drill_unable: nothing is said of it; backup_damaged */
export async function runDrill(context: DrillRun): Promise<JsonObject> {
  const { basis, clients, operation, step } = context;
  try {
    const { flaws, unable, report } = await step('drill', 'repeatable', (signal) => loadAside(context, signal));
    const told = { database: basis.name, backup: basis.backup, report };
    if (flaws.length === 0 && unable.length > 0) throw new VigieError('drill_unable', { ...told, reason: unable.join('; ') });
    await step('record', 'repeatable', async () => {
      const backup = await clients.backups.get(basis.name, basis.backup);
      const at = clients.self.now();
      await clients.backups.record(flaws.length === 0 ? { ...backup, drilledAt: at } : { ...backup, state: 'bad', reason: 'drill_failed' });
      return at;
    });
    if (flaws.length > 0) throw new VigieError('drill_failed', { ...told, reason: flaws.join('; ') });
    return { tables: basis.tables, rows: basis.rows };
  } catch (error) {
    await context.putBack(async (signal) => {
      await clients.databases.removeScratch(basis.name, operation, signal);
    });
    throw error;
  }
}

const FLAWS_SHOWN = 5;

/**
 * What is wrong with the dump itself; what kept it from being tried out, which says nothing of it: a right, room, a bound of vigie's, something that vigie's restore loses; and where the server's own words
 * about it stand. Nothing of both: it is whole.
 */
type Found = { readonly flaws: string[]; readonly unable: string[]; readonly report: string | null };

function reportIn({ params }: VigieError): string | null {
  return typeof params['report'] === 'string' ? params['report'] : null;
}

async function loadAside({ basis, clients, operation, progress }: DrillRun, signal: AbortSignal): Promise<Found> {
  const { databases, backups, self } = clients;
  await databases.removeScratch(basis.name, operation, signal);
  const backup = await backups.get(basis.name, basis.backup);
  const dump = await backups.open(backup, { signal, progress: () => undefined });
  const left = backup.unrestorable ?? [];
  const scratch = await databases.scratch(basis.name, operation, signal);
  try {
    const meter = createMeter({ progress, now: () => self.now() }, 'load', backup.bytes);
    await scratch.loadRestorable({ dump: counted(dump, meter.moved), without: left, like: backup.properties ?? null }, signal);
    await meter.done();
    const loaded = await scratch.look(signal);
    const rows = (backup.uncounted ?? null) === null ? countedWithoutLeft(lossesOf(backup.tables, loaded.tables), left) : [];
    const there = await scratch.catalogue(signal);
    const found = there === null ? [] : catalogueFinding(backup.catalogue ?? null, there, null).lost;
    // What a restore leaves out was told when it was dumped: it isn't the dump that is bad.
    const lost = withoutLeft(found, left);
    const flaws = rows.map(({ name, from, to }) => `${name}: ${from ?? '-'} → ${to ?? '-'}`);
    return { flaws: flaws.slice(0, FLAWS_SHOWN), unable: lost.slice(0, FLAWS_SHOWN), report: null };
  } catch (error) {
    // A dump that can't be loaded is found out here and now; a server that can't be reached says nothing of the dump.
    if (!(error instanceof VigieError) || error.code !== 'import_failed') throw error;
    const reason = [String(error.params['reason'])];
    const found = error.params['fault'] === 'dump' ? { flaws: reason, unable: [] } : { flaws: [], unable: reason };
    return { ...found, report: reportIn(error) };
  } finally {
    await scratch.remove();
  }
}
