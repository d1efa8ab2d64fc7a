import type { JsonObject } from '#kernel/json.ts';

/** At most one word a second: posts aren't edited more often either. */
const EVERY_MS = 1_000;
/** Before that a rate says nothing. */
const SETTLED_MS = 3_000;

export interface Meter {
  /** Bytes so far. */
  readonly moved: (bytes: number) => void;
  /** Waits until what was last shown is stored. */
  done(): Promise<void>;
}

/**
 * Shows how far a stream of bytes is: bytes, rate, and when it is expected to end.
 * @param expected how many there will be, by the last time; null where nobody knows
 */
export function createMeter(
  show: { readonly progress: (data: JsonObject) => Promise<void>; readonly now: () => number },
  phase: string,
  expected: number | null,
): Meter {
  const begin = show.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  let showing = Promise.resolve();
  const moved = (bytes: number): void => {
    const now = show.now();
    if (now - shownAt < EVERY_MS) return;
    shownAt = now;
    const data = { phase, bytes, ...pace(bytes, now - begin, expected) };
    showing = showing.then(() => show.progress(data));
    // Who waits for it in `done` learns of it; until then it is nobody's fault.
    showing.catch(() => undefined);
  };
  moved(0);
  return { moved, done: () => showing };
}

function pace(bytes: number, elapsedMs: number, expected: number | null) {
  const rate = elapsedMs < SETTLED_MS || bytes === 0 ? null : Math.round((bytes / elapsedMs) * 1_000);
  const left = rate === null || expected === null || expected <= bytes ? null : Math.round(((expected - bytes) / rate) * 1_000);
  return { expected, rate, left_ms: left };
}

/** Passes a dump on and tells how much of it went by. */
export async function* counted(dump: AsyncIterable<Uint8Array>, moved: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of dump) {
    bytes += chunk.byteLength;
    moved(bytes);
    yield chunk;
  }
}
