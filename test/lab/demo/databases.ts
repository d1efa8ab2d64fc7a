import type { Clock } from '#kernel/clock.ts';
import type { Store } from '#ports/store.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import type { BackupSettings } from '#pipeline/backup/archive.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { labBackups, labPlaces } from '#test/lab/places/lab-backups.ts';

const HOUR_MS = 3_600_000;
/** How long ago the last dumps were. */
export const LAST_DUMPS_MS = 3_600_000;
/** Every six hours, from before `yesterday 14:00` on, whatever time it is and whichever way clocks are changed: help proposes it. */
export const AGES = [37, 31, 25, 19, 13, 7, LAST_DUMPS_MS / HOUR_MS];

/** Picasoft's database servers, more or less, with what the demo's services keep there. */
export function demoDatabases(clock: Clock): MemoryDatabases {
  const databases = new MemoryDatabases(clock);
  databases.addServer({ name: 'postgres', engine: 'postgres', node: 'pica01' });
  databases.addServer({ name: 'mariadb', engine: 'mariadb', node: 'pica02' });
  databases.addDatabase({ name: 'etherpad', server: 'postgres', usedBy: ['etherpad'], tables: { 'public.store': 4_200 } });
  databases.addDatabase({
    name: 'mobilizon',
    server: 'postgres',
    usedBy: ['mobilizon'],
    tables: { 'public.events': 310, 'public.actors': 840, 'public.comments': 1_290 },
  });
  databases.addDatabase({ name: 'wiki', server: 'mariadb', tables: { pages: 95, revisions: 1_410 } });
  return databases;
}

/** Where they are kept. */
export function demoBackups(clock: Clock): BackupSettings {
  return labBackups(labPlaces(clock));
}

/** What vigie's jobs would have done since yesterday: a dump of everything every six hours, while people went on writing. */
export async function fillLedger(
  settings: BackupSettings,
  { databases, store, clock, timezone }: { databases: MemoryDatabases; store: Store; clock: Clock; timezone: string },
): Promise<void> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  for (const [index, hours] of AGES.entries()) {
    const then: Clock = { now: () => clock.now() - hours * HOUR_MS, sleep: (ms, signal) => clock.sleep(ms, signal) };
    const backups = createBackups({ ...settings, databases, store, clock: then, timezone, log: quiet });
    for (const { name } of databases.list()) {
      const options = { signal: new AbortController().signal, progress: () => undefined };
      const taken = await backups.take(name, { ...options, operation: `j${index}${name.slice(0, 1)}`, scheduled: true });
      const copied = await backups.copy(taken, options);
      if (hours === 25) await backups.record({ ...copied, drilledAt: then.now() });
      grow(databases, name, index);
    }
  }
  // Somebody's mistake of this morning, for whoever wants to undo it.
  databases.live('mobilizon').tables.get('public.events')?.splice(40);
}

function grow(databases: MemoryDatabases, name: string, round: number): void {
  for (const [table, rows] of databases.live(name).tables)
    rows.push(...Array.from({ length: Math.ceil(rows.length / 50) }, (_, row) => `${table} ${round} ${row}`));
}
