import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSwarm } from '#adapters/docker/connect-swarm.ts';
import type { SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { standIn } from './daemon-stand-in.ts';

type Pages = Readonly<Record<string, { readonly body: unknown; readonly link?: string }>>;

describe('the tags of a registry', () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  /** A registry without TLS, that wants a token, and a Docker that takes it for insecure or not. */
  async function reach(pages: Pages, { insecure = true, password = 'right', realm = '' } = {}) {
    const asked: IncomingMessage[] = [];
    let port = 0;
    const server: Server = createServer((request, response) => {
      asked.push(request);
      const { pathname, search } = new URL(request.url ?? '', 'http://registry');
      if (pathname === '/token') {
        const known = request.headers.authorization === `Basic ${Buffer.from('vigie:right').toString('base64')}`;
        return void response.writeHead(known ? 200 : 401).end(JSON.stringify({ token: 'let-me-in' }));
      }
      if (request.headers.authorization !== 'Bearer let-me-in') {
        const from = realm === '' ? `http://127.0.0.1:${port}/token` : realm;
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${from}",service="lab"` }).end();
      }
      const page = pages[`${pathname}${search}`] ?? pages[pathname];
      if (page === undefined) return void response.writeHead(404).end('{}');
      response.writeHead(200, page.link === undefined ? {} : { link: page.link }).end(JSON.stringify(page.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    const daemon = await standIn((_request, response) => {
      const cidrs = insecure ? ['127.0.0.0/8'] : [];
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ RegistryConfig: { InsecureRegistryCIDRs: cidrs } }));
    });
    const host = `127.0.0.1:${port}`;
    const swarm = connectSwarm({ kind: 'socket', path: daemon.path, registries: { [host]: { username: 'vigie', password } } });
    open.push(
      () => swarm.close(),
      () => daemon.close(),
      () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
    );
    return { swarm, repository: `${host}/pad`, asked };
  }

  const codeOf = async (swarm: SwarmConnection, repository: string): Promise<unknown> =>
    await swarm.tags(repository).catch((error: { readonly code: unknown }) => error.code);

  it('are read page by page, and put in the order in which their images were built', async () => {
    const { swarm, repository } = await reach({
      '/v2/pad/tags/list?n=500': { body: { tags: ['1.9', '1.10'] }, link: '</v2/pad/tags/list?n=500&last=1.10>; rel="next"' },
      '/v2/pad/tags/list?n=500&last=1.10': { body: { tags: ['old', 'many'] } },
      '/v2/pad/manifests/1.9': { body: { config: { digest: 'sha256:a' } } },
      '/v2/pad/blobs/sha256:a': { body: { created: '2026-11-03T10:00:00Z' } },
      '/v2/pad/manifests/many': {
        body: {
          manifests: [
            { digest: 'sha256:seal', platform: { os: 'unknown' } },
            { digest: 'sha256:m', platform: { os: 'linux' } },
          ],
        },
      },
      '/v2/pad/manifests/sha256:m': { body: { config: { digest: 'sha256:b' } } },
      '/v2/pad/blobs/sha256:b': { body: { created: '2026-11-09T10:00:00Z' } },
    });
    expect(await swarm.tags(repository)).toEqual({
      tags: [
        { name: 'many', builtAt: Date.parse('2026-11-09T10:00:00Z') },
        { name: '1.9', builtAt: Date.parse('2026-11-03T10:00:00Z') },
        { name: 'old', builtAt: null },
        { name: '1.10', builtAt: null },
      ],
      more: false,
    });
  });

  it('are bounded, and it is said that there are more', async () => {
    const many = { body: { tags: Array.from({ length: 500 }, (_, index) => `t${index}`) }, link: '</v2/pad/tags/list>; rel=next' };
    const { swarm, repository } = await reach({ '/v2/pad/tags/list': many });
    const { tags, more } = await swarm.tags(repository);
    expect([tags.length, more]).toEqual([2_000, true]);
  });

  it('are no secret that a wrong password gives away, and no password goes where nobody knows who listens', async () => {
    const wrong = await reach({}, { password: 'wrong' });
    expect(await codeOf(wrong.swarm, wrong.repository)).toBe('image_unauthorized');
    const odd = await reach({}, { realm: 'ftp://elsewhere.example/token' });
    expect(await codeOf(odd.swarm, odd.repository)).toBe('image_unauthorized');
    expect(odd.asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('are not asked for without TLS where Docker would not', async () => {
    const { swarm, repository, asked } = await reach({}, { insecure: false });
    expect(await codeOf(swarm, repository)).toBe('registry_unreachable');
    expect(asked).toEqual([]);
  });

  it('are of an unknown image where the registry has none, and refused where it says something else', async () => {
    const { swarm, repository } = await reach({ '/v2/odd/tags/list': { body: { tags: 'many' } } });
    expect(await codeOf(swarm, repository)).toBe('image_unknown');
    expect(await codeOf(swarm, repository.replace('/pad', '/odd'))).toBe('registry_refused');
  });
});
