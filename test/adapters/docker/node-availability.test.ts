import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSwarm } from '#adapters/docker/connect-swarm.ts';
import { standIn } from './daemon-stand-in.ts';

const NODE = {
  ID: 'n1',
  Version: { Index: 7 },
  Spec: { Role: 'manager', Availability: 'active', Labels: { disk: 'ssd' }, Name: 'kept' },
  Status: { State: 'ready' },
};

describe('whether a node takes tasks', () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  /** A manager whose node has another version at each look, and that takes none but the `taken`th update. */
  async function reach(taken: number, node: object = NODE) {
    const updates: { readonly url: string; readonly body: unknown }[] = [];
    let looks = 0;
    const daemon = await standIn((request, response) => void answer(request, response));
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'GET') {
        looks += 1;
        return void response.end(JSON.stringify({ ...node, Version: { Index: 6 + looks } }));
      }
      let text = '';
      for await (const chunk of request) text += String(chunk);
      updates.push({ url: request.url ?? '', body: JSON.parse(text) });
      if (updates.length === taken) return void response.end();
      response.writeHead(500).end(JSON.stringify({ message: 'rpc error: code = Unknown desc = update out of sequence' }));
    };
    const swarm = connectSwarm({ kind: 'socket', path: daemon.path });
    open.push(
      () => swarm.close(),
      () => daemon.close(),
    );
    return { swarm, updates };
  }

  it('is said with the version that was seen, and everything else as it was', async () => {
    const { swarm, updates } = await reach(1);
    await swarm.setAvailability('n1', 'drain');
    expect(updates).toEqual([
      { url: expect.stringMatching(/\/nodes\/n1\/update\?version=7$/u), body: { ...NODE.Spec, Availability: 'drain' } },
    ]);
  });

  it('is said again when the status of the node moved its version meanwhile', async () => {
    const { swarm, updates } = await reach(3);
    await swarm.setAvailability('n1', 'drain');
    expect(updates.map(({ url }) => /version=(\d+)/u.exec(url)?.[1])).toEqual(['7', '8', '9']);
  });

  it('is given up when it always does', async () => {
    const { swarm, updates } = await reach(99);
    await expect(swarm.setAvailability('n1', 'drain')).rejects.toMatchObject({ code: 'swarm_refused' });
    expect(updates).toHaveLength(5);
  });

  it('is not said where it is so already', async () => {
    const { swarm, updates } = await reach(1);
    await swarm.setAvailability('n1', 'active');
    expect(updates).toEqual([]);
  });
});
