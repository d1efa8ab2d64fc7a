import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Gateway, HealthCheck } from '#ports/gateway.ts';
import { BLOT_UNKNOWN, type Blot } from '#kernel/blot.ts';
import type { Clock } from '#kernel/clock.ts';
import { routeClicks } from './clicks.ts';
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

/** Far above any real callback. */
const BODY_LIMIT_BYTES = 64 * 1024;

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens for Mattermost's callbacks and for whoever watches vigie. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const server = Fastify({ bodyLimit: BODY_LIMIT_BYTES, requestTimeout: 10_000, forceCloseConnections: true, logger: false });
  await server.register(formbody, { bodyLimit: BODY_LIMIT_BYTES });
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
  server.get('/readyz', async (_request, reply) => {
    const checks = await options.ready();
    await reply.code(checks.every((check) => check.ok) ? 200 : 503).send({ checks });
  });
  server.get('/metrics', async (_request, reply) => {
    await reply.type(options.metrics.contentType).send(await options.metrics.text());
  });
}
