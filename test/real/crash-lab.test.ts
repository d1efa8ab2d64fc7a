import { describe, expect, it } from 'vitest';
import { expectRightEnd, playOnLab } from '#test/crash/deploy.ts';
import { pointsToTry } from '#test/crash/points.ts';

/** Every write of a deploy's journal and every change of its state, found by watching one that nobody disturbs. */
const { points } = await playOnLab(null);

describe('vigie killed during a deploy on the Swarm in memory', () => {
  it('writes every step before and after its effect', () => {
    for (const step of ['note-others', 'update', 'see-through', 'enter-release'])
      expect(points).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
    expect(points.length).toBeGreaterThan(20);
  });

  it.each(pointsToTry(points))('at %s ends the story right, with one update, one release, one post', async (point) => {
    const end = await playOnLab(point);
    expectRightEnd(end);
    expect(end.updates).toBe(1);
  });
});
