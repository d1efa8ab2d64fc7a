import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createRoutes } from '#adapters/routes/create-routes.ts';
import type { ApiOptions } from '#adapters/routes/traefik-api.ts';
import { TraefikStandIn, type PlayedTraefik } from '#test/lab/network/traefik-api.ts';
import { isInet } from '#test/lab/pager/http-sink.ts';

const settings = { exposedByDefault: true, tlsEntryPoints: ['websecure'] };
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function played(given: PlayedTraefik): Promise<TraefikStandIn> {
  const api = await TraefikStandIn.start(given);
  stops.push(() => api.stop());
  return api;
}

async function served(apis: Readonly<Record<string, Partial<ApiOptions> & { readonly url: string }>>) {
  const routes = createRoutes({
    swarm: null,
    apis: Object.fromEntries(Object.entries(apis).map(([name, api]) => [name, { timeoutMs: 500, ...api }])),
    settings,
  });
  stops.push(() => routes.close());
  return await routes.served();
}

describe("Traefik's own API", () => {
  it.each([2, 3] as const)('of version %i says what it serves, and over which entry points', async (version) => {
    const api = await played({
      version,
      routers: [
        { name: 'pad', rule: 'Host(`pad.example.net`)', url: 'http://10.0.1.5:9001' },
        { name: 'plain', rule: 'Host(`plain.example.net`)', entryPoints: ['web'], up: false },
        {
          name: 'broken',
          rule: 'Host(`broken.example.net`)',
          status: 'disabled',
          error: ['the service "x@docker" does not exist'],
          tls: true,
        },
        { name: 'own', rule: 'PathPrefix(`/`)', provider: 'file' },
      ],
    });
    const provider = version === 3 ? 'swarm' : 'docker';
    expect(await served({ one: { url: api.url } })).toEqual([
      {
        name: 'one',
        problem: null,
        view: {
          generation: 2,
          routers: [
            expect.objectContaining({
              name: 'pad',
              provider,
              hosts: ['pad.example.net'],
              tls: true,
              servers: [{ url: 'http://10.0.1.5:9001', up: true }],
            }),
            expect.objectContaining({ name: 'plain', tls: false, servers: [{ url: 'http://10.0.1.5:80', up: false }] }),
            expect.objectContaining({ name: 'broken', status: 'disabled', errors: ['the service "x@docker" does not exist'] }),
            expect.objectContaining({ name: 'own', provider: 'file', hosts: [] }),
          ],
        },
      },
    ]);
  });

  it('of version 1 says it by provider', async () => {
    const api = await played({ version: 1, routers: [{ name: 'Host-pad-0', rule: 'Host:pad.example.net,www.example.net;PathPrefix:/x' }] });
    const [answer] = await served({ old: { url: api.url } });
    expect(answer?.view).toMatchObject({
      generation: 1,
      routers: [
        {
          provider: 'docker',
          hosts: ['pad.example.net', 'www.example.net'],
          tls: null,
          servers: [{ url: 'http://10.0.1.5:80', up: null }],
        },
      ],
    });
  });

  it('is read to its last page', async () => {
    const routers = Array.from({ length: 250 }, (_, index) => ({ name: `r${index}`, rule: `Host(\`r${index}.example.net\`)` }));
    const [answer] = await served({ big: { url: (await played({ version: 3, routers })).url } });
    expect(answer?.view?.routers.map(({ name }) => name)).toEqual(routers.map(({ name }) => name));
  });

  it('asks for an account where it has one', async () => {
    const api = await played({ version: 3, routers: [], account: 'vigie:lookout' });
    const answers = await served({ with: { url: api.url, username: 'vigie', password: 'lookout' }, without: { url: api.url } });
    expect(answers).toMatchObject([
      { name: 'with', problem: null },
      { name: 'without', view: null, problem: { code: 'traefik_refused', params: { reason: 'HTTP 401' } } },
    ]);
  });

  it('is not there, is something else, or hangs: each is said of it alone', async () => {
    const gone = await played({ version: 3, routers: [] });
    const goneUrl = gone.url;
    await gone.stop();
    stops.pop();
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/hang') === true) return;
      response.end(request.url?.startsWith('/page') === true ? '<html>' : '{"http":{}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const other = `http://127.0.0.1:${isInet(address) ? address.port : 0}`;
    const well = await played({ version: 3, routers: [] });
    const answers = await served({
      gone: { url: goneUrl },
      page: { url: `${other}/page` },
      shape: { url: other },
      hang: { url: `${other}/hang` },
      well: { url: well.url },
    });
    expect(answers.map(({ problem }) => problem?.code ?? null)).toEqual([
      'traefik_unreachable',
      'traefik_refused',
      'traefik_refused',
      'traefik_unreachable',
      null,
    ]);
  });
});
