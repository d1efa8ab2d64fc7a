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
  /** What sweeping leaves, and what letting go of all does. */
  let [sweptMb, usedMb] = [5, 5];
  let done: string[];
  let relieving: Loop;
  beforeEach(async () => {
    [outsideMb, sweptMb, usedMb, done] = [5, 5, 5, []];
    const memory = {
      outside: () => outsideMb * MB,
      sweep() {
        done.push('sweep');
        outsideMb = sweptMb;
      },
      relieve() {
        done.push('relieve');
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

  it('sweeps while much passes through, and leaves to V8 what is little', async () => {
    await look(8);
    expect(done).toEqual([]);
    await look(10);
    await look(30);
    expect(done).toEqual(['sweep', 'sweep']);
  });

  it('looks more often while something passes through', async () => {
    await look(8);
    outsideMb = 22;
    await clock.advance(100);
    expect(done).toEqual(['sweep']);
  });

  it('lets go of all where sweeping does not help, and of what outlived it bit by bit', async () => {
    sweptMb = 20;
    await look(20);
    expect(done).toEqual(['sweep', 'relieve']);
    for (const mb of [9, 13, 17, 21]) {
      sweptMb = mb;
      await look(mb + 10);
    }
    expect(done.filter((each) => each === 'relieve')).toHaveLength(2);
  });

  it('comes once for what is still in use, and again for what is more than that', async () => {
    usedMb = sweptMb = 60;
    await look(60);
    await look(63);
    expect(done).toEqual(['sweep', 'relieve']);
    usedMb = sweptMb = 75;
    await look(75);
    expect(done).toEqual(['sweep', 'relieve', 'sweep', 'relieve']);
    await look(75);
    expect(done).toHaveLength(4);
  });

  it('does not sweep again for what is in use and not much', async () => {
    sweptMb = 11;
    for (let time = 0; time < 5; time += 1) await look(11);
    expect(done).toEqual(['sweep']);
  });

  it('counts from the least that there was', async () => {
    usedMb = sweptMb = 60;
    await look(60);
    await look(3);
    [usedMb, sweptMb] = [3, 3];
    await look(20);
    expect(done).toEqual(['sweep', 'relieve', 'sweep']);
  });
});
