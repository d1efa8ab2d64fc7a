import { describe, expect, it } from 'vitest';
import { meetsConstraint } from '#domain/swarm/constraint.ts';
import { judgePlacement, type PlacedService, type PlacementNode } from '#domain/swarm/placement.ts';

const GB = 1024 ** 3;
const nothing = { memoryBytes: 0, nanoCpus: 0, hostPorts: [] };

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

const service = (needs: Partial<PlacedService['needs']> = {}, constraints: readonly string[] = []): PlacedService => ({
  id: 'pad',
  constraints,
  needs: { ...nothing, platforms: [], maxPerNode: 0, ...needs },
});

const port = { ...nothing, hostPorts: ['8080/tcp'] };
const replace = (tasks: number, order: 'stop-first' | 'start-first' = 'stop-first') => ({ kind: 'replace', tasks, order }) as const;

describe('a place for new tasks', () => {
  it('is there where nothing hinders', () => {
    expect(judgePlacement(service(), replace(3), [node('a')])).toEqual({ hindered: [], stopFirstWould: false, room: null });
  });

  it('is nowhere with start-first where the old task holds the port of the node', () => {
    const nodes = [node('a', { load: [{ service: 'pad', ...port }] }), node('b', { state: 'down' })];
    expect(judgePlacement(service(port), replace(1, 'start-first'), nodes)).toEqual({
      hindered: [
        { node: 'a', why: 'port' },
        { node: 'b', why: 'down' },
      ],
      stopFirstWould: true,
      room: null,
    });
    expect(judgePlacement(service(port), replace(1), nodes).hindered).toEqual([]);
  });

  it('is there with start-first where another node has the port free', () => {
    const nodes = [node('a', { load: [{ service: 'pad', ...port }] }), node('b')];
    expect(judgePlacement(service(port), replace(1, 'start-first'), nodes).hindered).toEqual([]);
  });

  it('isn’t freed by stopping first when another service holds the port', () => {
    const nodes = [node('a', { load: [{ service: 'web', ...port }] })];
    expect(judgePlacement(service(port), replace(1), nodes)).toMatchObject({
      hindered: [{ node: 'a', why: 'port' }],
      stopFirstWould: false,
    });
  });

  it('is nowhere when no node meets the constraints, or ever had the memory', () => {
    expect(judgePlacement(service({}, ['node.labels.disk==ssd']), replace(1), [node('a')]).hindered).toEqual([
      { node: 'a', why: 'constraint' },
    ]);
    expect(judgePlacement(service({ memoryBytes: 5 * GB }), replace(1), [node('a')]).hindered).toEqual([{ node: 'a', why: 'memory' }]);
  });

  it('counts memory and processors that others have reserved', () => {
    const nodes = [node('a', { load: [{ service: 'web', ...nothing, memoryBytes: 3 * GB }] })];
    expect(judgePlacement(service({ memoryBytes: 2 * GB }), replace(1), nodes).hindered).toEqual([{ node: 'a', why: 'memory' }]);
    const busy = [node('a', { load: [{ service: 'web', ...nothing, nanoCpus: 4e9 }] })];
    expect(judgePlacement(service({ nanoCpus: 1e9 }), replace(1), busy).hindered).toEqual([{ node: 'a', why: 'cpus' }]);
  });

  it('says how many have room when not all do', () => {
    expect(judgePlacement(service({ memoryBytes: 3 * GB }), replace(3), [node('a'), node('b')])).toMatchObject({ hindered: [], room: 2 });
    expect(judgePlacement(service({ maxPerNode: 1 }), replace(2), [node('a'), node('b')]).room).toBeNull();
  });

  it('keeps what runs when more are wanted', () => {
    const nodes = [node('a', { load: [{ service: 'pad', ...port }] }), node('b')];
    expect(judgePlacement(service(port), { kind: 'more', tasks: 2 }, nodes)).toMatchObject({ hindered: [], room: 1 });
    expect(judgePlacement(service(port), { kind: 'more', tasks: 1 }, nodes.slice(0, 1)).hindered).toEqual([{ node: 'a', why: 'port' }]);
    expect(judgePlacement(service(port), { kind: 'more', tasks: 0 }, nodes.slice(0, 1)).hindered).toEqual([]);
  });

  it('of one on each node is held up by the node that has none', () => {
    const nodes = [node('a', { load: [{ service: 'pad', ...port }] }), node('b', { availability: 'drain' })];
    expect(judgePlacement(service(port), { kind: 'each-node', order: 'start-first' }, nodes).hindered).toEqual([
      { node: 'a', why: 'port' },
    ]);
    expect(judgePlacement(service(port), { kind: 'each-node', order: 'stop-first' }, nodes).hindered).toEqual([]);
    expect(judgePlacement(service(), { kind: 'each-node', order: 'stop-first' }, nodes.slice(1)).hindered).toEqual([
      { node: 'b', why: 'drain' },
    ]);
  });

  it('names platform and pause', () => {
    const nodes = [node('a', { platform: 'linux/arm64' }), node('b', { availability: 'pause' })];
    expect(judgePlacement(service({ platforms: ['linux/amd64'] }), replace(1), nodes).hindered).toEqual([
      { node: 'a', why: 'platform' },
      { node: 'b', why: 'pause' },
    ]);
  });
});

describe('a constraint', () => {
  const ssd = node('pica01', { role: 'manager', labels: { disk: 'ssd' }, engineLabels: { zone: 'utc' } });

  it.each([
    'node.hostname==pica01',
    'node.hostname == PICA01',
    'node.hostname!=pica02',
    'node.role==manager',
    'node.labels.disk == ssd',
    'node.labels.rack != b',
    'engine.labels.zone==utc',
    'node.platform.os==linux',
    'node.id==id-pica01',
    'node.ip==10.0.0.1',
    'node.ip==192.168.0.0/16',
    'node.future==thing',
    'unreadable',
  ])('%s is met', (constraint) => {
    expect(meetsConstraint(ssd, constraint)).toBe(true);
  });

  it.each(['node.hostname==pica02', 'node.role!=manager', 'node.labels.disk==hdd', 'node.labels.rack==b', 'node.ip==10.0.0.2'])(
    '%s is not',
    (constraint) => {
      expect(meetsConstraint(ssd, constraint)).toBe(false);
    },
  );
});
