import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Remote } from '#ports/remote.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { freePort } from '../free-port.ts';

const run = promisify(execFile);

export interface Bounce {
  readonly remote: Remote;
  close(): Promise<void>;
}

/** An SSH bounce that opens these ports of loopback, and nothing else. @param folder where it keeps its keys */
export async function startBounce(folder: string, ports: readonly number[]): Promise<Bounce> {
  const port = await freePort();
  await run(join(import.meta.dirname, 'bounce.sh'), [folder, String(port), ...ports.map((each) => `127.0.0.1:${each}`)]);
  const { stdout } = await run('ssh-keygen', ['-lf', join(folder, 'host.pub')]);
  const remote = connectRemote({
    host: '127.0.0.1',
    port,
    user: 'root',
    privateKey: await readFile(join(folder, 'id'), 'utf8'),
    hostKey: stdout.split(' ')[1] ?? '',
  });
  return {
    remote,
    async close() {
      await remote.close();
      process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')));
    },
  };
}
