import { describe, expect, it } from 'vitest';
import { capacityOf } from '#domain/volume/capacity.ts';
import { onBrick, parseVolumeFile } from '#domain/volume/entry.ts';
import { owed } from '#domain/volume/heals.ts';

const brick = (sizeBytes: number | null, freeBytes: number | null, arbiter = false) => ({ arbiter, sizeBytes, freeBytes });
const GFID = '279f219b-620f-4bdc-85ff-b99ca3cf6471';

describe('what a volume may hold', () => {
  it('is as much as the smaller of two that hold the same, and no arbiter counts', () => {
    const replicated = { replicas: 3, disperse: 0, redundancy: 0, bricks: [brick(100, 40), brick(80, 50), brick(1, 1, true)] };
    expect(capacityOf(replicated)).toEqual({ sizeBytes: 80, freeBytes: 40 });
  });

  it('adds up over sets, and over bricks of which each holds other files', () => {
    const distributed = { replicas: 2, disperse: 0, redundancy: 0, bricks: [brick(100, 40), brick(100, 30), brick(50, 20), brick(50, 20)] };
    expect(capacityOf(distributed)).toEqual({ sizeBytes: 150, freeBytes: 50 });
    expect(capacityOf({ ...distributed, replicas: 1 })).toEqual({ sizeBytes: 300, freeBytes: 110 });
  });

  it('leaves out what is redundant', () => {
    expect(capacityOf({ replicas: 1, disperse: 3, redundancy: 1, bricks: [brick(10, 5), brick(10, 5), brick(10, 4)] })).toEqual({
      sizeBytes: 20,
      freeBytes: 8,
    });
  });

  it('is what the other brick says where one is away, and unknown where a whole set is', () => {
    expect(capacityOf({ replicas: 2, disperse: 0, redundancy: 0, bricks: [brick(null, null), brick(80, 50)] })).toEqual({
      sizeBytes: 80,
      freeBytes: 50,
    });
    expect(capacityOf({ replicas: 2, disperse: 0, redundancy: 0, bricks: [brick(null, null), brick(null, null)] })).toBeNull();
    expect(capacityOf({ replicas: 1, disperse: 0, redundancy: 0, bricks: [] })).toBeNull();
  });
});

describe('what is owed', () => {
  const heals = (host: string, change: Partial<Parameters<typeof owed>[0][number]>) => ({
    host,
    path: '/b',
    answers: true,
    pending: [],
    splitBrain: [],
    ...change,
  });

  it('is each file once, by its name where one brick still knows it', () => {
    const found = owed([
      heals('pica01', {
        pending: [
          { path: null, gfid: GFID },
          { path: null, gfid: 'x' },
        ],
        splitBrain: [{ path: null, gfid: GFID }],
      }),
      heals('pica02', { pending: [{ path: '/a', gfid: GFID }], splitBrain: [{ path: '/a', gfid: GFID }] }),
    ]);
    expect(found).toEqual({ pending: ['gfid:x'], splitBrain: ['/a'], silent: [] });
  });

  it('names the bricks that say nothing', () => {
    expect(owed([heals('pica02', { answers: false })])).toEqual({ pending: [], splitBrain: [], silent: ['pica02:/b'] });
  });
});

describe('a file of a volume', () => {
  it('is found on a brick by its name, or by its number', () => {
    expect(['/docs/été', `gfid:${GFID}`].map(parseVolumeFile).map((file) => (file === null ? null : onBrick('/srv/b', file)))).toEqual([
      '/srv/b/docs/été',
      `/srv/b/.glusterfs/27/9f/${GFID}`,
    ]);
  });

  it.each(['', '/', 'a', '/a/', '//a', '/a/./b', '/a/../b', '/.glusterfs/27', '/a\u0000b', 'gfid:1', `gfid:${GFID.toUpperCase()}`])(
    'is not %j',
    (word) => {
      expect(parseVolumeFile(word)).toBeNull();
    },
  );
});
