import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRest } from '#adapters/mattermost/rest.ts';
import { ManualClock } from '#test/lab/clock.ts';

let server: Server;
let url: string;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => {
    request.resume();
    // As Mattermost does, it doesn't say how long it keeps a connection.
    response.writeHead(200, { Connection: 'keep-alive', 'Content-Type': 'application/json' }).end('{"id":"me"}');
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Node's own `fetch` lets go of a connection after four. */
const PAUSE_MS = 5_500;

describe('a connection to Mattermost', () => {
  it('serves whoever asks next, also some seconds later', async () => {
    // Node makes its agent with the first thing that is fetched.
    await (await fetch(url)).text();
    const client = createRest({ url, token: 't', clock: new ManualClock() });
    await client.getMe();
    const before = connections;
    await sleep(PAUSE_MS);
    await client.getMe();
    expect(connections).toBe(before);
  });
});
