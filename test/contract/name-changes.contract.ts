import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listedAddresses } from '#domain/names/address.ts';
import type { Names } from '#ports/names.ts';

/** A zone that vigie has a key for. */
export interface NameChangesScene {
  /** They look at the primary first. */
  readonly names: Names;
  /** A name that it may change. */
  readonly name: string;
  /** Gives the name these addresses, by another hand. */
  set(addresses: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const [DEAD, ALIVE] = ['192.0.2.57', '192.0.2.60'] as const;
const BOTH = [DEAD, ALIVE];

/** What every implementation of the port promises of changes. */
export function nameChangesContract(open: () => Promise<NameChangesScene>): void {
  describe('changes of names', () => {
    let scene: NameChangesScene;
    beforeAll(async () => {
      scene = await open();
    });
    beforeEach(() => scene.set(BOTH));
    afterAll(() => scene.close());

    const change = (from: readonly string[], to: readonly string[], ttl = 60) => scene.names.change(scene.name, { from, to, ttl });
    const now = async () => {
      const [primary] = (await scene.names.look(scene.name)).servers;
      return listedAddresses(primary?.answer?.records.map(({ address }) => address) ?? []);
    };
    const everywhere = (to: readonly string[]) =>
      expect
        .poll(
          async () =>
            (await scene.names.look(scene.name)).servers.map(({ answer }) => answer?.records.map(({ address }) => address).toSorted()),
          { timeout: 20_000, interval: 200 },
        )
        .toEqual([to, to]);

    it('know the zones that they may change', () => {
      expect(scene.names.changeable(scene.name)).toBe(scene.name.slice(scene.name.indexOf('.') + 1));
      expect(scene.names.changeable('team.example.org')).toBeNull();
    });

    it('take an address out, and put it back, at every server', async () => {
      await change(BOTH, [ALIVE]);
      await everywhere([ALIVE]);
      await change([ALIVE], BOTH, 30);
      await everywhere(BOTH);
      const { servers } = await scene.names.look(scene.name);
      expect(servers[0]?.answer?.records.map(({ ttl }) => ttl)).toEqual([30, 30]);
    });

    it('are done once, however often they are asked for', async () => {
      await change(BOTH, [ALIVE]);
      await change(BOTH, [ALIVE]);
      await everywhere([ALIVE]);
    });

    it('change nothing where somebody else was faster', async () => {
      await scene.set(['192.0.2.99']);
      await expect(change(BOTH, [ALIVE])).rejects.toMatchObject({ code: 'names_others', params: { found: ['192.0.2.99'] } });
      expect(await now()).toBe('192.0.2.99');
    });

    it('leave other kinds of addresses alone, and take both', async () => {
      await change(BOTH, [ALIVE, '2001:db8::60']);
      await everywhere([ALIVE, '2001:db8::60']);
      await change([ALIVE, '2001:db8::60'], [ALIVE]);
      await everywhere([ALIVE]);
    });

    it('are refused for a zone without a key', async () => {
      await expect(scene.names.change('team.example.org', { from: BOTH, to: [ALIVE], ttl: 60 })).rejects.toMatchObject({
        code: 'names_no_key',
      });
    });
  });
}
