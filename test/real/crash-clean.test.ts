import { describe, expect, it } from 'vitest';
import { expectCleaned, playClean } from '#test/crash/clean.ts';
import { pointsToTry } from '#test/crash/points.ts';

/** Every write of the journal while a machine is cleaned, and every change of its state, found by watching one that nobody disturbs. */
const { points } = await playClean(null);

describe('vigie killed while it cleans a machine', () => {
  it('writes every removal before and after it', () => {
    for (const kind of ['log', 'image', 'partial'])
      for (const moment of ['begin', 'finish']) expect(points.filter((point) => point.startsWith(`${moment}:${kind}:`))).toHaveLength(2);
  });

  it.each(pointsToTry(points))('at %s removes each thing once, and says so', async (point) => {
    expectCleaned(await playClean(point));
  });
});
