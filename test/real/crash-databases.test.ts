import { describe, expect, it } from 'vitest';
import { pointsToTry } from '#test/crash/points.ts';
import { expectRightEnd } from '#test/crash/restore-end.ts';
import { playDatabases, type Story } from '#test/crash/restore.ts';

/** Steps that each story must have written down before and after their effect. */
const STEPS: Readonly<Record<Story, readonly string[]>> = {
  backup: ['dump', 'copy'],
  restore: ['safety', 'load', 'compare', 'swap'],
  undo: ['swap'],
};

for (const story of ['backup', 'restore', 'undo'] as const) {
  /** Every write of the journal and every change of state, found by watching a story that nobody disturbs. */
  const { points } = await playDatabases(story, null);

  describe(`vigie killed during a ${story} of a database in memory`, () => {
    it('writes every step before and after its effect', () => {
      for (const step of STEPS[story]) expect(points).toEqual(expect.arrayContaining([`begin:${step}:after`, `finish:${step}:before`]));
    });

    it.each(pointsToTry(points))('at %s ends the story right', async (point) => {
      const end = await playDatabases(story, point);
      expect(end.died).toBe(true);
      expectRightEnd(story, end);
    });
  });
}
