import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { BOUNDS } from '#kernel/bounds.ts';

/** So many connections, all together and from one address: whoever opens more is hung up on. */
export function boundConnections(server: Server): void {
  const byAddress = new Map<string, number>();
  server.maxConnections = BOUNDS.httpConnections.most;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const open = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, open);
    socket.once('close', () => {
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left > 0) byAddress.set(address, left);
      else byAddress.delete(address);
    });
    if (open > BOUNDS.httpPerAddress.most) socket.destroy();
  });
}

/** So many callbacks are answered at once: Mattermost shows whoever clicked that it didn't work. */
export function boundCallbacks(server: FastifyInstance): void {
  let busy = 0;
  server.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    if (busy >= BOUNDS.httpCallbacks.most) {
      await reply.code(503).send({ error: 'too many callbacks at once: try again in a moment' });
      return;
    }
    busy += 1;
    reply.raw.once('close', () => {
      busy -= 1;
    });
  });
}
