import { mkdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callSocket, NotListening } from '#adapters/socket/client.ts';
import { serverLine } from '#adapters/socket/protocol.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { startSocket, type SocketServer } from '#adapters/socket/server.ts';
import type { Gateway, LocalCommand } from '#ports/gateway.ts';

let folder: string;
let path: string;
let server: SocketServer;
let given: LocalCommand[];
let warned: string[];
let answer: Gateway['local'];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-socket-'));
  path = join(folder, 'run', 'vigie.sock');
  given = [];
  warned = [];
  answer = async (_command, tell) => {
    tell('first line');
    tell('second line');
    return { ok: true };
  };
  server = await startSocket({
    path,
    gateway: {
      local: async (command, tell, signal) => {
        given.push(command);
        return await answer(command, tell, signal);
      },
    },
    log: { warn: (_data, text) => warned.push(text) },
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A client that says what it likes; `prove` makes the folder that it is asked for, or something else. */
async function say(
  lines: readonly string[],
  prove: (folder: string) => Promise<void> = async (asked) => await mkdir(asked, { mode: 0o700 }),
): Promise<readonly string[]> {
  const socket = connect(path);
  const heard: string[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  for await (const line of createInterface({ input: socket })) {
    heard.push(line);
    const message = serverLine.parse(JSON.parse(line));
    if (message.kind !== 'prove') continue;
    await prove(message.folder);
    write(socket, lines);
  }
  await closed;
  return heard.slice(1);
}
function write(socket: Socket, lines: readonly string[]): void {
  for (const line of lines) socket.write(`${line}\n`);
}
const PROVEN = '{"kind":"proven"}';
const HELP = '{"kind":"command","text":"help"}';

describe('a command on the local socket', () => {
  it('is given by the account that proved itself, and told line after line', async () => {
    const printed: string[] = [];
    expect(await callSocket(path, 'rollback pad', (line) => printed.push(line))).toBe(true);
    expect(printed).toEqual(['first line', 'second line']);
    expect(given).toEqual([{ account: userInfo().username, text: 'rollback pad' }]);
  });

  it('ends badly when vigie says so', async () => {
    answer = async () => ({ ok: false });
    expect(await callSocket(path, 'rollback pad', () => undefined)).toBe(false);
  });

  it('leaves no proof behind', async () => {
    await callSocket(path, 'help', () => undefined);
    expect(await readdir(`${path}.proofs`)).toEqual([]);
  });

  it('may be as long as the grammar takes, and longer: the grammar says so', async () => {
    await callSocket(path, 'x'.repeat(5_000), () => undefined);
    expect(given[0]?.text).toHaveLength(5_000);
  });

  it('takes several at once', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, index) => callSocket(path, `show a${index}`, () => undefined)));
    expect(given.map(({ text }) => text).toSorted()).toEqual(['show a0', 'show a1', 'show a2', 'show a3', 'show a4']);
  });

  it('is told to stop when its caller goes away', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answer = async (_command, _tell, signal) => {
      signal.addEventListener('abort', () => resolve(true));
      await promise;
      return { ok: false };
    };
    const socket = connect(path);
    createInterface({ input: socket }).once('line', (line) => {
      const message = serverLine.parse(JSON.parse(line));
      if (message.kind === 'prove') mkdirSync(message.folder, { mode: 0o700 });
      write(socket, [PROVEN, HELP]);
    });
    await vi.waitFor(() => expect(given).toHaveLength(1));
    socket.destroy();
    expect(await promise).toBe(true);
  });

  it('says that nobody listens when vigie is stopped', async () => {
    await server.close();
    await expect(callSocket(path, 'help', () => undefined)).rejects.toThrow(NotListening);
  });

  it('says that vigie went away in the middle', async () => {
    answer = async () => {
      throw new Error('broken');
    };
    await expect(callSocket(path, 'help', () => undefined)).rejects.toThrow(/closed the connection before the end/u);
    expect(warned).toContain('a local command failed');
  });
});

describe('whoever does not prove who they are', () => {
  it.each<[what: string, prove: (folder: string) => Promise<void>]>([
    ['makes nothing', async () => undefined],
    ['makes a file', async (asked) => await writeFile(asked, '')],
    ['makes a link to a folder of somebody else', async (asked) => await symlink('/', asked)],
    [
      'makes a folder that others may write to, and so may have been moved there',
      async (asked) => {
        await mkdir(asked);
        await chmod(asked, 0o777);
      },
    ],
    ['makes it elsewhere', async (asked) => await mkdir(`${asked}x`)],
  ])('is not heard: %s', async (_what, prove) => {
    expect(await say([PROVEN, HELP], prove)).toEqual([]);
    expect([given, warned]).toEqual([[], ['a local command failed']]);
  });

  it('is not heard when the command comes before the proof', async () => {
    expect(await say([HELP])).toEqual([]);
    expect(given).toEqual([]);
  });
});

describe('what is no line of the protocol', () => {
  it.each([
    ['not JSON', 'help'],
    ['an empty line', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['another kind', '{"kind":"root"}'],
    ['a command without text', '{"kind":"command"}'],
    ['a command that is a number', '{"kind":"command","text":7}'],
    ['an account of its own choice', '{"kind":"proven","account":"root"'],
  ])('ends the connection: %s', async (_what, line) => {
    expect(await say([PROVEN, line, HELP])).toEqual([]);
    expect(given).toEqual([]);
  });

  it('ends the connection: a line without end', async () => {
    expect(await say([PROVEN, 'x'.repeat(100_000)])).toEqual([]);
    expect(given).toEqual([]);
  });

  it('and vigie goes on listening', async () => {
    await say(['\u0000\u0001']);
    expect(await callSocket(path, 'help', () => undefined)).toBe(true);
  });
});

describe('the socket', () => {
  it('may be reached by every account; proofs can be made there, not listed, nor removed by others', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o666);
    expect((await stat(`${path}.proofs`)).mode & 0o7777).toBe(0o1733);
  });

  it('takes the place of one that a vigie left behind when it was killed', async () => {
    const left = join(folder, 'left.sock');
    await writeFile(left, '');
    const second = await startSocket({ path: left, gateway: { local: async () => ({ ok: true }) }, log: { warn: () => undefined } });
    expect(await callSocket(left, 'help', () => undefined)).toBe(true);
    await second.close();
  });

  it('opens no other folder to all, where somebody made the one for proofs a link to it', async () => {
    const precious = join(folder, 'precious');
    await mkdir(precious, { mode: 0o700 });
    const other = join(folder, 'other.sock');
    await symlink(precious, `${other}.proofs`);
    const started = startSocket({ path: other, gateway: { local: async () => ({ ok: true }) }, log: { warn: () => undefined } });
    await expect(started).rejects.toThrow(`${other}.proofs is no folder of vigie's: remove it, and see who may write to ${folder}`);
    expect((await stat(precious)).mode & 0o7777).toBe(0o700);
  });

  it('can be reached whatever the umask was when its folder was made', async () => {
    const before = process.umask(0o077);
    const deep = join(folder, 'made', 'vigie.sock');
    const made = await startSocket({ path: deep, gateway: { local: async () => ({ ok: true }) }, log: { warn: () => undefined } });
    process.umask(before);
    expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o755);
    await made.close();
  });
});

describe('a client of the socket', () => {
  it('that says nothing, or half a line, is hung up on', { timeout: 20_000 }, async () => {
    const held = [connect(path), connect(path)];
    held[1]?.write('{"kind":');
    const startedAt = performance.now();
    await Promise.all(held.map((socket) => new Promise<void>((resolve) => socket.resume().once('close', () => resolve()))));
    expect(performance.now() - startedAt).toBeLessThan(BOUNDS.socketSilence.most + 3_000);
  });

  it('that opens a thousand connections keeps nobody out for longer than that', { timeout: 20_000 }, async () => {
    const held = Array.from({ length: 1_000 }, () => connect(path).on('error', () => undefined));
    await vi.waitFor(
      () => expect(held.filter((socket) => socket.destroyed || socket.readyState === 'closed').length).toBeGreaterThan(900),
      {
        timeout: 5_000,
      },
    );
    await new Promise((resolve) => setTimeout(resolve, BOUNDS.socketSilence.most + 200));
    expect(await callSocket(path, 'help', () => undefined)).toBe(true);
    for (const socket of held) socket.destroy();
  });
});
