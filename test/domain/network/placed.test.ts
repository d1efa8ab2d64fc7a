import { describe, expect, it } from 'vitest';
import { placeAddresses } from '#domain/network/placed.ts';

const held = (address: string, name = 'eth0', duplicate = false) => ({ address, interface: name, duplicate });
const machine = (...all: readonly ReturnType<typeof held>[]) => ({ held: all, neighbours: [], macs: ['02:00:00:00:00:01'] });

describe('an address that nobody configured', () => {
  it('is told of only where two machines meet on it', () => {
    const own = [
      held('127.0.0.1', 'lo'),
      held('172.17.0.1', 'docker0'),
      held('172.18.0.1', 'br-1a2b'),
      held('fe80::1'),
      held('169.254.0.1'),
    ];
    const seen = new Map([
      ['pica01', machine(...own, held('10.0.0.1'))],
      ['pica02', machine(...own, held('10.0.0.2'))],
    ]);
    expect(placeAddresses([], seen)).toEqual([]);
    seen.set('pica03', machine(held('10.0.0.1')));
    expect(placeAddresses([], seen)).toMatchObject([{ address: '10.0.0.1', state: 'twice', at: ['pica01', 'pica03'] }]);
  });

  it('is held by another one too where IPv6 says so', () => {
    expect(placeAddresses([], new Map([['pica01', machine(held('fd00::1', 'eth0', true))]]))).toMatchObject([
      { address: 'fd00::1', state: 'twice', at: ['pica01', '?'] },
    ]);
  });
});

describe('an address of the configuration', () => {
  const known = { address: '10.0.0.1', machine: 'pica01', purpose: null, spare: false };

  it('is unknown where its machine is one that vigie does not look at', () => {
    expect(placeAddresses([known], new Map([['pica02', machine()]]))).toMatchObject([{ state: 'unknown' }]);
  });

  it('is not held by a stranger where no machine is known to hold it', () => {
    const seen = new Map([
      ['alice', { ...machine(), neighbours: [{ address: '10.0.0.1', mac: '02:00:00:00:00:09' }] }],
      ['pica01', machine()],
    ]);
    expect(placeAddresses([known], seen)).toMatchObject([{ state: 'nowhere', at: [] }]);
  });

  it('may be any machine’s where nobody said whose', () => {
    expect(placeAddresses([{ ...known, machine: null }], new Map([['pica02', machine(held('10.0.0.1'))]]))).toMatchObject([
      { state: 'right', at: ['pica02'] },
    ]);
  });

  it('is spare for sure only where every machine answers', () => {
    const spare = { ...known, machine: null, spare: true };
    expect(placeAddresses([spare], new Map([['pica01', null]]))).toMatchObject([{ state: 'unknown' }]);
    expect(placeAddresses([spare], new Map([['pica01', machine()]]))).toMatchObject([{ state: 'right' }]);
  });
});
