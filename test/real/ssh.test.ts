import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { SshOptions } from '#adapters/ssh/session.ts';
import type { Remote } from '#ports/remote.ts';
import { privateKey, realSwarm } from './swarm.ts';

const OTHER_KEY = `SHA256:${'A'.repeat(43)}`;

describe('a machine behind SSH', () => {
  let options: SshOptions;
  let remote: Remote;

  beforeAll(async () => {
    const { ssh } = await realSwarm();
    options = { ...ssh, privateKey: await privateKey(ssh) };
    remote = connectRemote(options);
  });
  afterAll(() => remote.close());

  it('runs a command, and gives its code and both its streams', async () => {
    expect(await remote.exec(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('expands nothing in a command', async () => {
    const words = ['a b', "l'été", '$HOME', '`id`', '*', '', '\\', 'two\nlines'];
    const { stdout } = await remote.exec(['printf', '%s|', ...words]);
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('gives a command its input', async () => {
    expect(await remote.exec(['wc', '-c'], { input: 'x'.repeat(100_000) })).toMatchObject({
      code: 0,
      stdout: '100000\n',
    });
  });

  it('keeps no more of the output than asked, and still waits for the end', async () => {
    const { code, stdout } = await remote.exec(['sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x; exit 7'], {
      keepBytes: 1000,
    });
    expect({ code, length: stdout.length }).toEqual({ code: 7, length: 1000 });
  });

  it('says that a signal ended a command by a code of null', async () => {
    expect((await remote.exec(['sh', '-c', 'kill -9 $$'])).code).toBeNull();
  });

  it('opens a port as seen from over there', async () => {
    const server = createServer((socket) => socket.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const stream = await remote.openPort('127.0.0.1', typeof address === 'object' ? (address?.port ?? 0) : 0);
    expect(String((await once(stream, 'data'))[0])).toBe('hello');
    stream.destroy();
    server.close();
  });

  it('carries megabytes both ways, and tells the end of each', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const stream = await remote.openPort('127.0.0.1', typeof address === 'object' ? (address?.port ?? 0) : 0);
    const sent = randomBytes(5_000_000);
    stream.end(sent);
    expect(sent.equals(await buffer(stream))).toBe(true);
    server.close();
  });

  it('says that a socket is not there', async () => {
    await expect(remote.openSocket('/run/nobody.sock')).rejects.toThrow('/run/nobody.sock: (SSH) Channel open failure');
    await expect(remote.openPort('127.0.0.1', 1)).rejects.toThrow('127.0.0.1:1: (SSH) Channel open failure');
  });

  it('carries all its commands over one connection', async () => {
    const count = async (): Promise<number> => Number((await remote.exec(['sh', '-c', 'echo $SSH_CONNECTION'])).stdout.split(' ')[1]);
    const ports = new Set<number>();
    for (let round = 0; round < 5; round += 1) for (const port of await Promise.all(Array.from({ length: 5 }, count))) ports.add(port);
    expect(ports.size).toBe(1);
  });

  it('refuses a server that shows another key than the pinned one, and says both', async () => {
    const stranger = connectRemote({ ...options, hostKey: OTHER_KEY });
    await expect(stranger.exec(['true'])).rejects.toMatchObject({
      code: 'ssh_host_key',
      params: { host: remote.host, expected: OTHER_KEY, got: options.hostKey },
    });
    await stranger.close();
  });

  it('refuses a pin that is no fingerprint', () => {
    expect(() => connectRemote({ ...options, hostKey: 'yes' })).toThrow(TypeError);
  });

  it('names the machine where nobody listens', async () => {
    const absent = connectRemote({ ...options, port: 1 });
    await expect(absent.exec(['true'])).rejects.toMatchObject({
      code: 'ssh_unreachable',
      params: { host: 'root@127.0.0.1:1', reason: expect.stringContaining('ECONNREFUSED') },
    });
    await absent.close();
  });

  it('does not wait for ever for a server that says nothing', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const absent = connectRemote({ ...options, port, timeoutMs: 300 });
    await expect(absent.exec(['true'])).rejects.toMatchObject({ code: 'ssh_unreachable' });
    silent.close();
  });

  it('says nothing of the key when the server refuses it', async () => {
    const stranger = connectRemote({ ...options, user: 'nobody' });
    const refused: unknown = await stranger.exec(['true']).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'ssh_unreachable',
      params: { reason: expect.stringContaining('authentication') },
    });
    expect(JSON.stringify(refused)).not.toContain('PRIVATE');
    await stranger.close();
  });

  it('connects again after the connection broke', async () => {
    const other = connectRemote(options);
    const { stdout: process } = await other.exec(['sh', '-c', 'echo $PPID']);
    await other.exec(['kill', process.trim()]).catch(() => null);
    expect((await other.exec(['echo', 'back'])).stdout).toBe('back\n');
    await other.close();
  });

  it("gives up with the signal's own reason", async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const running = remote.exec(['sleep', '60'], {}, abort.signal);
    setTimeout(() => abort.abort(reason), 100);
    await expect(running).rejects.toBe(reason);
    await expect(remote.exec(['true'], {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
