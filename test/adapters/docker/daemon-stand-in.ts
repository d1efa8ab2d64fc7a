import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a real daemon is hard to bring to: odd answers, silence, broken connections. */
export interface DaemonStandIn {
  readonly path: string;
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

export async function standIn(answer: RequestListener): Promise<DaemonStandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-'));
  const path = join(folder, 'docker.sock');
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
