import { describe, expect, it } from 'vitest';
import { createNetwork } from '#adapters/network/create-network.ts';
import { parseIptables } from '#adapters/network/iptables.ts';
import { parseNft } from '#adapters/network/nft.ts';
import type { Forward } from '#ports/network.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

const line = ({ protocol, address, port, to, toPort }: Forward): string =>
  `${protocol ?? 'any'} ${address ?? '*'} ${port ?? '*'} ${to} ${toPort ?? '='}`;
const DNAT = { dnat: { addr: '10.0.0.2' } };
const match = (left: object, right: unknown, op = '=='): object => ({ match: { op, left, right } });
const port = (right: unknown, op?: string): object => match({ payload: { protocol: 'tcp', field: 'dport' } }, right, op);

function nft(...expr: readonly object[]): { readonly list: readonly string[]; readonly unread: number } {
  const read = parseNft({ nftables: [{ metainfo: {} }, { rule: { family: 'ip', table: 'nat', chain: 'prerouting', handle: 1, expr } }] });
  return { list: (read?.list ?? []).map(line), unread: read?.unread ?? -1 };
}

describe('forwards of nftables', () => {
  it.each([
    ['a port', [port(80), DNAT], ['tcp * 80 10.0.0.2 =']],
    ['a port that becomes another', [port(80), { dnat: { family: 'ip', addr: '10.0.0.2', port: 8080 } }], ['tcp * 80 10.0.0.2 8080']],
    [
      'several, and a range of them',
      [port({ set: [80, { range: [5000, 5010] }] }), { counter: {} }, DNAT],
      ['tcp * 80 10.0.0.2 =', 'tcp * 5000-5010 10.0.0.2 ='],
    ],
    ['an address', [match({ payload: { protocol: 'ip', field: 'daddr' } }, '192.0.2.1'), DNAT], ['any 192.0.2.1 * 10.0.0.2 =']],
    [
      'a network',
      [match({ payload: { protocol: 'ip', field: 'daddr' } }, { prefix: { addr: '192.0.2.0', len: 24 } }), DNAT],
      ['any 192.0.2.0/24 * 10.0.0.2 ='],
    ],
    [
      'a whole protocol',
      [match({ meta: { key: 'l4proto' } }, 'udp'), match({ meta: { key: 'iifname' } }, 'eth0'), DNAT],
      ['udp * * 10.0.0.2 ='],
    ],
    [
      'a map',
      [
        {
          dnat: {
            addr: {
              map: {
                key: { payload: { protocol: 'tcp', field: 'dport' } },
                data: {
                  set: [
                    [25, '10.0.0.5'],
                    [143, { concat: ['10.0.0.6', 1143] }],
                  ],
                },
              },
            },
          },
        },
      ],
      ['tcp * 25 10.0.0.5 =', 'tcp * 143 10.0.0.6 1143'],
    ],
  ])('are read by %s', (_what, expr, list) => {
    expect(nft(...expr)).toEqual({ list, unread: 0 });
  });

  it.each([
    ['a port that is excluded', [port(80, '!='), DNAT]],
    ['a match that it does not know', [match({ payload: { protocol: 'ip', field: 'saddr' } }, '192.0.2.1'), DNAT]],
    ['a named map', [{ dnat: { addr: { map: { key: { payload: { protocol: 'tcp', field: 'dport' } }, data: '@hosts' } } } }]],
  ])('are counted, and not guessed, for %s', (_what, expr) => {
    expect(nft(...expr)).toEqual({ list: [], unread: 1 });
  });

  it('are not what leads nowhere else, nor what iptables made, which tells itself', () => {
    expect(nft(port(9000), { redirect: { port: 9001 } })).toEqual({ list: [], unread: 0 });
    expect(nft(port(80), { xt: { type: 'target', name: 'DNAT' } })).toEqual({ list: [], unread: 0 });
    expect(parseNft([])).toBeNull();
  });
});

describe('forwards of iptables', () => {
  it.each([
    [
      '-A PREROUTING -d 192.0.2.1/32 -i eth0 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 10.0.0.2:22',
      ['tcp 192.0.2.1 2222 10.0.0.2 22'],
    ],
    [
      '-A PREROUTING -p tcp -m multiport --dports 80,8001:8005 -j DNAT --to-destination 10.0.0.2',
      ['tcp * 80 10.0.0.2 =', 'tcp * 8001-8005 10.0.0.2 ='],
    ],
    ['-A mine -d 192.0.2.0/24 -j DNAT --to-destination 10.0.0.2', ['any 192.0.2.0/24 * 10.0.0.2 =']],
    [
      '-A PREROUTING -p udp -m udp --dport 53 -m comment --comment "a -d b" -j DNAT --to-destination [fd00::2]:5353',
      ['udp * 53 fd00::2 5353'],
    ],
    ['-A DOCKER ! -i docker0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80', []],
    ['-A POSTROUTING -o eth0 -j MASQUERADE', []],
  ])('%s', (rule, list) => {
    const read = parseIptables(`*nat\n:PREROUTING ACCEPT [0:0]\n${rule}\nCOMMIT\n`);
    expect([read.list.map(line), read.unread]).toEqual([list, 0]);
  });

  it.each([
    '-A PREROUTING ! -d 192.0.2.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.2',
    '-A PREROUTING -p sctp -j DNAT --to-destination 10.0.0.2',
    '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.2-10.0.0.5',
  ])('%s is counted, and not guessed', (rule) => {
    expect(parseIptables(rule)).toEqual({ list: [], unread: 1 });
  });
});

describe('a hypervisor', () => {
  const refuse = async (): Promise<never> => await Promise.reject(new Error('not here'));
  /** What its commands answer, by program; one that isn't named isn't installed. */
  function network(answers: Readonly<Record<string, Partial<CommandResult>>>, openPort: Remote['openPort'] = refuse) {
    const exec: Remote['exec'] = async (command) => {
      const program = command.find((word) => ['ip', 'nft', 'iptables-save'].includes(word)) ?? '';
      const absent = { code: 127, stderr: `env: ‘${program}’: No such file or directory\n` };
      return { code: 0, stdout: '', stderr: '', ...(answers[program] ?? absent) };
    };
    const remote: Remote = {
      host: 'root@alice:22',
      openSocket: refuse,
      openPort,
      exec,
      execStream: refuse,
      files: refuse,
      close: async () => undefined,
    };
    return createNetwork([{ name: 'alice', aliases: [], remote, sudo: false, hypervisor: true }], []);
  }
  const forward: Forward = { protocol: 'tcp', address: null, port: '80', to: '10.0.0.2', toPort: null };

  it('may have one of both programs, and is refused without any', async () => {
    const rule = '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.2\n';
    expect((await network({ 'iptables-save': { stdout: rule } }).forwards('alice')).list).toEqual([forward]);
    expect(await network({ nft: { stdout: '{"nftables": []}' } }).forwards('alice')).toEqual({ list: [], unread: 0 });
    await expect(network({}).forwards('alice')).rejects.toMatchObject({
      code: 'network_refused',
      params: { command: 'nft -j list ruleset' },
    });
  });

  it('is refused where the account may not read its rules', async () => {
    const denied = network({ nft: { code: 1, stderr: 'Operation not permitted (you must be root)\n' } });
    await expect(denied.forwards('alice')).rejects.toMatchObject({ params: { reason: 'Operation not permitted (you must be root)' } });
    await expect(network({ nft: { stdout: 'nonsense' } }).forwards('alice')).rejects.toMatchObject({
      params: { reason: 'an answer of another form' },
    });
  });

  it.each([
    ['(SSH) Channel open failure: Connection refused', 'refused'],
    ['(SSH) Channel open failure: No route to host', 'silent'],
    ['(SSH) Channel open failure: open failed', 'silent'],
    ['(SSH) Channel open failure: administratively prohibited', 'untried'],
  ])('that says "%s" leads to what is %s', async (words, landing) => {
    const opening = network({}, async () => await Promise.reject(new Error(words)));
    expect(await opening.landing('alice', forward)).toBe(landing);
  });

  it('shows no interface that is down, and no neighbour that is merely remembered', async () => {
    const addr = [
      {
        ifname: 'eth0',
        flags: ['UP'],
        address: '02:00:00:00:00:0A',
        addr_info: [
          { local: '10.0.0.1', prefixlen: 24 },
          { local: 'fd00::1', prefixlen: 64, dadfailed: true },
        ],
      },
      { ifname: 'eth1', flags: ['BROADCAST'], address: '02:00:00:00:00:0b', addr_info: [{ local: '10.0.0.9' }] },
    ];
    const neigh = [
      { dst: '10.0.0.2', lladdr: '02:00:00:00:00:02', state: ['REACHABLE'] },
      { dst: '10.0.0.3', lladdr: '02:00:00:00:00:03', state: ['STALE'] },
      { dst: '10.0.0.4', state: ['FAILED'] },
    ];
    // Both are asked by the same program: what is asked tells.
    const exec: Remote['exec'] = async (command) => ({
      code: 0,
      stdout: JSON.stringify(command.includes('addr') ? addr : neigh),
      stderr: '',
    });
    const remote: Remote = {
      host: 'root@alice:22',
      openSocket: refuse,
      openPort: refuse,
      exec,
      execStream: refuse,
      files: refuse,
      close: async () => undefined,
    };
    const alice = createNetwork([{ name: 'alice', aliases: [], remote, sudo: false, hypervisor: false }], []);
    expect(await alice.addresses('alice')).toEqual({
      held: [
        { address: '10.0.0.1', prefix: 24, interface: 'eth0', mac: '02:00:00:00:00:0a', duplicate: false },
        { address: 'fd00::1', prefix: 64, interface: 'eth0', mac: '02:00:00:00:00:0a', duplicate: true },
      ],
      neighbours: [{ address: '10.0.0.2', mac: '02:00:00:00:00:02' }],
      macs: ['02:00:00:00:00:0a', '02:00:00:00:00:0b'],
    });
  });
});
