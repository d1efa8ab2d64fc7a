import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isInet } from '#test/lab/pager/http-sink.ts';

/** A router as it is to be served. */
export interface PlayedRouter {
  readonly name: string;
  readonly rule: string;
  readonly provider?: string;
  readonly entryPoints?: readonly string[];
  readonly tls?: boolean;
  readonly status?: 'enabled' | 'warning' | 'disabled';
  readonly error?: readonly string[];
  /** Of its only server. */
  readonly url?: string;
  readonly up?: boolean;
}

export interface PlayedTraefik {
  readonly version: 1 | 2 | 3;
  routers: readonly PlayedRouter[];
  /** Basic authentication, as `user:password`; null: none is asked for. */
  readonly account?: string;
}

/**
 * The API of a Traefik, in the shapes of its own versions: 1.7's `/api/providers`, and what 2.11 and 3.x answer to `/api/overview`, `/api/entrypoints`,
 * `/api/{http,tcp}/{routers,services}`, in pages. Sources: `pkg/api/testdata` of Traefik, and the tests of its Docker provider of 1.7.
 */
export class TraefikStandIn {
  readonly played: PlayedTraefik;
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(played: PlayedTraefik) {
    this.played = played;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(played: PlayedTraefik): Promise<TraefikStandIn> {
    const api = new TraefikStandIn(played);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${isInet(address) ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.asked.push(pathname);
    const { account, version } = this.played;
    if (account !== undefined && request.headers.authorization !== `Basic ${Buffer.from(account).toString('base64')}`) {
      response.writeHead(401).end('401 Unauthorized\n');
      return;
    }
    const found = version === 1 ? this.#first(pathname) : this.#later(pathname);
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(found) ? paged(found, searchParams, response) : found));
  }

  #first(path: string): object | undefined {
    if (path !== '/api/providers') return undefined;
    const frontends = this.played.routers.map(({ name, rule, entryPoints = ['http', 'https'] }) => [
      `frontend-${name}`,
      {
        entryPoints,
        backend: `backend-${name}`,
        routes: { [`route-frontend-${name}`]: { rule } },
        passHostHeader: true,
        priority: 0,
        basicAuth: null,
      },
    ]);
    const backends = this.played.routers.map(({ name, url = 'http://10.0.1.5:80' }) => [
      `backend-${name}`,
      { servers: { [`server-${name}`]: { url, weight: 1 } }, loadBalancer: { method: 'wrr' } },
    ]);
    return { docker: { backends: Object.fromEntries(backends), frontends: Object.fromEntries(frontends) } };
  }

  #later(path: string): object | undefined {
    const { version, routers } = this.played;
    const own = version === 3 ? 'swarm' : 'docker';
    switch (path) {
      case '/api/overview':
        return {
          http: {
            routers: { total: routers.length, warnings: 0, errors: 0 },
            services: { total: routers.length },
            middlewares: { total: 0 },
          },
          tcp: { routers: { total: 0, warnings: 0, errors: 0 }, services: { total: 0 } },
          features: { tracing: '', metrics: '', accessLog: false },
          providers: [version === 3 ? 'Swarm' : 'Docker'],
        };
      case '/api/entrypoints':
        return [
          { address: ':80', transport: {}, forwardedHeaders: {}, http: { redirections: {} }, name: 'web' },
          { address: ':443', transport: {}, forwardedHeaders: {}, http: { tls: { certResolver: 'letsencrypt' } }, name: 'websecure' },
        ];
      case '/api/http/routers':
        return routers.map(({ name, rule, provider = own, entryPoints = ['websecure'], tls, status = 'enabled', error }) => ({
          entryPoints,
          service: name,
          rule,
          ...(version === 3 ? { ruleSyntax: 'default', priority: 22, observability: { accessLogs: true } } : {}),
          ...(tls === true ? { tls: { options: 'default', certResolver: 'letsencrypt' } } : {}),
          ...(error === undefined ? {} : { error }),
          status,
          using: entryPoints,
          name: `${name}@${provider}`,
          provider,
        }));
      case '/api/http/services':
        return routers.map(({ name, provider = own, url = 'http://10.0.1.5:80', up = true }) => ({
          loadBalancer: { servers: [{ url }], passHostHeader: true, responseForwarding: { flushInterval: '100ms' } },
          status: 'enabled',
          usedBy: [`${name}@${provider}`],
          serverStatus: { [url]: up ? 'UP' : 'DOWN' },
          name: `${name}@${provider}`,
          provider,
          type: 'loadbalancer',
        }));
      case '/api/tcp/routers':
      case '/api/tcp/services':
        return [];
      default:
        return undefined;
    }
  }
}

function paged(all: readonly unknown[], params: URLSearchParams, response: ServerResponse): readonly unknown[] {
  const size = Number(params.get('per_page') ?? 100);
  const page = Number(params.get('page') ?? 1);
  response.setHeader('x-next-page', String(page * size < all.length ? page + 1 : 1));
  return all.slice((page - 1) * size, page * size);
}
