import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request, type Server } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { feed, gathered } from '#adapters/docker/exec-io.ts';

const PIECE = Buffer.alloc(4096, 'x');
const PIECES = 2000;
const MEGABYTE = 1024 * 1024;

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A connection that is handed over, as Docker's is, to somebody who writes small pieces as fast as they go. */
async function handedOver(readableHighWaterMark: number): Promise<Socket> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-exec-'));
  const server: Server = createServer();
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    void write(socket);
  });
  const socketPath = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => void server.listen(socketPath, resolve));
  const options = { keepAlive: true, readableHighWaterMark };
  const agent = new Agent(options);
  opened.push(async () => {
    agent.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return await new Promise((resolve, reject) => {
    const asked = request({ agent, socketPath, headers: { connection: 'Upgrade', upgrade: 'tcp' } });
    asked.on('error', reject).on('upgrade', (_answer, socket: Socket, head: Buffer) => {
      socket.unshift(head);
      resolve(socket);
    });
    asked.end();
  });
}

async function write(socket: Duplex): Promise<void> {
  for (let index = 0; index < PIECES; index += 1) {
    await new Promise((resolve) => void socket.write(PIECE, resolve));
    // Each is a write of its own, as a client's are.
    await new Promise(setImmediate);
  }
  socket.end();
}

async function chunksOf(source: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const chunk of source) sizes.push(chunk.length);
  return sizes;
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

describe('what a command in a container says', () => {
  it('comes whole, in fewer and larger pieces than it was written in', async () => {
    const sizes = await chunksOf(gathered(await handedOver(1)));
    expect(sum(sizes)).toBe(PIECES * PIECE.length);
    expect(sizes.length).toBeLessThan(PIECES / 3);
  });

  it('ends as its source does', async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield PIECE;
      throw new Error('cut');
    };
    await expect(chunksOf(gathered(source()))).rejects.toThrow('cut');
  });
});

/** Takes what is written when it is told to: Docker's own socket. */
class Slow extends Socket {
  readonly got: number[] = [];
  #done: (() => void) | null = null;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.got.push(chunk.length);
    this.#done = done;
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: () => void): void {
    this.got.push(...chunks.map(({ chunk }) => chunk.length));
    this.#done = done;
  }

  takeOne(): void {
    const done = this.#done;
    this.#done = null;
    done?.();
  }
}

/** One over SSH, whose window is full. */
class Channel extends Duplex {
  override _read(): void {
    // It says nothing.
  }

  override _write(): void {
    // It never goes on.
  }
}

describe('what a command in a container is given', () => {
  const many = (asked: number[]) =>
    async function* (): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 100; index += 1) {
        asked.push(index);
        yield Buffer.alloc(64 * 1024);
      }
    };

  it('stands ready a megabyte ahead, and no more', async () => {
    const [asked, socket] = [[] as number[], new Slow()];
    const fed = feed(socket, many(asked)());
    await sleep(20);
    expect(asked).toHaveLength(MEGABYTE / (64 * 1024) + 1);
    while (socket.got.length < 100) {
      socket.takeOne();
      await new Promise(setImmediate);
    }
    socket.takeOne();
    await fed;
    expect(sum(socket.got)).toBe(100 * 64 * 1024);
    expect(socket.writableEnded).toBe(true);
  });

  it('waits for a connection that holds as much by itself', async () => {
    const [asked, channel] = [[] as number[], new Channel({ highWaterMark: 128 * 1024 })];
    const fed = feed(channel, many(asked)());
    await sleep(20);
    expect(asked).toHaveLength(3);
    channel.destroy();
    await fed;
  });

  it('is asked for no more once nobody reads', async () => {
    const [asked, socket] = [[] as number[], new Slow()];
    socket.on('error', () => undefined);
    const fed = feed(socket, many(asked)());
    await sleep(20);
    socket.destroy(new Error('gone'));
    await fed;
    expect(asked.length).toBeLessThan(20);
  });
});
