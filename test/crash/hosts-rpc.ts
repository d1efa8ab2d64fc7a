import { createServer } from 'node:http';
import type { Cleaned, Hosts, Space } from '#ports/hosts.ts';
import { answerOf, type Answer, problemOfAnswer } from './rpc-answer.ts';

/** Serves machines to another process, so that they outlive a vigie that is killed. Counts what was removed, each thing by itself. */
export async function serveHosts(
  hosts: Hosts,
): Promise<{ readonly url: string; readonly cleaned: Map<string, Cleaned['outcome'][]>; close(): Promise<void> }> {
  const cleaned = new Map<string, Cleaned['outcome'][]>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://lab');
    const [host, what]: [string, Parameters<Hosts['clean']>[1]] = JSON.parse(searchParams.get('args') ?? '[]');
    const answer = async (): Promise<Space | Cleaned> => {
      if (pathname === '/space') return await hosts.space(host);
      const done = await hosts.clean(host, what);
      const name = 'id' in what ? what.id : what.path;
      cleaned.set(name, [...(cleaned.get(name) ?? []), done.outcome]);
      return done;
    };
    void answerOf(answer).then((said) => response.end(JSON.stringify(said)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, cleaned, close };
}

/** The other end. */
export function remoteHosts(url: string): Hosts {
  const ask = async <T>(method: 'space' | 'clean', args: readonly unknown[]): Promise<T> => {
    const answer = await fetch(`${url}/${method}?args=${encodeURIComponent(JSON.stringify(args))}`, { method: 'POST' });
    const body: Answer<T> = JSON.parse(await answer.text());
    if ('error' in body) throw problemOfAnswer(body.error);
    return body.value;
  };
  const unused = async (): Promise<never> => await Promise.reject(new Error('not here'));
  return {
    list: () => [],
    fileSystems: unused,
    journal: unused,
    space: (host) => ask<Space>('space', [host]),
    clean: (host, what) => ask<Cleaned>('clean', [host, what]),
    powerOff: unused,
    guestSettings: unused,
    zfsSnapshots: unused,
    takeGuest: unused,
  };
}
