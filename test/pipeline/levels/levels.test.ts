import { beforeEach, describe, expect, it } from 'vitest';
import { keepLevels, levelsReader } from '#pipeline/levels/levels.ts';
import { readLevels, watchLevels } from '#pipeline/levels/watch.ts';
import { withMissing } from '#app/app/systems.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';

const HOUR_MS = 3_600_000;
const NAME = 'volume data';

let kept: Map<string, string>;
const facts = {
  fact: async (name: string) => kept.get(name) ?? null,
  remember: async (name: string, value: string) => void kept.set(name, value),
};
beforeEach(() => {
  kept = new Map();
});

/** Levels at whole hours, the last one now. */
async function trendOf(levels: readonly number[], now = 100 * HOUR_MS) {
  for (const [index, level] of levels.entries())
    await keepLevels(facts, new Map([[NAME, level]]), now - (levels.length - 1 - index) * HOUR_MS);
  return (await levelsReader(facts, () => now).trends()).get(NAME);
}

describe('the trend of a level', () => {
  it('is when the line through the last hours reaches the end', async () => {
    expect(await trendOf([0.5, 0.6, 0.7])).toEqual({ state: 'fills', inMs: expect.closeTo(3 * HOUR_MS, -2) });
  });

  it('is steady where it shrinks or stays, and over where it is full', async () => {
    expect(await trendOf([0.7, 0.6, 0.5])).toEqual({ state: 'steady' });
    kept.clear();
    expect(await trendOf([0.5, 0.5, 0.5])).toEqual({ state: 'steady' });
    kept.clear();
    expect(await trendOf([0.9, 0.95, 1])).toEqual({ state: 'fills', inMs: 0 });
  });

  it('is unknown after two looks', async () => {
    expect(await trendOf([0.5, 0.9])).toEqual({ state: 'unknown' });
  });

  it('forgets what is older than six hours, and what lies ahead of a clock that was set back', async () => {
    expect(await trendOf([0.1, 0.2, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])).toEqual({ state: 'steady' });
    expect(await levelsReader(facts, () => HOUR_MS).trends()).toEqual(new Map());
  });

  it('begins anew where what was kept can not be read', async () => {
    kept.set('levels', '{"volume data": "half"}');
    expect(await trendOf([0.5, 0.6, 0.7])).toMatchObject({ state: 'fills' });
    kept.set('levels', '{');
    expect(await levelsReader(facts, () => 0).trends()).toEqual(new Map());
  });
});

describe('what is noted', () => {
  it('is everything that answers', async () => {
    const clock = new ManualClock();
    const systems = withMissing({ volumes: new MemoryVolumes(clock), hypervisor: picasoftHypervisor(clock) });
    const names = [...(await readLevels(systems, AbortSignal.timeout(5_000))).keys()];
    expect(names).toContain('volume data');
    expect(names).toContain('storage alice local');
    expect(names.some((name) => name.startsWith('disk'))).toBe(false);
  });

  it('is noted every quarter of an hour, whatever does not answer', async () => {
    const clock = new ManualClock();
    const loop = watchLevels({ sources: withMissing({ volumes: new MemoryVolumes(clock) }), facts, clock, log: { warn: () => undefined } });
    for (let minute = 0; minute < 40; minute += 1) await clock.advance(60_000);
    await loop.stop();
    expect(JSON.parse(kept.get('levels') ?? '{}')[NAME]).toHaveLength(3);
  });
});
