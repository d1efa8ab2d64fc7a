import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { SshOptions } from '#adapters/ssh/session.ts';
import { RemoteFileError, type Remote, type RemoteFiles } from '#ports/remote.ts';
import { privateKey, realSwarm } from './swarm.ts';

const OTHER_KEY = `SHA256:${'A'.repeat(43)}`;

/** So many times a million bytes, each million another one. */
async function* megabytes(count: number, given: () => unknown = () => undefined): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    given();
    yield Buffer.alloc(1_000_000, index + 1);
  }
}

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

  describe('a command whose output is streamed', () => {
    it('gives its output whole, then its code and its complaints', async () => {
      const running = await remote.execStream(['sh', '-c', 'head -c 20000000 /dev/zero; echo careful >&2; exit 4']);
      expect((await buffer(running.stdout)).length).toBe(20_000_000);
      expect(await running.ended).toEqual({ code: 4, stderr: 'careful\n' });
    });

    it('waits while nobody reads', async () => {
      const file = `/tmp/vigie-ssh-${process.pid}`;
      const script = `head -c 100000000 /dev/zero | tee ${file}`;
      const running = await remote.execStream(['sh', '-c', script]);
      const first = running.stdout[Symbol.asyncIterator]();
      await first.next();
      await sleep(500);
      expect((await stat(file)).size).toBeLessThan(20_000_000);
      await first.return?.();
      await rm(file);
    });

    it('feeds a command as it reads, and gives what it makes of it', async () => {
      const running = await remote.execStream(['sha256sum'], { input: megabytes(30) });
      const said = await text(running.stdout);
      const hash = createHash('sha256');
      for await (const part of megabytes(30)) hash.update(part);
      expect(said.slice(0, 64)).toBe(hash.digest('hex'));
      expect((await running.ended).code).toBe(0);
    });

    it('feeds no faster than the command reads', async () => {
      let given = 0;
      const running = await remote.execStream(['sleep', '1'], { input: megabytes(100, () => (given += 1)) });
      await text(running.stdout);
      expect(given).toBeLessThan(10);
    });

    it('ends well when the command wants no more', async () => {
      const running = await remote.execStream(['head', '-c', '5'], { input: megabytes(100) });
      expect((await buffer(running.stdout)).length).toBe(5);
      expect(await running.ended).toEqual({ code: 0, stderr: '' });
    });

    it('throws what its input threw', async () => {
      const broken = (async function* () {
        yield Buffer.from('half');
        await sleep(100);
        throw new Error('the dump is damaged');
      })();
      const running = await remote.execStream(['cat'], { input: broken });
      await expect(text(running.stdout)).rejects.toThrow('the dump is damaged');
      await expect(running.ended).rejects.toThrow('the dump is damaged');
    });

    it("closes the command's streams when its reader leaves", async () => {
      const running = await remote.execStream(['sh', '-c', 'echo $$; exec yes']);
      let process = '';
      for await (const part of running.stdout) {
        process = String(Buffer.from(part)).split('\n')[0] ?? '';
        break;
      }
      expect(await running.ended).toMatchObject({ code: null });
      await expect.poll(async () => (await remote.exec(['kill', '-0', process])).code).toBe(1);
    });

    it("gives up with the signal's own reason, at once", async () => {
      const reason = new Error('enough');
      const abort = new AbortController();
      const running = await remote.execStream(['sleep', '60'], {}, abort.signal);
      setTimeout(() => abort.abort(reason), 100);
      await expect(text(running.stdout)).rejects.toBe(reason);
      await expect(running.ended).rejects.toBe(reason);
    });

    it('says that the connection broke, so that nobody takes half an output for a whole one', async () => {
      const other = connectRemote(options);
      const running = await other.execStream(['sh', '-c', 'echo half; sleep 0.2; kill $PPID; sleep 5']);
      await expect(text(running.stdout)).rejects.toMatchObject({ code: 'ssh_unreachable' });
      await expect(running.ended).rejects.toMatchObject({ code: 'ssh_unreachable' });
      await other.close();
    });
  });

  describe('files over SFTP', () => {
    let folder = '';
    let files: RemoteFiles;

    beforeEach(async () => {
      folder = await mkdtemp('/tmp/vigie-sftp-');
      files = await remote.files();
    });
    afterEach(async () => {
      files.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('writes what it is given, reads it again, and says what is there', async () => {
      const path = `${folder}/dump`;
      let told = 0;
      expect(await files.write(path, megabytes(20), 0o600, (bytes) => (told = bytes))).toBe(20_000_000);
      expect(told).toBe(20_000_000);
      expect(await files.stat(path)).toMatchObject({ kind: 'file', bytes: 20_000_000, mode: 0o600 });
      expect((await buffer(files.read(path))).equals(await buffer(megabytes(20)))).toBe(true);
    });

    it('reads no further than it is read', async () => {
      await files.write(`${folder}/dump`, megabytes(20), 0o600);
      for await (const part of files.read(`${folder}/dump`)) {
        expect(part.length).toBeGreaterThan(0);
        break;
      }
      expect(await files.stat(`${folder}/dump`)).toMatchObject({ kind: 'file' });
    });

    it('never writes to a file or a link that is there', async () => {
      await writeFile(`${folder}/theirs`, 'theirs');
      await symlink(`${folder}/elsewhere`, `${folder}/link`);
      for (const name of ['theirs', 'link'])
        await expect(files.write(`${folder}/${name}`, megabytes(1), 0o600)).rejects.toMatchObject({ status: 'failed' });
      expect(await readFile(`${folder}/theirs`, 'utf8')).toBe('theirs');
      await expect(stat(`${folder}/elsewhere`)).rejects.toThrow('ENOENT');
    });

    it('renames, but never onto what is there', async () => {
      for (const name of ['a', 'b']) await writeFile(`${folder}/${name}`, name);
      await expect(files.rename(`${folder}/a`, `${folder}/b`)).rejects.toBeInstanceOf(RemoteFileError);
      await files.rename(`${folder}/a`, `${folder}/c`);
      await files.syncFolder(folder);
      expect((await files.list(folder)).map(({ name }) => name)).toEqual(['b', 'c']);
      expect(await readFile(`${folder}/b`, 'utf8')).toBe('b');
    });

    it('makes folders, lists them with their kinds, and removes files', async () => {
      await files.makeFolder(`${folder}/pad`, 0o700);
      await files.makeFolder(`${folder}/pad`, 0o700);
      await symlink('/etc/passwd', `${folder}/link`);
      await writeFile(`${folder}/file`, 'x');
      expect((await files.list(folder)).map(({ name, kind }) => [name, kind])).toEqual([
        ['file', 'file'],
        ['link', 'link'],
        ['pad', 'folder'],
      ]);
      expect(await files.remove(`${folder}/file`)).toBe(true);
      expect(await files.remove(`${folder}/file`)).toBe(false);
      expect(await files.stat(`${folder}/file`)).toBeNull();
    });

    it('says how much room there is', async () => {
      const { bsize, blocks } = await statfs(folder);
      const { sizeBytes, freeBytes } = await files.space(folder);
      expect(sizeBytes).toBe(bsize * blocks);
      expect(freeBytes).toBeLessThanOrEqual(sizeBytes);
    });

    it('tells what is missing from what is forbidden', async () => {
      await expect(buffer(files.read(`${folder}/none`))).rejects.toMatchObject({ status: 'missing', path: `${folder}/none` });
      await expect(files.list(`${folder}/none`)).rejects.toMatchObject({ status: 'missing' });
    });

    it("stops with its signal's own reason, and with the connection", async () => {
      const reason = new Error('enough');
      const abort = new AbortController();
      const bound = await remote.files(abort.signal);
      await expect(
        bound.write(
          `${folder}/dump`,
          megabytes(500, () => abort.abort(reason)),
          0o600,
        ),
      ).rejects.toBe(reason);
      await expect(bound.stat(folder)).rejects.toBe(reason);
      bound.close();
      const other = connectRemote(options);
      const lost = await other.files();
      await other.close();
      await expect.poll(async () => await lost.stat(folder).catch((error: unknown) => error)).toMatchObject({ code: 'ssh_unreachable' });
    });
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
