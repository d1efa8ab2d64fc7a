import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Gateway, HealthCheck } from '#ports/gateway.ts';
import { BLOT_UNKNOWN, type Blot } from '#kernel/blot.ts';
import type { Clock } from '#kernel/clock.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { boundCallbacks, boundConnections } from './bounded.ts';
import { routeClicks } from './clicks.ts';
import { shared } from './shared.ts';
import { routeSlashCommands } from './slash.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Null where Mattermost can't reach vigie: health and metrics alone are served. */
  readonly mattermost: { readonly url: string; readonly slashTokens: readonly string[] } | null;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly ready: () => Promise<readonly HealthCheck[]>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly log: { warn(data: object, text: string): void };
  /** As of the slash commands. */
  readonly acknowledgeMs?: number;
  /** Every answer goes through it: health checks repeat the words of errors. */
  readonly blot?: Blot;
}

/**
 * No route has a schema of Fastify's: bodies are read by zod. Without builders of its own Fastify loads Ajv and a serializer at start, 150
 * modules that nothing ever asks.
 */
const NO_SCHEMAS = { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } } as const;

function noSchema(): never {
  throw new TypeError('no route has a schema');
}

/** How often connections are looked through for requests that take too long. */
const CHECK_EVERY_MS = 500;

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens for Mattermost's callbacks and for whoever watches vigie. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const bodyLimit = BOUNDS.httpBody.most;
  const requestTimeout = BOUNDS.httpRequest.most;
  const server = Fastify({
    bodyLimit,
    requestTimeout,
    keepAliveTimeout: requestTimeout,
    forceCloseConnections: true,
    logger: false,
    schemaController: NO_SCHEMAS,
    // Node looks for requests that take too long only so often: with its own 30 s a body that is half sent lives on for as long.
    http: { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: CHECK_EVERY_MS },
  });
  boundConnections(server.server);
  boundCallbacks(server);
  await server.register(formbody, { bodyLimit });
  const { blot = BLOT_UNKNOWN } = options;
  server.addHook('onSend', async (_request, _reply, payload) => (typeof payload === 'string' ? blot(payload) : payload));
  routeHealth(server, options);
  if (options.mattermost !== null) {
    routeSlashCommands(server, { ...options, ...options.mattermost });
    routeClicks(server, options.gateway);
  }
  server.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) options.log.warn({ error }, 'an HTTP request failed');
    await reply.code(status).send({ error: status >= 500 ? 'internal error' : messageOf(error) });
  });
  const url = await server.listen({ host: options.host, port: options.port });
  return { url, close: () => server.close() };
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'bad request';
}

function routeHealth(server: FastifyInstance, options: HttpOptions): void {
  server.get('/healthz', async () => ({ ok: true }));
  const ready = shared(options.ready);
  const metrics = shared(() => options.metrics.text());
  server.get('/readyz', async (_request, reply) => {
    const checks = await ready();
    await reply.code(checks.every((check) => check.ok) ? 200 : 503).send({ checks });
  });
  server.get('/metrics', async (_request, reply) => {
    await reply.type(options.metrics.contentType).send(await metrics());
  });
}
