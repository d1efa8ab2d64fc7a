import { describe, expect, it } from 'vitest';
import { firstBroken, judgeWay, type HopView, type ServiceFacts, type WayFacts, type WayHop } from '#domain/routes/way.ts';

const SERVICE: ServiceFacts = {
  name: 'team',
  wanted: 1,
  running: 1,
  update: null,
  network: { state: 'well', name: 'proxy' },
  trouble: null,
  databases: null,
  full: null,
};

const WELL: WayFacts = {
  dns: { addresses: ['192.0.2.57'], problem: null, code: null, answering: 2, servers: 2, amiss: [] },
  addresses: [
    {
      address: '192.0.2.57',
      machine: 'pica01',
      dead: false,
      stranger: false,
      nearest: null,
      spare: false,
      walk: { failed: null, problem: null, status: 200, text: '', daysLeft: 60, latencyMs: 12 },
    },
  ],
  routing: {
    known: true,
    routers: [{ service: 'team', router: 'team', rule: 'Host(`team`)', port: 8065, elsewhere: false }],
    ignored: [],
    lacking: [],
    other: null,
  },
  service: SERVICE,
  serviceProblem: null,
};

function hop(name: WayHop, change: Partial<WayFacts>): HopView | undefined {
  return judgeWay({ ...WELL, ...change }).find((each) => each.hop === name);
}

const dns = (change: Partial<WayFacts['dns']>): HopView | undefined => hop('dns', { addresses: [], dns: { ...WELL.dns, ...change } });

describe('the way of a name', () => {
  it('is well where every hop is', () => {
    expect(firstBroken(judgeWay(WELL))).toBeNull();
  });

  it.each([
    ['NXDOMAIN', 'missing'],
    ['NOERROR', 'empty'],
    ['SERVFAIL', 'refused'],
    ['REFUSED', 'refused'],
  ])('breaks at DNS where it has no address, with what servers answer: %s', (code, reason) => {
    expect(dns({ addresses: [], code })).toMatchObject({ state: 'broken', reason, about: { code } });
  });

  it('is unknown at DNS where nobody answers', () => {
    expect(dns({ addresses: null, answering: 0 })).toMatchObject({ state: 'unknown', reason: 'unasked' });
  });

  it.each(['absent', 'detached', 'unshared'] as const)('breaks at the network that is %s, with its name', (state) => {
    const service = { ...SERVICE, network: { state, name: 'proxy' } };
    expect(hop('network', { service })).toMatchObject({ state: 'broken', reason: state, about: { service: 'team', network: 'proxy' } });
    expect(firstBroken(judgeWay({ ...WELL, service }))?.hop).toBe('network');
  });

  it('passes a network of which nobody can tell', () => {
    expect(hop('network', { service: { ...SERVICE, network: null } })).toMatchObject({ state: 'passed' });
  });
});
