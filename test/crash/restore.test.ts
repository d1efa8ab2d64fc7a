import { describe, expect, it } from 'vitest';
import { expectRightEnd } from './restore-end.ts';
import { playDatabases, type Story } from './restore.ts';

/** The moments that matter most; every point of the journal is tried beside the real servers. */
const POINTS: readonly (readonly [Story, string])[] = [
  ['restore', 'begin:load:after'],
  ['restore', 'finish:swap:before'],
];

describe('vigie killed', () => {
  it.each(POINTS)('during a %s at %s ends the story right', { timeout: 90_000 }, async (story, point) => {
    const end = await playDatabases(story, point);
    expect(end.died).toBe(true);
    expectRightEnd(story, end);
  });
});
