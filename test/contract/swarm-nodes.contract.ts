import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView, Swarm } from '#ports/swarm.ts';
import type { SwarmLab } from './swarm.contract.ts';

/** What every implementation of the port `Swarm` does with a node. It moves what runs there: nothing else may use that Swarm meanwhile. */
export function swarmNodesContract(name: string, make: () => Promise<SwarmLab>): void {
  describe(`the nodes of a Swarm: ${name}`, () => {
    let lab: SwarmLab;
    let swarm: Swarm;

    beforeAll(async () => {
      lab = await make();
      swarm = lab.swarm;
    });
    afterAll(async () => {
      await lab?.close();
    });

    async function nodeOf(hostname: string): Promise<NodeView> {
      const node = (await swarm.nodes()).find((one) => one.hostname === hostname);
      if (node === undefined) throw new Error(`the lab has no node ${hostname}`);
      return node;
    }

    const runningOn = (service: string): Promise<string | null> =>
      lab
        .until(async () => (await swarm.tasks(service)).find(({ state, desired }) => state === 'running' && desired === 'running') ?? null)
        .then(({ node }) => node);

    async function drained(hostname: string, use: (before: NodeView) => Promise<void>): Promise<void> {
      const before = await nodeOf(hostname);
      try {
        await swarm.setAvailability(before.id, 'drain');
        await use(before);
      } finally {
        await swarm.setAvailability(before.id, 'active');
      }
    }

    it('may be told again what they are', async () => {
      const { id, availability } = await nodeOf('pica02');
      await swarm.setAvailability(id, availability);
      expect((await nodeOf('pica02')).availability).toBe(availability);
    });

    it('are refused where there is none of that id', async () => {
      const refused = swarm.setAvailability('quitedifferent', 'drain');
      await expect(refused).rejects.toMatchObject({ code: 'swarm_node_unknown', params: { node: 'quitedifferent', nearest: null } });
    });

    it('are unreachable with their Swarm', async () => {
      await expect(lab.unreachable.swarm.setAvailability('quitedifferent', 'drain')).rejects.toMatchObject({ code: 'swarm_unreachable' });
    });

    it('keep their role and labels when they are drained, and hold nothing any more', async () => {
      await drained('pica02', async ({ role, labels }) => {
        expect(await nodeOf('pica02')).toMatchObject({ availability: 'drain', role, labels });
        await lab.until(async () => ((await nodeOf('pica02')).load.length === 0 ? true : null));
      });
      expect((await nodeOf('pica02')).availability).toBe('active');
    });

    it('give what may run elsewhere to another, and take what only they may have when they are back', async () => {
      const suffix = randomUUID().slice(0, 8);
      const [free, pinned] = [`free-${suffix}`, `pinned-${suffix}`];
      const image = `${lab.repository}:v1`;
      await lab.createService({ name: pinned, image, constraints: ['node.hostname==pica02'] });
      await lab.createService({ name: free, image, replicas: 2 });
      try {
        await drained('pica02', async () => {
          expect(await runningOn(free)).toBe('pica01');
          await lab.until(async () => ((await swarm.service(pinned)).running === 0 ? true : null));
        });
        expect(await runningOn(pinned)).toBe('pica02');
      } finally {
        for (const service of [free, pinned]) await lab.removeService(service);
      }
    });
  });
}
