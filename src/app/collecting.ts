import { getHeapStatistics } from 'node:v8';
import type { Clock } from '#kernel/clock.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';

/** What of the process is looked at, and what may be done to it. */
export interface Process {
  /** Of V8's heap with what is free in it, in bytes. */
  committed(): number;
  /** CPU since the process began, in milliseconds. */
  busyMs(): number;
  /** Stops everything for a tenth of a second. */
  collect(): void;
  /** Of pieces of files and answers, which lie outside of that heap, with those that nobody looks at any more, in bytes. */
  outside(): number;
  /** Lets go of those. Stops everything for some hundredths of a second. */
  relieve(): void;
}

/** The first look, once what starts has started. */
const FIRST_MS = 3_000;
const EVERY_MS = 60_000;
/** V8 sweeps by itself long before a third more is used (`--heap-growing-percent` of bin/vigie): what is above that is left of a load. */
const GROWN_BYTES = 16 * 1024 * 1024;
/** Nobody should wait for a collection: it comes in a minute in which vigie did next to nothing. */
const QUIET_SHARE = 0.05;

/**
 * Gives back what starting took, and what loads leave: V8 by itself keeps pages, and code that ran once, for as long as nothing asks for
 * memory. Ten megabytes after a start.
 */
export function startCollecting(clock: Clock, memory: Pick<Process, 'committed' | 'busyMs' | 'collect'>): Loop {
  let before: { readonly at: number; readonly busyMs: number } | null = null;
  let least = 0;
  return startLoop(clock, async () => {
    const now = { at: clock.now(), busyMs: memory.busyMs() };
    const last = before;
    before = now;
    if (last === null) return FIRST_MS;
    const quiet = least === 0 || now.busyMs - last.busyMs < QUIET_SHARE * (now.at - last.at);
    if (quiet && memory.committed() - least > GROWN_BYTES) {
      memory.collect();
      least = memory.committed();
    }
    return EVERY_MS;
  });
}

/** While nothing passes through, and while something does. */
const OUTSIDE_EVERY_MS = { quiet: 500, passing: 100 } as const;
const OUTSIDE_BYTES = 12 * 1024 * 1024;
/** More than this above the least there was, and something passes through. */
const PASSING_BYTES = 2 * 1024 * 1024;

/**
 * Lets go of what passed through before it is as much as V8 lets lie: 64 MB. Pieces of a dump that waited for a slow disk outlive its
 * quick collections. Source: `kExternalAllocationSoftLimit` of V8's `include/v8-internal.h`.
 */
export function startRelieving(clock: Clock, memory: Pick<Process, 'outside' | 'relieve'>): Loop {
  let least = memory.outside();
  return startLoop(clock, async () => {
    const outside = memory.outside();
    least = Math.min(least, outside);
    if (outside - least <= OUTSIDE_BYTES) return outside - least > PASSING_BYTES ? OUTSIDE_EVERY_MS.passing : OUTSIDE_EVERY_MS.quiet;
    memory.relieve();
    // What is still in use isn't looked for again and again.
    least = memory.outside();
    return OUTSIDE_EVERY_MS.passing;
  });
}

/** Null where Node was started without `--expose-gc`: then V8 is left to itself. */
export function startCollectingHere(clock: Clock): Pick<Loop, 'stop'> | null {
  const { gc } = globalThis;
  if (gc === undefined) return null;
  const memory: Process = {
    committed: () => process.memoryUsage().heapTotal,
    busyMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    // The one flavour that forgets code that isn't used, and gives free pages back.
    collect: () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    // Node's own `memoryUsage` asks the system as well, four times a second.
    outside: () => getHeapStatistics().external_memory,
    relieve: () => gc({ type: 'major', execution: 'sync', flavor: 'regular' }),
  };
  const loops = [startCollecting(clock, memory), startRelieving(clock, memory)];
  return {
    async stop() {
      for (const loop of loops) await loop.stop();
    },
  };
}
