import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNames } from '#adapters/names/create-names.ts';
import { judgeName } from '#domain/names/judge.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import type { Names } from '#ports/names.ts';
import { namesContract } from '#test/contract/names.contract.ts';
import { NameServers, SERVERS, SIGNED, ZONE } from './names/name-servers.ts';

/** As a house would configure it: nothing but whom to ask as the public would. */
function namesAt(resolver: string, zones: Readonly<Record<string, readonly string[]>> = {}): Names {
  return createNames({ names: [`team.${ZONE}`], addresses: [], mostTtl: 600, resolver, zones, timeoutMs: 1_500 });
}

describe('BIND and Knot', () => {
  namesContract(async () => {
    const servers = await NameServers.open();
    return {
      names: namesAt(SERVERS[0]),
      zone: ZONE,
      servers: [`ns1.${ZONE}`, `ns2.${ZONE}`],
      set: (name, addresses, which) => servers.set(name, addresses, which),
      answers: (index, does) => (does ? servers.start(index) : servers.stop(index)),
      close: () => servers.close(),
    };
  });

  describe('besides', () => {
    let servers: NameServers;
    beforeAll(async () => {
      servers = await NameServers.open();
    });
    afterAll(() => servers.close());

    it('reads over TCP what fits into no datagram', async () => {
      const many = Array.from({ length: 90 }, (_, index) => `192.0.2.${index + 1}`);
      await servers.set(`many.${ZONE}`, many, [0, 1]);
      const view = await namesAt(SERVERS[0]).look(`many.${ZONE}`);
      expect(addressesOf(view)).toHaveLength(90);
      expect(view.servers.map(({ problem }) => problem)).toEqual([null, null]);
    });

    it('reads when the signatures of a zone end', async () => {
      const view = await namesAt(SERVERS[1], { [SIGNED]: [SERVERS[1]] }).look(`team.${SIGNED}`);
      const until = view.servers[0]?.answer?.signedUntil ?? 0;
      expect(until - Date.now()).toBeGreaterThan(40 * 3_600_000);
      expect(until - Date.now()).toBeLessThan(49 * 3_600_000);
      const held = { addresses: [], isDead: () => null, mostTtl: 600, now: Date.now() };
      expect(judgeName(view, held)).toContainEqual({ kind: 'signature', until });
    });

    it('names the slip of a pen, and servers that speak for nothing', async () => {
      await servers.set(`team.${ZONE}`, ['91.224.148.57', '91.224.57.60'], [0, 1]);
      const zones = { [ZONE]: SERVERS, [SIGNED]: SERVERS };
      const own = [{ address: '91.224.148.60', machine: 'pica02', purpose: null, spare: false }];
      const names = namesAt(SERVERS[0], zones);
      const held = { addresses: own, isDead: () => null, mostTtl: 30, now: Date.now() };
      const found = judgeName(await names.look(`team.${ZONE}`), held);
      expect(found).toContainEqual({ kind: 'stranger', address: '91.224.57.60', nearest: '91.224.148.60', machine: 'pica02' });
      expect(found).toContainEqual({ kind: 'ttl', ttl: 60, most: 30 });
      const lame = judgeName(await names.look(`team.${SIGNED}`), held);
      expect(lame).toContainEqual({ kind: 'lame', server: SERVERS[0], code: 'REFUSED' });
    });

    it('knows no zone where the resolver is silent, and says so', async () => {
      const view = await namesAt('127.0.53.9').look(`team.${ZONE}`);
      expect(view).toMatchObject({ zone: null, servers: [], resolver: { problem: { code: 'names_unanswered' } } });
    });
  });
});
