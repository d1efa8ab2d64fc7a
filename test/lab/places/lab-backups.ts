import type { Clock } from '#kernel/clock.ts';
import type { Keep } from '#domain/backup/retention.ts';
import type { BackupSettings } from '#pipeline/backup/archive.ts';
import { lookAlikeSealer } from './look-alike-sealer.ts';
import { MemoryPlace } from './memory-place.ts';

/** What Picasoft keeps: a week. */
export const LAB_KEEP: Keep = { withinMs: 7 * 86_400_000, last: 4, daily: 0, weekly: 0, monthly: 0, yearly: 0, atLeastMs: 86_400_000 };

/** The lab's places: GlusterFS, the other machine, and a friend's disk that gets sealed copies. */
export interface LabPlaces {
  readonly main: MemoryPlace;
  readonly bob: MemoryPlace;
  readonly offsite: MemoryPlace;
}

export function labPlaces(clock: Clock): LabPlaces {
  return { main: new MemoryPlace('gluster', clock), bob: new MemoryPlace('bob', clock), offsite: new MemoryPlace('offsite', clock) };
}

export function labBackups({ main, bob, offsite }: LabPlaces): BackupSettings {
  const copies = [
    { place: bob, sealer: null },
    { place: offsite, sealer: lookAlikeSealer() },
  ];
  return { places: { main, copies }, keepOf: () => LAB_KEEP, fullPercent: 85 };
}
