import { describe, expect, it } from 'vitest';
import { judgeName, nearestAddress, type Held } from '#domain/names/judge.ts';
import type { AskedServer, NameAnswer, NameView, OwnAddress } from '#domain/names/name-view.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 30);
const own = (address: string, machine: string, spare = false): OwnAddress => ({ address, machine, purpose: null, spare });
/** Picasoft's. */
const ADDRESSES = [
  own('91.224.148.57', 'pica01'),
  own('91.224.148.58', 'alice', true),
  own('91.224.148.59', 'alice', true),
  own('91.224.148.60', 'pica02'),
  own('91.224.148.61', 'monitoring'),
];
const BOTH = ['91.224.148.57', '91.224.148.60'];

function answer(addresses: readonly string[], change: Partial<NameAnswer> = {}): NameAnswer {
  const records = addresses.map((address) => ({ address, ttl: 300 }));
  return { code: 'NOERROR', authoritative: true, records, alias: null, serial: 7, signedUntil: null, ...change };
}

function server(name: string, given: NameAnswer | null): AskedServer {
  const problem = given === null ? ({ code: 'names_unanswered', params: { server: name, reason: 'timeout' } } as const) : null;
  return { server: name, address: '192.0.2.1', answer: given, problem };
}

function view(servers: readonly AskedServer[], seen: NameAnswer | null = answer(BOTH, { authoritative: false, serial: null })): NameView {
  return { name: 'team.picasoft.net', zone: 'picasoft.net', servers, resolver: server('resolver', seen) };
}

function judged(looked: NameView, held: Partial<Held> = {}) {
  return judgeName(looked, { addresses: ADDRESSES, isDead: () => null, mostTtl: 300, now: NOW, ...held });
}
const seen = (addresses: readonly string[]) => answer(addresses, { authoritative: false, serial: null });

describe('a public name', () => {
  it('is well where each server says the same, and the addresses are those of machines', () => {
    expect(judged(view([server('ns1', answer(BOTH)), server('ns2', answer(BOTH.toReversed()))]))).toEqual([]);
  });

  it('leads to an address that is nobody’s: the nearest own one is named', () => {
    const slip = ['91.224.148.57', '91.224.57.60'];
    expect(judged(view([server('ns1', answer(slip))], seen(slip)))).toEqual([
      { kind: 'stranger', address: '91.224.57.60', nearest: '91.224.148.60', machine: 'pica02' },
    ]);
    expect(judged(view([server('ns1', answer(['8.8.8.8']))], seen(['8.8.8.8'])))).toEqual([
      { kind: 'stranger', address: '8.8.8.8', nearest: null, machine: null },
    ]);
  });

  it('says nothing of strangers where nobody said which addresses are the own ones', () => {
    expect(judged(view([server('ns1', answer(['8.8.8.8']))], seen(['8.8.8.8'])), { addresses: [] })).toEqual([]);
  });

  it('leads to a dead machine, or to a spare address', () => {
    expect(judged(view([server('ns1', answer(BOTH))]), { isDead: (machine) => machine === 'pica02' })).toEqual([
      { kind: 'dead', address: '91.224.148.60', machine: 'pica02' },
    ]);
    const spare = ['91.224.148.58'];
    expect(judged(view([server('ns1', answer(spare))], seen(spare)))).toEqual([
      { kind: 'spare', address: '91.224.148.58', machine: 'alice' },
    ]);
  });

  it('lives longer than a failover can bear', () => {
    expect(judged(view([server('ns1', answer(BOTH))]), { mostTtl: 60 })).toEqual([{ kind: 'ttl', ttl: 300, most: 60 }]);
  });

  it('is behind on one server, by serials that go round', () => {
    expect(judged(view([server('ns1', answer(BOTH, { serial: 2 })), server('ns2', answer(BOTH, { serial: 4_294_967_290 }))]))).toEqual([
      { kind: 'behind', server: 'ns2', serial: 4_294_967_290, newest: 2 },
    ]);
  });

  it('has servers that disagree, are silent, or speak for nothing', () => {
    const servers = [server('ns1', answer(BOTH)), server('ns2', answer(['91.224.148.57'])), server('ns3', null)];
    const found = judged(view([...servers, server('ns4', answer([], { authoritative: false, code: 'REFUSED' }))]));
    expect(found.map(({ kind }) => kind)).toEqual(['silent', 'lame', 'disagree']);
  });

  it('is not there', () => {
    const none = answer([], { code: 'NXDOMAIN' });
    expect(judged(view([server('ns1', none)], { ...none, authoritative: false }))).toEqual([{ kind: 'missing', code: 'NXDOMAIN' }]);
  });

  it('is seen otherwise by the public', () => {
    expect(judged(view([server('ns1', answer(BOTH))], seen(['91.224.148.61'])))).toEqual([
      { kind: 'resolver', server: 'resolver', addresses: ['91.224.148.61'] },
    ]);
  });

  it('has a signature that ends within three days', () => {
    const signed = (days: number) => view([server('ns1', answer(BOTH, { signedUntil: NOW + days * DAY }))]);
    expect(judged(signed(2))).toEqual([{ kind: 'signature', until: NOW + 2 * DAY }]);
    expect(judged(signed(4))).toEqual([]);
  });

  it.each([
    [answer([], { code: 'SERVFAIL', authoritative: false }), answer([], { code: 'SERVFAIL', authoritative: false }), 'SERVFAIL'],
    [answer([], { code: 'REFUSED', authoritative: false }), seen([]), 'REFUSED'],
    [answer([], { code: 'REFUSED', authoritative: false }), answer([], { code: 'NXDOMAIN', authoritative: false }), 'NXDOMAIN'],
    [answer([]), answer([], { code: 'SERVFAIL', authoritative: false }), 'NOERROR'],
  ])('without addresses is told with what servers answer', (said, heard, code) => {
    expect(judged(view([server('ns1', said)], heard))[0]).toEqual({ kind: 'missing', code });
  });

  it('is unknown where nobody answers: neither there nor missing', () => {
    expect(judged(view([server('ns1', null)], null)).map(({ kind }) => kind)).toEqual(['silent', 'silent']);
  });
});

describe('an IPv6 address', () => {
  const LONG = '2001:0DB8:0:0:0:0:0:60';

  it.each(['2001:db8::60', LONG])('is its machine’s in whichever form it stands: %s', (configured) => {
    for (const shown of ['2001:db8::60', LONG])
      expect(judged(view([server('ns1', answer([shown]))], seen([shown])), { addresses: [own(configured, 'pica01')] })).toEqual([]);
  });

  it('is the same at two servers that write it differently, and at the resolver', () => {
    const servers = [server('ns1', answer(['2001:db8::60'])), server('ns2', answer([LONG]))];
    expect(judged(view(servers, seen([LONG])), { addresses: [] })).toEqual([]);
  });

  it('is compared part by part with the own ones, shortened or not', () => {
    expect(nearestAddress('2001:db8::61', [own(LONG, 'pica01')])?.machine).toBe('pica01');
    expect(nearestAddress('fd00::61', [own('2001:db8:1:2:3:4:5:6', 'pica01')])).toBeNull();
  });
});

describe('the nearest own address', () => {
  it.each([
    ['91.224.57.60', '91.224.148.60'],
    ['91.224.148.62', '91.224.148.61'],
    ['91.225.148.57', '91.224.148.57'],
    ['10.0.0.1', undefined],
    ['2001:db8::1', undefined],
  ])('of %s is %s', (address, near) => {
    expect(nearestAddress(address, ADDRESSES)?.address).toBe(near);
  });
});
