import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Loop } from '#kernel/loop.ts';
import { startBeating } from '#app/app/heartbeat.ts';
import { ManualClock } from '#test/lab/clock.ts';

const EVERY_MS = 60_000;
let clock: ManualClock;
let loop: Loop | null = null;
let beats: number[];
let logged: string[];
let heard: boolean;

beforeEach(() => {
  clock = new ManualClock();
  [beats, logged, heard] = [[], [], true];
});
afterEach(async () => {
  await loop?.stop();
  expect(clock.sleeping).toBe(0);
});

function start(healthy: () => boolean | Promise<boolean>): void {
  const from = clock.now();
  const log = (_: object, text: string): void => void logged.push(text);
  const heartbeat = {
    async beat() {
      if (!heard) throw new VigieError('heartbeat_failed', { reason: 'HTTP 500' });
      beats.push((clock.now() - from) / EVERY_MS);
    },
  };
  loop = startBeating({ heartbeat, everyMs: EVERY_MS, clock, healthy, log: { info: log, warn: log, error: log } });
}

describe('heartbeat', () => {
  it('beats at once and then every minute', async () => {
    start(() => true);
    await clock.advance(3 * EVERY_MS);
    expect(beats).toEqual([0, 1, 2, 3]);
    expect(logged).toEqual([]);
  });

  it('is withheld as long as nobody hears vigie, and goes on afterwards', async () => {
    let healthy = true;
    start(async () => healthy);
    await clock.advance(EVERY_MS);
    healthy = false;
    await clock.advance(3 * EVERY_MS);
    healthy = true;
    await clock.advance(2 * EVERY_MS);
    expect(beats).toEqual([0, 1, 5, 6]);
    expect(logged).toEqual(['the heartbeat is withheld: nobody hears vigie', 'the heartbeat is heard again']);
  });

  it('is withheld when health itself fails', async () => {
    start(() => Promise.reject(new Error('no idea')));
    await clock.advance(2 * EVERY_MS);
    expect(beats).toEqual([]);
  });

  it('goes on after beats that were not heard, and says so once', async () => {
    heard = false;
    start(() => true);
    await clock.advance(2 * EVERY_MS);
    heard = true;
    await clock.advance(EVERY_MS);
    expect(beats).toEqual([3]);
    expect(logged).toEqual(['the heartbeat failed', 'the heartbeat is heard again']);
  });

  it('ends when it is stopped', async () => {
    start(() => true);
    await clock.advance(0);
    await loop?.stop();
    await clock.advance(3 * EVERY_MS);
    expect(beats).toEqual([0]);
  });
});
