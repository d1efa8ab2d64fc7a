import { createServer, type Server } from 'node:http';
import type { Swarm } from '#ports/swarm.ts';
import { type Answer, answerOf, problemOfAnswer } from './rpc-answer.ts';

const METHODS = ['services', 'service', 'tasks', 'nodes', 'networks', 'resolveImage', 'tags', 'logs', 'update', 'setAvailability'] as const;
type Method = (typeof METHODS)[number];

/** Serves a Swarm to another process, so that it outlives a vigie that is killed. Counts what was called. */
export async function serveSwarm(
  swarm: Swarm,
): Promise<{ readonly url: string; readonly calls: Map<string, number>; close(): Promise<void> }> {
  const calls = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const method = METHODS.find((name) => request.url === `/${name}`);
      if (method === undefined) return void response.writeHead(404).end();
      calls.set(method, (calls.get(method) ?? 0) + 1);
      const args: unknown[] = JSON.parse(Buffer.concat(chunks).toString());
      void answerOf(() => call(swarm, method, args)).then((answer) => response.end(JSON.stringify(answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function call(swarm: Swarm, method: Method, args: unknown[]): Promise<unknown> {
  return await Reflect.apply(swarm[method], swarm, args);
}

/** The other end. */
export function remoteSwarm(url: string): Swarm {
  const ask = async (method: Method, args: readonly unknown[]): Promise<never> => {
    const answer = await fetch(`${url}/${method}`, { method: 'POST', body: JSON.stringify(args) });
    const body: Answer<never> = JSON.parse(await answer.text());
    if ('error' in body) throw problemOfAnswer(body.error);
    return body.value;
  };
  return {
    services: () => ask('services', []),
    service: (name) => ask('service', [name]),
    tasks: (service) => ask('tasks', [service]),
    nodes: () => ask('nodes', []),
    networks: () => ask('networks', []),
    resolveImage: (reference) => ask('resolveImage', [reference]),
    tags: (repository) => ask('tags', [repository]),
    logs: (service, query) => ask('logs', [service, query]),
    update: (service, version, change) => ask('update', [service, version, change]),
    setAvailability: (node, availability) => ask('setAvailability', [node, availability]),
  };
}
