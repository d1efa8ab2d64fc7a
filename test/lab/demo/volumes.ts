import type { Clock } from '#kernel/clock.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';

const HOUR_MS = 3_600_000;

/** A volume with a story: one file was written on both sides while they didn't see each other, and another one waits to be healed. */
export function demoVolumes(clock: Clock): MemoryVolumes {
  const volumes = new MemoryVolumes(clock);
  const [first, second] = volumes.data.bricks;
  if (first === undefined || second === undefined) return volumes;
  const [agenda, minutes] = ['/cloud/agenda-2026.ods', '/cloud/comptes-rendus/2026-11.odt'];
  first.take(agenda, { content: 'x'.repeat(48_200), now: clock.now() - 9 * HOUR_MS, missing: [second] });
  second.take(agenda, { content: 'x'.repeat(51_700), now: clock.now() - 8 * HOUR_MS, missing: [first] });
  first.take(minutes, { content: 'x'.repeat(12_900), now: clock.now() - HOUR_MS, missing: [second] });
  return volumes;
}
