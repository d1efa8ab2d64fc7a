import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { answerOf, FILE_BLOCK_BYTES, HANDED_OVER, type Orders, readyClient, type ClientCommand } from '#adapters/databases/client.ts';
import { here } from '#test/lab/databases/this-machine.ts';

const PLAIN = { passwordVariable: 'SECRET', ownPassword: [] } as const;
const LIST = `${'what to restore'.padEnd(FILE_BLOCK_BYTES * 3 - 1)}\n`;

async function* rows(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('rows\n');
}

const orders = (args: readonly string[]): Orders => ({
  password: 'sesame',
  args,
  // In pieces that are none of its blocks.
  file: { blocks: 3, content: [Buffer.from(LIST.slice(0, 5_000)), Buffer.from(LIST.slice(5_000))] },
  input: rows(),
});

const files = async (): Promise<readonly string[]> => (await readdir('/tmp')).filter((name) => /^vigie-[0-9a-f]{16}$/u.test(name));

describe('a client that stands ready', () => {
  const ask = async (command: Pick<ClientCommand, 'program' | 'args'>, told: Promise<Orders | null>, place = here()) =>
    await answerOf(await readyClient(place, { ...PLAIN, ...command }, told));

  it('reads the file beside its input, which has no name by then, and has its password and the arguments that came', async () => {
    const before = await files();
    const program = ['sh', 'sh'] as const;
    const script = `cat ${HANDED_OVER} -; echo "$0 $1 $SECRET"; ls /tmp; stat -Lc %a ${HANDED_OVER}`;
    const { stdout, ...end } = await ask({ program, args: ['-c', script, 'one', 'two'] }, Promise.resolve(orders(['-e', '-u'])));
    expect(end).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(`${LIST}rows\none two sesame\n`)).toBe(true);
    expect(stdout.split('\n').filter((name) => /^vigie-[0-9a-f]{16}$/u.test(name))).toEqual(before);
    expect(stdout.endsWith('\n600\n')).toBe(true);
  });

  it('waits until it is told', async () => {
    const place = here();
    const { promise, resolve } = Promise.withResolvers<Orders | null>();
    const answer = ask({ program: ['cat', 'cat'], args: [] }, promise, place);
    await new Promise((later) => setTimeout(later, 50));
    expect(place.running()).toBe(1);
    resolve(orders([]));
    expect(await answer).toEqual({ code: 0, stdout: 'rows\n', stderr: '' });
  });

  it('ends without a trace where nobody wants it', async () => {
    const [place, before] = [here(), await files()];
    expect(await ask({ program: ['cat', 'cat'], args: [] }, Promise.resolve(null), place)).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(place.running()).toBe(0);
    expect(await files()).toEqual(before);
  });

  it('leaves no file where there is no such client', async () => {
    const before = await files();
    expect(await ask({ program: ['no-such-client', 'nor-this'], args: [] }, Promise.resolve(orders([])))).toMatchObject({ code: 127 });
    expect(await files()).toEqual(before);
  });

  it('does nothing where it was not told all, and that is no success', async () => {
    const short: Orders = { ...orders([]), file: { blocks: 1_000, content: [Buffer.from('short\n')] } };
    const answer = await ask({ program: ['echo', 'echo'], args: ['it runs'] }, Promise.resolve(short));
    expect(answer).toEqual({ code: 1, stdout: '', stderr: '' });
  });
});
