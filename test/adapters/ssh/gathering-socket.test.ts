import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectGathering } from '#adapters/ssh/gathering-socket.ts';

describe('a socket that gathers', () => {
  let server: Server;
  let received: Promise<string>;
  let socket: Socket;
  beforeEach(async () => {
    server = createServer();
    received = once(server, 'connection').then(([end]) => text(end));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    socket = connectGathering(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    await once(socket, 'connect');
  });
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  it('sends what is written in one go at once, and the next when it comes', async () => {
    const sent = vi.spyOn(socket, 'uncork');
    for (const part of ['length ', 'packet ', 'seal ']) socket.write(part);
    expect([socket.writableCorked, sent.mock.calls.length]).toEqual([1, 0]);
    await new Promise(setImmediate);
    expect([socket.writableCorked, sent.mock.calls.length]).toEqual([0, 1]);
    await new Promise<void>((resolve) => socket.write('another', () => resolve()));
    socket.end();
    expect(await received).toBe('length packet seal another');
  });

  it('ends with all that was written before', async () => {
    socket.write('whole');
    socket.end();
    expect(await received).toBe('whole');
  });
});
