import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Loop } from '#kernel/loop.ts';
import { startCollecting, startRelieving } from '#app/app/collecting.ts';
import { ManualClock } from '#test/lab/clock.ts';

const [FIRST_MS, MINUTE_MS, MB] = [3_000, 60_000, 1024 * 1024];
let clock: ManualClock;
let loop: Loop;
let heapMb: number;
let busyMs: number;
let collected: number;

beforeEach(async () => {
  clock = new ManualClock();
  [heapMb, busyMs, collected] = [50, 2_000, 0];
  loop = startCollecting(clock, {
    committed: () => heapMb * MB,
    busyMs: () => busyMs,
    collect() {
      collected += 1;
      heapMb = 40;
    },
  });
  await clock.advance(0);
});
afterEach(async () => {
  await loop.stop();
  expect(clock.sleeping).toBe(0);
});

describe('collecting', () => {
  it('comes once after the start, however busy that was', async () => {
    busyMs += FIRST_MS;
    await clock.advance(FIRST_MS);
    expect(collected).toBe(1);
    await clock.advance(10 * MINUTE_MS);
    expect(collected).toBe(1);
  });

  it('comes again when a load has left much', async () => {
    await clock.advance(FIRST_MS);
    heapMb = 90;
    await clock.advance(MINUTE_MS);
    expect(collected).toBe(2);
  });

  it('leaves to V8 what it would sweep itself', async () => {
    await clock.advance(FIRST_MS);
    heapMb = 52;
    await clock.advance(5 * MINUTE_MS);
    expect(collected).toBe(1);
  });

  it('waits for a minute in which nobody waits for it', async () => {
    await clock.advance(FIRST_MS);
    heapMb = 90;
    busyMs += 10_000;
    await clock.advance(MINUTE_MS);
    expect(collected).toBe(1);
    await clock.advance(MINUTE_MS);
    expect(collected).toBe(2);
  });
});

describe('relieving', () => {
  let outsideMb: number;
  let usedMb: number;
  let relieved: number;
  let relieving: Loop;
  beforeEach(async () => {
    [outsideMb, usedMb, relieved] = [5, 5, 0];
    const memory = {
      outside: () => outsideMb * MB,
      relieve() {
        relieved += 1;
        outsideMb = usedMb;
      },
    };
    relieving = startRelieving(clock, memory);
    await clock.advance(0);
  });
  afterEach(() => relieving.stop());

  const look = (mb: number): Promise<unknown> => {
    outsideMb = mb;
    return clock.advance(1_000);
  };

  it('comes while much passes through, and leaves to V8 what is little', async () => {
    await look(16);
    expect(relieved).toBe(0);
    await look(18);
    await look(18);
    expect(relieved).toBe(2);
  });

  it('looks more often while something passes through', async () => {
    await look(8);
    outsideMb = 22;
    await clock.advance(100);
    expect(relieved).toBe(1);
  });

  it('comes once for what is still in use, and again for what is more than that', async () => {
    usedMb = 60;
    await look(60);
    await look(70);
    expect(relieved).toBe(1);
    await look(77);
    expect(relieved).toBe(2);
  });

  it('counts from the least that there was', async () => {
    usedMb = 60;
    await look(60);
    await look(3);
    await look(20);
    expect(relieved).toBe(2);
  });
});
