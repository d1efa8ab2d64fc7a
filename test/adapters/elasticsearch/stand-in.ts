import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A request as it arrived. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Unzipped. */
  readonly body: string;
}

export type Reaction = (response: ServerResponse, asked: Asked, socket: Socket) => void;

/** Something that answers on a port of loopback as it is told to: an Elasticsearch in a bad state, or no Elasticsearch at all. */
export interface StandIn {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** How many connections were made. */
  readonly connections: number;
  stop(): Promise<void>;
}

export async function startStandIn(react: Reaction): Promise<StandIn> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const one = { path: request.url ?? '', headers: request.headers, body: body.toString() };
    asked.push(one);
    react(response, one, request.socket);
  };
  const server = createServer((request, response) => void receive(request, response));
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    asked,
    get connections() {
      return connections;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers JSON as Elasticsearch does. */
export function json(status: number, body: unknown): Reaction {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(JSON.stringify(body));
  };
}

const FOUND = { status: 200, timed_out: false, _shards: { total: 1, successful: 1 }, hits: { total: { value: 3 } } };

/** Answers each search of a request with one of these, and with three documents found where there is none. */
export function items(...given: readonly object[]): Reaction {
  return (response, asked, socket) => {
    const count = asked.body.trim().split('\n').length / 2;
    const responses = Array.from({ length: count }, (_, number) => ({ ...FOUND, ...given[number] }));
    json(200, { responses })(response, asked, socket);
  };
}
