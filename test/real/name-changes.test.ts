import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNames } from '#adapters/names/create-names.ts';
import type { Names } from '#ports/names.ts';
import { nameChangesContract } from '#test/contract/name-changes.contract.ts';
import { PRIMARIES, ZonePair, type PairedZone } from './names/zone-pair.ts';

interface Access {
  readonly key?: string;
  readonly secret?: string;
  readonly now?: () => number;
}

/** As vigie reaches them, with the key that may change `team`, unless another is given. */
function namesOf(pair: ZonePair, zone: PairedZone, { key = 'vigie', secret = pair.secrets.vigie, now = Date.now }: Access = {}): Names {
  const own = PRIMARIES[zone];
  const servers = [pair.server(own), pair.server(1 - own)];
  const updates = { [zone]: { server: pair.server(own), key: { name: key, secret: Buffer.from(secret, 'base64') } } };
  return createNames({
    names: [],
    addresses: [],
    mostTtl: 600,
    resolver: servers[0] ?? null,
    zones: { [zone]: servers },
    updates,
    now,
    timeoutMs: 3_000,
  });
}

let pair: ZonePair;
beforeAll(async () => {
  pair = await ZonePair.open();
});
afterAll(() => pair.close());

const BOTH = ['192.0.2.57', '192.0.2.60'];

describe.each(Object.keys(PRIMARIES) as PairedZone[])('a primary of %s', (zone) => {
  const name = `team.${zone}`;
  const now = async (): Promise<readonly string[]> => {
    const [primary] = (await namesOf(pair, zone).look(name)).servers;
    return (primary?.answer?.records ?? []).map(({ address }) => address).toSorted();
  };

  nameChangesContract(async () => {
    const names = namesOf(pair, zone);
    return {
      names,
      name,
      set: async (addresses) => {
        const from = (await names.look(name)).servers[0]?.answer?.records.map(({ address }) => address) ?? [];
        await names.change(name, { from, to: addresses, ttl: 60 });
      },
      close: async () => undefined,
    };
  });

  it.each([
    ['another secret', { secret: Buffer.alloc(32, 7).toString('base64') }, /BADSIG/u],
    ['a key that it does not know', { key: 'nobody' }, /BADKEY/u],
    ['a key without the right', { key: 'transfer', of: 'transfer' }, /REFUSED|NOTAUTH/u],
    ['a clock that is apart', { now: () => Date.now() - 400_000 }, /BADTIME/u],
  ] as const)('refuses %s, and changes nothing', async (_what, given, code) => {
    const before = await now();
    const secret = 'of' in given ? pair.secrets.transfer : 'secret' in given ? given.secret : pair.secrets.vigie;
    const names = namesOf(pair, zone, { ...given, secret });
    await expect(names.change(name, { from: before, to: ['192.0.2.1'], ttl: 60 })).rejects.toMatchObject({
      code: 'names_refused',
      params: { zone, code: expect.stringMatching(code) },
    });
    expect(await now()).toEqual(before);
  });

  it('refuses a name that the key may not change', async () => {
    const change = namesOf(pair, zone).change(`other.${zone}`, { from: [], to: BOTH, ttl: 60 });
    await expect(change).rejects.toMatchObject({ code: 'names_refused' });
  });
});

describe('a primary that is not there', () => {
  it('is told as that', async () => {
    const names = createNames({
      names: [],
      addresses: [],
      mostTtl: 600,
      resolver: '127.0.0.1:9',
      zones: { 'gone.test': ['127.0.0.1:9'] },
      updates: { 'gone.test': { server: '127.0.0.1:9', key: { name: 'vigie', secret: Buffer.alloc(32) } } },
      timeoutMs: 1_000,
    });
    await expect(names.change('team.gone.test', { from: BOTH, to: ['192.0.2.60'], ttl: 60 })).rejects.toMatchObject({
      code: 'names_unanswered',
      params: { server: '127.0.0.1:9' },
    });
  });
});
