import { describe, expect, it } from 'vitest';
import { expectWholeStory, playGuest } from './guests.ts';

const SNAPSHOT = { command: 'snapshot pica01', approver: null };

describe('vigie killed during a snapshot', () => {
  it.concurrent.each(['finish:snapshot:before', 'begin:follow:after'])(
    'at %s ends the story right, with one snapshot',
    { timeout: 60_000 },
    async (point) => {
      const end = await playGuest(SNAPSHOT, point);
      expectWholeStory(end, 'succeeded');
      expect(end.tasks.map(({ kind }) => kind)).toEqual(['qmsnapshot']);
      expect(end.snapshots).toHaveLength(1);
      expect(end.text).toMatch(/Done in/u);
    },
  );

  it.concurrent('before it was sent, fails and says so: nothing is done twice on a guess', { timeout: 60_000 }, async () => {
    const end = await playGuest(SNAPSHOT, 'begin:snapshot:after');
    expectWholeStory(end, 'failed');
    expect(end.tasks).toEqual([]);
    expect(end.text).toMatch(/vigie stopped during `snapshot`, before it took effect\. Ask again/u);
  });
});
