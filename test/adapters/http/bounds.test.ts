import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttp, type HttpServer } from '#adapters/http/server.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { systemClock } from '#kernel/clock.ts';

let server: HttpServer;
let looked = 0;
const release = Promise.withResolvers<string>();
beforeAll(async () => {
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    mattermost: { url: 'http://127.0.0.1:1', slashTokens: ['a'.repeat(26)] },
    gateway: { slash: () => release.promise, click: () => release.promise, local: async () => ({ ok: true }) },
    clock: systemClock,
    ready: async () => {
      looked += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [{ name: 'store', ok: true, detail: '' }];
    },
    metrics: { contentType: 'text/plain', text: async () => 'x 1\n' },
    log: { warn: () => undefined },
  });
});
afterAll(async () => {
  release.resolve('');
  await server.close();
});

/** A client that says so much and nothing more. @returns how long it was borne, ms */
async function borne(said: string, socket: Socket = open()): Promise<number> {
  const startedAt = performance.now();
  socket.write(said);
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return performance.now() - startedAt;
}

function open(): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

const HEAD = 'POST /mattermost/action HTTP/1.1\r\nHost: vigie\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
/** What a bound may be late: it is looked for twice a second, on a busy machine. */
const LATE_MS = 4_000;

describe('whoever reaches the port', () => {
  it.concurrent.each([
    ['with half a body', `${HEAD}{"user_id":`],
    ['with half a header', 'POST /mattermost/action HTTP/1.1\r\nHost: vig'],
    ['with nothing', ''],
  ])('%s is hung up on in time', { timeout: 30_000 }, async (_what, said) => {
    expect(await borne(said)).toBeLessThan(BOUNDS.httpRequest.most + LATE_MS);
  });

  it('with a large body is refused before it is read', async () => {
    const answer = await fetch(`${server.url}/mattermost/action`, { method: 'POST', body: 'x'.repeat(BOUNDS.httpBody.most + 1) });
    expect([413, 415]).toContain(answer.status);
  });

  it('holding every connection of one address leaves room for another', async () => {
    const held = Array.from({ length: BOUNDS.httpPerAddress.most + 40 }, () => open());
    const closed = await new Promise<number>((resolve) => {
      let count = 0;
      for (const socket of held) socket.once('close', () => ++count === 40 && resolve(count));
    });
    expect(closed).toBe(40);
    for (const socket of held) socket.destroy();
  });

  it('asks the store for its health once for all who ask at a time', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    looked = 0;
    await Promise.all(Array.from({ length: 40 }, () => fetch(`${server.url}/readyz`).then((answer) => answer.text())));
    expect(looked).toBeLessThanOrEqual(3);
  });
});
