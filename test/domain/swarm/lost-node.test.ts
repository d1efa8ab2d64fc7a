import { describe, expect, it } from 'vitest';
import { lostNode, nodesAway } from '#domain/swarm/lost-node.ts';

const DRAINED = [{ node: 'pica02', why: 'drain' as const }];
const task = (state: string, node: string | null, createdAt = 10) => ({ state, node, createdAt });

describe('an update that failed', () => {
  it('failed for the node that was drained under it', () => {
    expect(lostNode([task('running', 'pica01'), task('shutdown', 'pica02')], DRAINED, 10)).toEqual(DRAINED[0]);
  });

  it('failed for its image when that failed on a node that stayed', () => {
    expect(lostNode([task('failed', 'pica01'), task('shutdown', 'pica02')], DRAINED, 10)).toBeNull();
  });

  it('failed for the node when its tasks find no other place', () => {
    expect(lostNode([task('pending', null)], DRAINED, 10)).toEqual(DRAINED[0]);
  });

  it('has nothing to do with a node that had none of its new tasks', () => {
    expect(lostNode([task('shutdown', 'pica01'), task('shutdown', 'pica02', 9)], DRAINED, 10)).toBeNull();
  });

  it('is told from nodes that are there', () => {
    const node = (hostname: string, state: string, availability: string) => ({ hostname, state, availability });
    const nodes = [node('pica01', 'ready', 'active'), node('pica02', 'down', 'active'), node('pica03', 'ready', 'pause')];
    expect(nodesAway(nodes)).toEqual([
      { node: 'pica02', why: 'down' },
      { node: 'pica03', why: 'pause' },
    ]);
  });
});
