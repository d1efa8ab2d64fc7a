import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connectContainers } from '#adapters/docker/connect-containers.ts';
import { standIn } from './daemon-stand-in.ts';

const MOUNT = { Type: 'volume', Source: 'pad_data', Target: '/var/lib/postgresql/data' };
const SERVICE = {
  ID: 's1',
  CreatedAt: '2026-11-28T10:00:00Z',
  UpdatedAt: '2026-11-28T10:00:00Z',
  Spec: {
    Name: 'pad',
    Labels: {},
    TaskTemplate: { ContainerSpec: { Image: 'postgres:15', Mounts: [MOUNT] } },
    Mode: { Replicated: { Replicas: 1 } },
  },
};

describe("a service's data volume", () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  /** A manager whose service has another version at each look, and that takes none but the `taken`th update. */
  async function reach(taken: number) {
    const updates: { readonly version: string | undefined; readonly body: unknown }[] = [];
    let looks = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'GET') {
        looks += 1;
        return void response.end(JSON.stringify([{ ...SERVICE, Version: { Index: 6 + looks } }]));
      }
      let text = '';
      for await (const chunk of request) text += String(chunk);
      updates.push({ version: /version=(\d+)/u.exec(request.url ?? '')?.[1], body: JSON.parse(text) });
      if (updates.length === taken) return void response.end('{}');
      response.writeHead(500).end(JSON.stringify({ message: 'rpc error: code = Unknown desc = update out of sequence' }));
    };
    const daemon = await standIn((request, response) => void answer(request, response));
    const containers = connectContainers({ manager: { kind: 'socket', path: daemon.path }, nodes: {} });
    open.push(
      () => containers.close(),
      () => daemon.close(),
    );
    return { containers, updates };
  }

  it('is changed alone, from what the service is by then, when Docker has moved its version meanwhile', async () => {
    const { containers, updates } = await reach(3);
    await containers.useVolume('pad', 'pad_data', 'pad_fresh');
    expect(updates.map(({ version }) => version)).toEqual(['7', '8', '9']);
    const labels = { 'vigie.instead-of': 'pad_data' };
    const mounts = [{ ...MOUNT, Source: 'pad_fresh', VolumeOptions: { Labels: labels } }];
    expect(updates.at(-1)?.body).toMatchObject({ Name: 'pad', TaskTemplate: { ContainerSpec: { Image: 'postgres:15', Mounts: mounts } } });
  });

  it('is left when it is another one by then', async () => {
    const { containers, updates } = await reach(1);
    await expect(containers.useVolume('pad', 'old_data', 'pad_fresh')).rejects.toMatchObject({ code: 'service_changed' });
    expect(updates).toEqual([]);
  });

  it('is given up when its version always moves', async () => {
    const { containers, updates } = await reach(99);
    await expect(containers.useVolume('pad', 'pad_data', 'pad_fresh')).rejects.toMatchObject({ code: 'swarm_refused' });
    expect(updates).toHaveLength(5);
  });
});
