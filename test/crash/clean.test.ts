import { describe, it } from 'vitest';
import { expectCleaned, OLD, playClean } from './clean.ts';

/** The moment at which what is written and what is done differ; every point of the journal is tried beside the real servers. */
const POINTS = [`finish:image:${OLD}:before`];

describe('vigie killed while it cleans a machine', () => {
  it.concurrent.each(POINTS)('at %s removes each thing once, and says so', { timeout: 120_000 }, async (point) => {
    expectCleaned(await playClean(point));
  });
});
