import { describe, expect, it } from 'vitest';
import { isLastManager, judgeDrain, returning, type DrainedService } from '#domain/swarm/drain.ts';
import type { PlacementNode } from '#domain/swarm/placement.ts';

const GB = 1024 ** 3;

const load = (service: string, memoryBytes = 0) => ({ service, memoryBytes, nanoCpus: 0, hostPorts: [] });

const node = (hostname: string, of: Partial<PlacementNode> = {}): PlacementNode => ({
  id: `id-${hostname}`,
  hostname,
  role: 'worker',
  address: '10.0.0.1',
  platform: 'linux/amd64',
  labels: {},
  engineLabels: {},
  availability: 'active',
  state: 'ready',
  memoryBytes: 4 * GB,
  nanoCpus: 4e9,
  load: [],
  ...of,
});

const service = (name: string, of: Partial<DrainedService> & { readonly memoryBytes?: number } = {}): DrainedService => ({
  id: name,
  name,
  mode: 'replicated',
  replicas: 1,
  constraints: [],
  ...of,
  needs: { memoryBytes: of.memoryBytes ?? 0, nanoCpus: 0, hostPorts: [], platforms: [], maxPerNode: 0 },
});

describe('a node that is drained', () => {
  it('gives its tasks to the nodes with the fewest of their service', () => {
    const nodes = [node('a', { load: [load('pad'), load('pad')] }), node('b', { load: [load('pad'), load('pad')] }), node('c')];
    expect(judgeDrain('a', [service('pad', { replicas: 4 })], nodes).moves).toEqual([{ service: 'pad', tasks: 2, to: ['c'] }]);
  });

  it('keeps what only it may have, which stops', () => {
    const pinned = service('postgres', { constraints: ['node.hostname==a'] });
    expect(judgeDrain('a', [pinned], [node('a', { load: [load('postgres')] }), node('b')])).toEqual({
      moves: [],
      stuck: [{ service: 'postgres', tasks: 1, why: [{ node: 'b', why: 'constraint' }], down: true }],
      ends: [],
    });
  });

  it('finds no place for the second of two that one node could take alone', () => {
    const nodes = [node('a', { load: [load('blog', 3 * GB), load('pad', 3 * GB)] }), node('b')];
    const both = [service('pad', { memoryBytes: 3 * GB }), service('blog', { memoryBytes: 3 * GB })];
    const { moves, stuck } = judgeDrain('a', both, nodes);
    expect(moves).toEqual([{ service: 'blog', tasks: 1, to: ['b'] }]);
    expect(stuck).toMatchObject([{ service: 'pad', why: [{ node: 'b', why: 'memory' }], down: true }]);
  });

  it('is not the end of a service that runs elsewhere besides', () => {
    const full = service('pad', { replicas: 2, memoryBytes: 3 * GB });
    const nodes = [node('a', { load: [load('pad', 3 * GB)] }), node('b', { load: [load('pad', 3 * GB)] })];
    expect(judgeDrain('a', [full], nodes).stuck).toMatchObject([{ service: 'pad', tasks: 1, down: false }]);
  });

  it('just ends what has a task on each node', () => {
    const nodes = [node('a', { load: [load('agent')] }), node('b', { load: [load('agent')] })];
    expect(judgeDrain('a', [service('agent', { mode: 'global', replicas: null })], nodes)).toEqual({
      moves: [],
      stuck: [],
      ends: ['agent'],
    });
  });

  it('has nowhere to give anything to when it is the only one', () => {
    expect(judgeDrain('a', [service('pad')], [node('a', { load: [load('pad')] })]).stuck).toEqual([
      { service: 'pad', tasks: 1, why: [], down: true },
    ]);
  });
});

describe('the last manager', () => {
  it('has none beside it that is ready', () => {
    const manager = node('a', { role: 'manager' });
    expect(isLastManager(manager, [manager, node('b')])).toBe(true);
    expect(isLastManager(manager, [manager, node('b', { role: 'manager', state: 'down' })])).toBe(true);
    expect(isLastManager(manager, [manager, node('b', { role: 'manager' })])).toBe(false);
    expect(isLastManager(node('b'), [manager, node('b')])).toBe(false);
  });
});

describe('a node that takes tasks again', () => {
  it('gets what has a task on each node, and may get what waits for a place', () => {
    const services = [
      { ...service('agent', { mode: 'global', replicas: null }), running: 1 },
      { ...service('postgres', { constraints: ['node.hostname==a'] }), running: 0 },
      { ...service('other', { constraints: ['node.hostname==b'] }), running: 0 },
      { ...service('pad'), running: 1 },
    ];
    expect(returning(node('a', { availability: 'drain' }), services)).toEqual({ each_node: ['agent'], waiting: ['postgres'] });
  });
});
