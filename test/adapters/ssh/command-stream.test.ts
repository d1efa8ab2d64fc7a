import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Remote } from '#ports/remote.ts';
import { startSsh, type LabSsh, type Program } from '#test/lab/ssh-server.ts';

const MB = 1_000_000;

async function* megabytes(count: number, given: () => unknown = () => undefined): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    given();
    await new Promise(setImmediate);
    yield Buffer.alloc(MB, index + 1);
  }
}

/** `give N`, `give-twice`, `count`, `stop`, `at-once`, `say-at-once`, `hang`: as small as commands can be. */
const program: Program = (channel, command) => {
  const [word, count] = command.split(' ');
  const end = (code: number): void => {
    channel.exit(code);
    channel.end();
  };
  if (word === 'give') {
    channel.stderr.write('careful\n');
    channel.write(Buffer.alloc(Number(count), 7), () => end(4));
  }
  if (word === 'count') {
    let bytes = 0;
    channel.on('data', (chunk: Buffer) => (bytes += chunk.length));
    channel.on('end', () => {
      channel.write(String(bytes));
      end(0);
    });
  }
  if (word === 'stop') setImmediate(() => end(0));
  if (word === 'at-once') end(3);
  if (word === 'give-twice') {
    channel.write('one');
    setTimeout(() => channel.write('two', () => end(0)), 50);
  }
  if (word === 'say-at-once') {
    channel.write('said');
    end(0);
  }
};

describe('a command whose output is streamed', () => {
  let ssh: LabSsh;
  let remote: Remote;
  beforeEach(async () => {
    ssh = await startSsh(program);
    remote = connectRemote(ssh.options);
  });
  afterEach(async () => {
    await remote.close();
    await ssh.stop();
  });

  it('gives its output whole, then its code and its complaints', async () => {
    const running = await remote.execStream(['give', String(5 * MB)]);
    expect((await buffer(running.stdout)).length).toBe(5 * MB);
    expect(await running.ended).toEqual({ code: 4, stderr: 'careful\n' });
  });

  it('may end in the very moment in which it is begun', async () => {
    const running = await remote.execStream(['at-once']);
    expect(await text(running.stdout)).toBe('');
    expect(await running.ended).toMatchObject({ code: 3 });
    expect(await remote.exec(['at-once'])).toMatchObject({ code: 3 });
  });

  it('has said what it said, however soon it ended', async () => {
    const said: string[] = [];
    for (let count = 0; count < 20; count += 1) said.push(await text((await remote.execStream(['say-at-once'])).stdout));
    expect(new Set(said)).toEqual(new Set(['said']));
  });

  it('is fed, and told the end of it', async () => {
    const running = await remote.execStream(['count'], { input: megabytes(7) });
    expect(await text(running.stdout)).toBe(String(7 * MB));
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  it('may end before it has read everything: nobody feeds it any further', async () => {
    let given = 0;
    const running = await remote.execStream(['stop'], { input: megabytes(200, () => (given += 1)) });
    expect(await text(running.stdout)).toBe('');
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(given).toBeLessThan(20);
  });

  it('throws what its input threw', async () => {
    const broken = (async function* () {
      yield* megabytes(1);
      throw new Error('the dump is damaged');
    })();
    const running = await remote.execStream(['count'], { input: broken });
    await expect(text(running.stdout)).rejects.toThrow('the dump is damaged');
    await expect(running.ended).rejects.toThrow('the dump is damaged');
  });

  it("gives up with the signal's own reason", async () => {
    const [abort, reason] = [new AbortController(), new Error('enough')];
    const running = await remote.execStream(['hang'], {}, abort.signal);
    setImmediate(() => abort.abort(reason));
    await expect(text(running.stdout)).rejects.toBe(reason);
    await expect(running.ended).rejects.toBe(reason);
  });

  it('says that the machine died, so that nobody takes half an output for a whole one', async () => {
    const running = await remote.execStream(['hang']);
    setImmediate(() => ssh.die());
    await expect(text(running.stdout)).rejects.toMatchObject({ code: 'ssh_unreachable' });
    await expect(running.ended).rejects.toMatchObject({ code: 'ssh_unreachable' });
  });

  it('is whole or an error where the machine dies after its end, before all of it was read', async () => {
    const running = await remote.execStream(['give-twice']);
    let said = '';
    const reading = (async () => {
      for await (const chunk of running.stdout) {
        said += Buffer.from(chunk).toString();
        expect(await running.ended).toMatchObject({ code: 0 });
        ssh.die();
        await sleep(100);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ssh_unreachable' });
    expect(said).toBe('one');
  });

  it('says that there is no SFTP', async () => {
    await expect(remote.files()).rejects.toMatchObject({ code: 'ssh_unreachable' });
  });
});
