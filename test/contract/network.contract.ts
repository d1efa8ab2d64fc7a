import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeAddresses, type Placed } from '#domain/network/placed.ts';
import type { Network, NetworkReader } from '#ports/network.ts';

/**
 * Three machines on one network: alice, a hypervisor that leads on what comes in, pica01 and pica02. pica01 holds 10.79.0.11 and 10.79.0.57,
 * pica02 holds 10.79.0.12; 10.79.0.60 belongs to pica02, 10.79.0.58 is spare, and nobody holds either. pica01 listens on its port 80.
 */
export interface NetworkLab {
  readonly network: Network;
  /** One machine of it doesn't answer. */
  readonly half: NetworkReader;
  hold(machine: string, address: string): Promise<void>;
  letGo(machine: string, address: string): Promise<void>;
  /** A machine that vigie doesn't know holds it too, and alice hears of it. @returns its MAC address */
  strangerHolds(address: string): Promise<string>;
  strangerLeaves(): Promise<void>;
  /** keepalived runs on the machine, or ends. */
  keeper(machine: string, runs: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the port promises. */
export function networkContract(name: string, open: () => Promise<NetworkLab>): void {
  describe(`addresses: ${name}`, () => {
    let lab: NetworkLab;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => lab.close());

    const placed = async (network: NetworkReader = lab.network): Promise<readonly Placed[]> => {
      const seen = await Promise.all(
        network.machines().map(async (each) => [each, await network.addresses(each).catch(() => null)] as const),
      );
      return placeAddresses(network.known(), new Map(seen));
    };
    const stateOf = async (address: string, network: NetworkReader = lab.network): Promise<string> => {
      const found = (await placed(network)).find((each) => each.address === address);
      return found === undefined ? 'none' : `${found.state} ${found.at.join(' ')}`.trim();
    };

    it('are where they belong, spare and free, or nowhere', async () => {
      expect(lab.network.machines()).toEqual(['alice', 'pica01', 'pica02']);
      expect(lab.network.hypervisors()).toEqual(['alice']);
      const all = await placed();
      expect(all.map(({ address, state, at }) => `${address} ${state} ${at.join()}`.trim())).toEqual([
        '10.79.0.57 right pica01',
        '10.79.0.58 right',
        '10.79.0.60 nowhere',
      ]);
    });

    it('are told of when they are elsewhere, taken, or held twice', async () => {
      await lab.hold('pica01', '10.79.0.60');
      expect(await stateOf('10.79.0.60')).toBe('elsewhere pica01');
      await lab.hold('pica02', '10.79.0.60');
      expect(await stateOf('10.79.0.60')).toBe('twice pica01 pica02');
      await lab.letGo('pica01', '10.79.0.60');
      expect(await stateOf('10.79.0.60')).toBe('right pica02');
      await lab.letGo('pica02', '10.79.0.60');
      await lab.hold('pica02', '10.79.0.58');
      expect(await stateOf('10.79.0.58')).toBe('taken pica02');
      await lab.letGo('pica02', '10.79.0.58');
    });

    it('are told of when two hold one that nobody configured', async () => {
      await lab.hold('pica01', '10.79.0.99');
      expect(await stateOf('10.79.0.99')).toBe('none');
      await lab.hold('pica02', '10.79.0.99');
      expect(await stateOf('10.79.0.99')).toBe('twice pica01 pica02');
      await lab.letGo('pica01', '10.79.0.99');
      await lab.letGo('pica02', '10.79.0.99');
    });

    it('are held twice when somebody else answers for one', async () => {
      const mac = await lab.strangerHolds('10.79.0.57');
      expect(await stateOf('10.79.0.57')).toBe(`twice pica01 ${mac}`);
      await lab.strangerLeaves();
    });

    it('are unknown where a machine that may hold them does not answer', async () => {
      expect(await stateOf('10.79.0.60', lab.half)).toBe('unknown');
      expect(await stateOf('10.79.0.57', lab.half)).toBe('right pica01');
    });

    it('are led on by a hypervisor, each to where it says', async () => {
      const { list, unread } = await lab.network.forwards('alice');
      const lines = list.map(
        ({ protocol, address, port, to, toPort }) => `${protocol ?? 'any'} ${address ?? '*'} ${port ?? '*'} ${to} ${toPort ?? '='}`,
      );
      expect(lines.toSorted()).toEqual([
        'tcp * 5000-5010 10.79.0.12 =',
        'tcp * 8081 10.79.0.11 80',
        'tcp * 8082 10.79.0.77 80',
        'tcp 10.79.0.1 2222 10.79.0.12 22',
        'tcp 10.79.0.1 443 10.79.0.11 =',
        'tcp 10.79.0.1 80 10.79.0.11 =',
        'udp * 53 10.79.0.12 5353',
      ]);
      expect(unread).toBe(1);
    });

    it('lead to somebody who listens, to a machine where nobody does, or to nobody at all', async () => {
      const { list } = await lab.network.forwards('alice');
      const landing = async (port: string): Promise<string> => {
        const forward = list.find((each) => each.port === port);
        return forward === undefined ? 'none' : await lab.network.landing('alice', forward);
      };
      expect(await landing('8081')).toBe('answers');
      expect(await landing('443')).toBe('refused');
      expect(await landing('8082')).toBe('silent');
      expect(await landing('53')).toBe('untried');
      expect(await landing('5000-5010')).toBe('untried');
    });

    it('answer pings from one machine to another, or not', async () => {
      expect(await lab.network.pings('alice', '10.79.0.11')).toBe(true);
      expect(await lab.network.pings('pica02', '10.79.0.77')).toBe(false);
      await expect(lab.half.pings('pica02', '10.79.0.11')).rejects.toMatchObject({ code: 'ssh_unreachable' });
    });

    it('go to another machine of their link once nobody holds them, and are let go of', async () => {
      const { network } = lab;
      await expect(network.take('pica02', '10.79.0.57', 'eth0')).rejects.toMatchObject({
        code: 'network_taken',
        params: { address: '10.79.0.57', mac: expect.stringMatching(/^[0-9a-f:]{17}$/u) },
      });
      expect(await stateOf('10.79.0.57')).toBe('right pica01');
      await network.drop('pica01', '10.79.0.57');
      await network.drop('pica01', '10.79.0.57');
      await network.take('pica02', '10.79.0.57', 'eth0');
      await network.take('pica02', '10.79.0.57', 'eth0');
      expect(await stateOf('10.79.0.57')).toBe('elsewhere pica02');
      await network.drop('pica02', '10.79.0.57');
      expect(await stateOf('10.79.0.57')).toBe('nowhere');
      await network.take('pica01', '10.79.0.57', 'eth0');
      expect(await stateOf('10.79.0.57')).toBe('right pica01');
    });

    it('are left to keepalived where it runs', async () => {
      expect(await lab.network.movesByItself('pica01')).toBe(false);
      await lab.keeper('pica01', true);
      expect(await lab.network.movesByItself('pica01')).toBe(true);
      await lab.keeper('pica01', false);
      expect(await lab.network.movesByItself('pica01')).toBe(false);
    });

    it('know no other machine', async () => {
      await expect(lab.network.addresses('alcie')).rejects.toMatchObject({ code: 'host_unknown', params: { nearest: 'alice' } });
    });

    it('end with their signal, with its reason', async () => {
      const reason = new Error('over');
      await expect(lab.network.take('pica02', '10.79.0.57', 'eth0', AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(lab.network.drop('pica01', '10.79.0.57', AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(lab.network.addresses('alice', AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
