import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judgeName } from '#domain/names/judge.ts';
import type { NameView } from '#domain/names/name-view.ts';
import type { Names } from '#ports/names.ts';

/** A zone on two servers that don't copy from each other: each says what it is told. */
export interface NamesScene {
  readonly names: Names;
  readonly zone: string;
  /** As views name them, in the order of their names. */
  readonly servers: readonly [string, string];
  /** Gives a name addresses on some of the servers; null takes it away. Whoever isn't told is behind afterwards. */
  set(name: string, addresses: readonly string[] | null, servers: readonly number[]): Promise<void>;
  /** Whether a server answers at all. */
  answers(server: number, does: boolean): Promise<void>;
  close(): Promise<void>;
}

const BOTH = ['91.224.148.57', '91.224.148.60'];

/** What every implementation of the port promises. */
export function namesContract(open: () => Promise<NamesScene>): void {
  describe('names', () => {
    let scene: NamesScene;
    let name: string;
    beforeAll(async () => {
      scene = await open();
      name = `team.${scene.zone}`;
    });
    beforeEach(() => scene.set(name, BOTH, [0, 1]));
    afterAll(() => scene.close());

    const answers = ({ servers }: NameView) =>
      servers.map(({ server, answer }) => [server, answer?.records.map(({ address }) => address).toSorted()]);
    const findings = (view: NameView) =>
      judgeName(view, { addresses: [], isDead: () => null, mostTtl: 86_400, now: 0 }).map((finding) =>
        'server' in finding ? `${finding.kind} ${finding.server}` : finding.kind,
      );

    it('asks each server of the zone, and a resolver', async () => {
      const view = await scene.names.look(name);
      expect(view).toMatchObject({ name, zone: scene.zone, resolver: { problem: null } });
      expect(answers(view)).toEqual(scene.servers.map((server) => [server, BOTH]));
      for (const { answer } of view.servers) {
        expect(answer).toMatchObject({ code: 'NOERROR', authoritative: true, alias: null });
        expect(answer?.serial).toEqual(expect.any(Number));
        for (const { ttl } of answer?.records ?? []) expect(ttl).toBeGreaterThan(0);
      }
      expect(view.resolver.answer?.records.map(({ address }) => address).toSorted()).toEqual(BOTH);
      expect(findings(view)).toEqual([]);
    });

    it('takes capitals and a dot at the end for what they are', async () => {
      expect(await scene.names.look(`${name.toUpperCase()}.`)).toMatchObject({ name });
    });

    it('sees a server that is behind, and that they disagree', async () => {
      await scene.set(name, [BOTH[0] ?? ''], [0]);
      const view = await scene.names.look(name);
      expect(answers(view)).toEqual([
        [scene.servers[0], [BOTH[0]]],
        [scene.servers[1], BOTH],
      ]);
      expect(findings(view)).toEqual(expect.arrayContaining([`behind ${scene.servers[1]}`, 'disagree']));
      await scene.set(name, BOTH, [0]);
      await scene.set(name, BOTH, [1]);
    });

    it('tells a name that is not there', async () => {
      await scene.set(name, null, [0, 1]);
      const view = await scene.names.look(name);
      expect(view.servers.map(({ answer }) => [answer?.code, answer?.records])).toEqual([
        ['NXDOMAIN', []],
        ['NXDOMAIN', []],
      ]);
      expect(findings(view)).toContain('missing');
    });

    it('says of a silent server that it is, and asks the other', async () => {
      await scene.answers(1, false);
      try {
        const view = await scene.names.look(name);
        expect(view.servers.map(({ problem }) => problem?.code ?? null)).toEqual([null, 'names_unanswered']);
        expect(view.servers[1]).toMatchObject({ answer: null, problem: { params: { server: scene.servers[1] } } });
        expect(findings(view)).toEqual([`silent ${scene.servers[1]}`]);
      } finally {
        await scene.answers(1, true);
      }
    });

    it.each(['team', 'a b.example', '-x-.example', `${'a'.repeat(64)}.example`, 'team..example', ''])('refuses "%s"', async (word) => {
      await expect(scene.names.look(word)).rejects.toMatchObject({ code: 'names_invalid' });
    });

    it('stops when its signal aborts, with that reason', async () => {
      const enough = new Error('enough');
      await expect(scene.names.look(name, AbortSignal.abort(enough))).rejects.toBe(enough);
    });
  });
}
