import { openStore } from '#adapters/store/store.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import type { Backups, TakeOptions } from '#ports/backups.ts';
import type { Sealer } from '#ports/places.ts';
import type { Store } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { lookAlikeSealer } from '#test/lab/places/look-alike-sealer.ts';
import { LAB_KEEP } from '#test/lab/places/lab-backups.ts';
import { MemoryPlace } from '#test/lab/places/memory-place.ts';

/** A vigie's backups on a clock that is moved by hand: one database `pad`, a main place, a copy at bob's, a sealed one off site. */
export interface BackupScene {
  readonly clock: ManualClock;
  readonly databases: MemoryDatabases;
  readonly main: MemoryPlace;
  readonly bob: MemoryPlace;
  readonly offsite: MemoryPlace;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly backups: Backups;
  readonly logged: string[];
  /** Options of an operation. */
  readonly options: (operation: string, signal?: AbortSignal) => TakeOptions;
}

export async function backupScene(): Promise<BackupScene> {
  const clock = new ManualClock();
  const databases = new MemoryDatabases(clock);
  databases.addDatabase({ name: 'pad', tables: { 'public.notes': 120, 'public.users': 4 } });
  const [main, bob, offsite] = [new MemoryPlace('main', clock), new MemoryPlace('bob', clock), new MemoryPlace('offsite', clock)];
  const sealer = lookAlikeSealer();
  const store = await openStore(':memory:', clock);
  const logged: string[] = [];
  const note = (_data: object, text: string): unknown => logged.push(text);
  const places = {
    main,
    copies: [
      { place: bob, sealer: null },
      { place: offsite, sealer },
    ],
  };
  const backups = createBackups({
    places,
    keepOf: () => LAB_KEEP,
    fullPercent: 85,
    databases,
    store,
    clock,
    timezone: 'Europe/Paris',
    log: { info: note, warn: note, error: note },
  });
  const options = (operation: string, signal: AbortSignal = new AbortController().signal): TakeOptions => ({
    operation,
    scheduled: true,
    signal,
    progress: () => undefined,
  });
  return { clock, databases, main, bob, offsite, sealer, store, backups, logged, options };
}
