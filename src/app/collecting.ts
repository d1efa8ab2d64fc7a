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
  /** Lets go of what was just used: half a millisecond. It counts as gone once something new comes. */
  sweep(): void;
  /** Lets go of all those. Stops everything for some hundredths of a second. */
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
/** More than this above the least there was, and something passes through. */
const PASSING_BYTES = 2 * 1024 * 1024;
const SWEPT_BYTES = 4 * 1024 * 1024;
/** Where so much is left though it was swept. */
const OUTSIDE_BYTES = 12 * 1024 * 1024;

/**
 * Lets go of what passed through before it is as much as V8 lets lie: 64 MB. A quick collection finds most of it; pieces of a dump that waited for a slow disk outlive those. What is still in use isn't
 * looked for again and again. Source: `kExternalAllocationSoftLimit` of V8's `include/v8-internal.h`.
 */
export function startRelieving(clock: Clock, memory: Pick<Process, 'outside' | 'sweep' | 'relieve'>): Loop {
  let least = memory.outside();
  /** The least since all was let go of. */
  let ground = least;
  let swept = false;
  return startLoop(clock, async () => {
    const outside = memory.outside();
    [ground, least] = [Math.min(ground, outside), swept ? outside : Math.min(least, outside)];
    if (swept && outside - ground > OUTSIDE_BYTES) {
      memory.relieve();
      [ground, least, swept] = [memory.outside(), memory.outside(), false];
      return OUTSIDE_EVERY_MS.passing;
    }
    swept = outside - least > SWEPT_BYTES;
    if (swept) memory.sweep();
    return swept || outside - least > PASSING_BYTES ? OUTSIDE_EVERY_MS.passing : OUTSIDE_EVERY_MS.quiet;
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
    sweep: () => gc({ type: 'minor', execution: 'sync' }),
    relieve: () => gc({ type: 'major', execution: 'sync', flavor: 'regular' }),
  };
  const loops = [startCollecting(clock, memory), startRelieving(clock, memory)];
  return {
    async stop() {
      for (const loop of loops) await loop.stop();
    },
  };
}
