import { describe, expect, it } from 'vitest';
import { createNetwork } from '#adapters/network/create-network.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('not here'));
const ADDRESS = '10.0.0.57';
const held = (...addresses: readonly string[]): string =>
  JSON.stringify([
    { ifname: 'eth0', flags: ['UP'], address: '02:00:00:00:00:0a', addr_info: addresses.map((local) => ({ local, prefixlen: 24 })) },
  ]);
const IPUTILS = { stdout: 'arping from iputils 20221126\n' };

/** A machine that answers each command that is named, by its beginning; the rest does what it is asked. */
function machine(answers: Readonly<Record<string, Partial<CommandResult>>>, sudo = false) {
  const ran: string[] = [];
  const exec: Remote['exec'] = async (command) => {
    const words = command.slice(2).join(' ');
    ran.push(words);
    const known = Object.entries(answers).find(([start]) => words.replace('sudo -n ', '').startsWith(start));
    return { code: 0, stdout: '', stderr: '', ...known?.[1] };
  };
  const remote: Remote = {
    host: 'root@pica02:22',
    openSocket: refuse,
    openPort: refuse,
    exec,
    execStream: refuse,
    files: refuse,
    close: async () => undefined,
  };
  const network = createNetwork([{ name: 'pica02', aliases: [], remote, sudo, hypervisor: false }], []);
  return { network, changed: () => ran.filter((words) => /addr (?:add|del)|arping -q/u.test(words)) };
}

describe('an address that is taken over', () => {
  it('is asked for on its link, added, and told to everybody', async () => {
    const { network, changed } = machine({ 'ip -j addr': { stdout: held('10.0.0.12') }, 'arping -V': IPUTILS }, true);
    await network.take('pica02', ADDRESS, 'eth0');
    expect(changed()).toEqual([
      `sudo -n ip addr add ${ADDRESS}/32 dev eth0`,
      `sudo -n arping -q -U -c 2 -w 2 -I eth0 -s ${ADDRESS} ${ADDRESS}`,
    ]);
  });

  it('is only told again where it is held', async () => {
    const { network, changed } = machine({ 'ip -j addr': { stdout: held('10.0.0.12', ADDRESS) } });
    await network.take('pica02', ADDRESS, 'eth0');
    expect(changed()).toEqual([`arping -q -U -c 2 -w 2 -I eth0 -s ${ADDRESS} ${ADDRESS}`]);
  });

  it.each([
    [
      'somebody answers for',
      { 'arping -D': { code: 1, stdout: `Unicast reply from ${ADDRESS} [02:00:00:00:00:99]  0.628ms\n` } },
      { code: 'network_taken', params: { address: ADDRESS, mac: '02:00:00:00:00:99' } },
    ],
    [
      'nobody can ask for',
      { 'arping -D': { code: 2, stderr: 'arping: socket: Operation not permitted\n' } },
      { code: 'network_refused', params: { reason: 'arping: socket: Operation not permitted' } },
    ],
    [
      'another arping would ask for',
      { 'arping -V': { stdout: 'ARPing 2.23, by Thomas Habets\n' } },
      { code: 'network_refused', params: { reason: 'iputils-arping is not installed' } },
    ],
    [
      'no arping is there for',
      { 'arping -V': { code: 127, stderr: 'env: ‘arping’: No such file or directory\n' } },
      { code: 'network_refused' },
    ],
    [
      'may not be added',
      { 'ip addr add': { code: 2, stderr: 'RTNETLINK answers: Operation not permitted\n' } },
      { code: 'network_refused', params: { reason: 'RTNETLINK answers: Operation not permitted' } },
    ],
  ] as const)('is left alone where %s', async (_what, answers, refused) => {
    const { network, changed } = machine({
      'ip -j addr': { stdout: held('10.0.0.12') },
      ...('arping -V' in answers ? {} : { 'arping -V': IPUTILS }),
      ...answers,
    });
    await expect(network.take('pica02', ADDRESS, 'eth0')).rejects.toMatchObject(refused);
    expect(changed().filter((words) => words.includes('arping'))).toEqual([]);
  });
});

it('an address is taken off with the prefix that it has', async () => {
  const { network, changed } = machine({ 'ip -j addr': { stdout: held('10.0.0.12', ADDRESS) } });
  await network.drop('pica02', ADDRESS);
  expect(changed()).toEqual([`ip addr del ${ADDRESS}/24 dev eth0`]);
});

it.each([
  [0, true],
  [1, false],
])('keepalived is known by pgrep: %i', async (code, runs) => {
  expect(await machine({ pgrep: { code } }).network.movesByItself('pica02')).toBe(runs);
});

it('keepalived is unknown where pgrep fails', async () => {
  await expect(
    machine({ pgrep: { code: 127, stderr: 'env: ‘pgrep’: No such file or directory' } }).network.movesByItself('pica02'),
  ).rejects.toMatchObject({ code: 'network_refused' });
});

it.each([
  [0, true],
  [1, false],
])('a ping from over there ends with %i', async (code, answers) => {
  expect(await machine({ ping: { code } }).network.pings('pica02', ADDRESS)).toBe(answers);
});

it('a ping that nobody can send tells nothing', async () => {
  await expect(
    machine({ ping: { code: 2, stderr: 'ping: socket: Operation not permitted' } }).network.pings('pica02', ADDRESS),
  ).rejects.toMatchObject({
    code: 'network_refused',
  });
});
