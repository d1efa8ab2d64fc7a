import { describe, expect, it } from 'vitest';
import { expectRightEnd, playOnLab } from './deploy.ts';

/** The moment at which what is written and what is done differ; every point of the journal is tried beside the real servers. */
const POINTS = ['finish:update:before'];

describe('vigie killed during a deploy', () => {
  it.concurrent.each(POINTS)('at %s ends the story right, with one update', { timeout: 60_000 }, async (point) => {
    const end = await playOnLab(point);
    expectRightEnd(end);
    expect(end.updates).toBe(1);
  });
});
