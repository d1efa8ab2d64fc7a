import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that Mattermost sent to us. */
export interface Received {
  method: string;
  path: string;
  /** `Name: value`, in order and with their case. */
  rawHeaders: string[];
  body: string;
}

/** What to answer; 'hang' never answers, 'reset' breaks the connection. */
export type Reply = { status?: number; type?: string; body?: string; location?: string } | 'hang' | 'reset';

/** An integration on loopback that says what it is told to, and remembers what it was asked. */
export interface Integration {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests get, until told otherwise. */
  answer(reply: Reply): void;
  /** The same, with a JSON body. */
  answerJson(body: unknown): void;
  /** The last request. Throws when there was none. */
  last(): Received;
  stop(): Promise<void>;
}

export async function startIntegration(): Promise<Integration> {
  const received: Received[] = [];
  let reply: Reply = {};
  const server = createServer((incoming, outgoing) => {
    void remember(incoming).then((request) => {
      received.push(request);
      respond(reply, incoming, outgoing);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    received,
    answer: (next) => (reply = next),
    answerJson: (body) => (reply = { type: 'application/json', body: JSON.stringify(body) }),
    last() {
      const request = received.at(-1);
      if (request === undefined) throw new Error('the integration was not called');
      return request;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function remember(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const raw = incoming.rawHeaders;
  const rawHeaders = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1] ?? ''}`] : []));
  return { method: incoming.method ?? '', path: incoming.url ?? '', rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
}

/** A redirection is given once: the request that follows it gets an empty 200. */
function respond(reply: Reply, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'reset') return void incoming.socket.destroy();
  const { status = 200, type, body = '', location } = incoming.url === '/elsewhere' ? {} : reply;
  outgoing.writeHead(status, {
    ...(type !== undefined && { 'Content-Type': type }),
    ...(location !== undefined && { Location: location }),
  });
  outgoing.end(body);
}
