import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askClient, HANDED_OVER, type ClientCommand } from '#adapters/databases/client.ts';
import { here } from '#test/lab/databases/this-machine.ts';

const PLAIN = { args: [], password: null, passwordVariable: 'NONE', ownPassword: [] } as const;

describe('a file that is handed over to a client', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-client-'));
    await writeFile(join(folder, 'list'), 'what to restore\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const ask = (command: Pick<ClientCommand, 'program' | 'args'>) =>
    askClient(here(), { ...PLAIN, ...command, file: join(folder, 'list'), input: 'rows\n' });

  it('is read by it beside its input, and has no name any more by then', async () => {
    const script = `cat ${HANDED_OVER} - && ls -A "$1"`;
    const answer = await ask({ program: ['sh', 'sh'], args: ['-c', script, 'sh', folder] });
    expect(answer).toEqual({ code: 0, stdout: 'what to restore\nrows\n', stderr: '' });
  });

  it('is gone where there is no such client', async () => {
    expect(await ask({ program: ['no-such-client', 'nor-this'], args: [] })).toMatchObject({ code: 127 });
    expect(await readdir(folder)).toEqual([]);
  });
});
