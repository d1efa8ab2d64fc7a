import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.ts';
import type { Locale } from './errors.ts';
import { Faults } from './faults.ts';
import { Call, Router } from './http.ts';
import type { Answer, Route } from './http.ts';
import { addGroup } from './groups.ts';
import { Hub, type LabEvent } from './hub.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { Post } from './model.ts';
import { pageRoutes, type DemoPage } from './page-routes.ts';
import { apiRoutes } from './routes.ts';
import { addUser } from './users.ts';
import { makeTrigger } from './trigger.ts';
import { VERSION_ID } from './version.ts';
import { LabWebSocket } from './websocket.ts';
import { createWorld, newToken, userOf } from './world.ts';
import type { World } from './world.ts';

/** How often a request that isn't answered looks whether the server lives again. */
const SILENCE_LOOK_MS = 20;
/** How many requests the log keeps. */
const LOG_LENGTH = 10_000;

export interface LabOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Language of the errors' sentences. Default en. */
  locale?: Locale;
  /** Epoch milliseconds; default the system's clock. */
  now?: () => number;
  /** How long an integration may take, and how long a trigger id lives. Default 30 s, as in Mattermost. */
  integrationTimeoutMs?: number;
  /** How long a websocket without credentials stays open. Default 5 s, as in Mattermost. */
  authTimeoutMs?: number;
  /** The demo's page. Without it there is no page, and no `/lab/people`. */
  page?: DemoPage;
}

export interface LoggedRequest {
  method: string;
  path: string;
  userId: string | null;
  /** 0 when the connection was broken instead of an answer. */
  status: number;
}

/** A Mattermost server for tests: real HTTP and websocket on 127.0.0.1, behaving as `mattermost-recorded/` says. */
/** So much may wait at a socket until more is told. */
const UNREAD_BYTES = 1_000_000;

export interface LabMattermost {
  readonly url: string;
  readonly adminToken: string;
  readonly faults: Faults;
  /** How many events there were since it started: as long as it is the same, nobody has said or changed anything. */
  events(): number;
  /** What was asked for, oldest first, bounded. */
  readonly requests: readonly LoggedRequest[];
  /** Every version of a post with its times, the present one last. Empty for an unknown post. */
  history(postId: string): readonly Post[];
  /** Breaks websockets, one person's or all, as a network does; the connections stay resumable. */
  cutSockets(userId?: string): void;
  /** Tells events one after the other, as fast as they are read: of things that this server doesn't keep. */
  tell(events: Iterable<LabEvent>): Promise<void>;
  /** Stops hearing and telling on somebody's websockets, which stay open: what a router does that forgot a connection. */
  deafen(userId: string): void;
  /** A group as an LDAP synchronisation makes it: nobody does by the API. */
  synchroniseGroup(name: string, ...people: { readonly id: string }[]): void;
  /** Makes a token worthless, as somebody who revokes it does: its sockets stay open and hear nothing. */
  revoke(token: string): void;
  /** A `trigger_id` as the server gives integrations for what this person typed or clicked. */
  triggerOf(userId: string): string;
  /** Stops as a real server does: sockets break (1006). The data stay, for {@link restart}. */
  stop(): Promise<void>;
  /** Same port, same data; websocket connections and `pending_post_id`s are forgotten. Works after {@link stop} too. */
  restart(): Promise<void>;
}

/** Starts a server that knows one person, `admin`, a system administrator. */
export async function startMattermost(options: LabOptions = {}): Promise<LabMattermost> {
  const world = createWorld({ now: options.now ?? Date.now, locale: options.locale ?? 'en' });
  const admin = addUser(world, { username: 'admin', roles: 'system_user system_admin' });
  const adminToken = newToken(world, admin.id);
  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  let running = await run({ world, faults, requests }, options, options.port ?? 0);
  const { port } = running;
  return {
    url: `http://127.0.0.1:${port}`,
    adminToken,
    faults,
    requests,
    events: () => running.lab.hub.published,
    history: (postId) => world.versions.get(postId) ?? [],
    async tell(events) {
      for (const event of events) {
        running.lab.hub.publish(event);
        while (running.lab.hub.unread > UNREAD_BYTES) await setImmediate();
      }
    },
    deafen: (userId) => running.lab.hub.deafen(userId),
    cutSockets: (userId) => running.lab.hub.cut(userId),
    synchroniseGroup: (name, ...people) =>
      addGroup(
        world,
        { name, display_name: name, source: 'ldap' },
        people.map(({ id }) => id),
      ),
    revoke: (token) => void world.tokens.delete(token),
    triggerOf: (userId) => makeTrigger(world.keys, userId, world.now()).triggerId,
    stop: () => running.stop(),
    async restart() {
      await running.stop();
      running = await run({ world, faults, requests }, options, port);
    },
  };
}

interface Running {
  lab: Lab;
  port: number;
  stop(): Promise<void>;
}

async function run(served: Omit<Serving, 'router'>, options: LabOptions, wantedPort: number): Promise<Running> {
  const { world, faults } = served;
  const server = createServer();
  const port = await listen(server, wantedPort);
  const lab: Lab = {
    world,
    hub: new Hub(world),
    siteUrl: `http://127.0.0.1:${port}`,
    integrationTimeoutMs: options.integrationTimeoutMs ?? 30_000,
    refuse: (post) => faults.refusing(post),
    botsAllowed: () => faults.botsAllowed,
    pendingPosts: new Map(),
  };
  const routes: Route[] = [...apiRoutes(lab), ...(options.page === undefined ? [] : pageRoutes(lab, options.page))];
  const router = new Router(routes);
  server.on('request', (incoming, outgoing) => void serve({ ...served, router }, incoming, outgoing));
  const silent = new Set<Duplex>();
  const sockets = new LabWebSocket(lab, (token) => userOfToken(world, token), options.authTimeoutMs ?? 5_000);
  server.on('upgrade', (incoming, socket, head) => {
    if (faults.silent) return void silent.add(socket.on('close', () => silent.delete(socket)).on('error', () => undefined));
    return void (incoming.url?.startsWith('/api/v4/websocket') ? sockets.upgrade(incoming, socket, head) : socket.destroy());
  });
  return {
    lab,
    port,
    stop: async () => {
      for (const socket of silent) socket.destroy();
      await close(server, sockets);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
  return promise;
}

async function close(server: Server, sockets: LabWebSocket): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  sockets.breakAll();
  server.closeAllConnections();
  await promise;
}

interface Serving {
  world: World;
  router: Router;
  faults: Faults;
  requests: LoggedRequest[];
}

async function serve(serving: Serving, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = incoming.method ?? 'GET';
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const userId = userOfToken(serving.world, (incoming.headers.authorization ?? '').replace(/^(bearer|token) /i, ''));
  const body = await bytesOf(incoming).catch(() => null); // the caller hung up while sending
  if (body === null) return;
  while (serving.faults.silent && !incoming.socket.destroyed) await delay(SILENCE_LOOK_MS);
  if (serving.faults.latencyMs > 0) await delay(serving.faults.latencyMs);
  const answer =
    serving.faults.take(method, url.pathname, false) ?? (await answerTo(serving, { method, url, userId, body, headers: incoming.headers }));
  const lost = serving.faults.take(method, url.pathname, true) ?? answer;
  serving.requests.push({ method, path: url.pathname, userId, status: lost.status });
  if (serving.requests.length > LOG_LENGTH) serving.requests.shift();
  if (lost.status === 0) incoming.socket.destroy();
  else write(outgoing, lost);
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

interface Asked {
  method: string;
  url: URL;
  userId: string | null;
  body: Buffer;
  headers: IncomingMessage['headers'];
}

async function answerTo({ world, router }: Serving, asked: Asked): Promise<Answer> {
  const path = asked.url.pathname.replace(/\/(users|members)\/me(?=\/|$)/, `/$1/${asked.userId ?? 'me'}`);
  const found = router.find(asked.method, path);
  if (found === null) return notFound(world, asked.url.pathname);
  try {
    if (found.route.open !== true && asked.userId === null) throw new AppError('api.context.session_expired.app_error');
    const headers = Object.fromEntries(Object.entries(asked.headers).map(([name, value]) => [name, String(value)]));
    return await found.route.handle(new Call({ ...asked, userId: asked.userId ?? '', headers, params: found.params }));
  } catch (error) {
    return refusal(world, error);
  }
}

/** As recorded, this one carries no request id and says what was asked for. */
function notFound(world: World, path: string): Answer {
  const error = new AppError('api.context.404.app_error');
  const detailed_error = `There doesn't appear to be an api call for the url='${path}'.  Typo? are you missing a team_id or user_id as part of the url?`;
  return { status: 404, json: { id: error.id, message: error.sentence(world.locale), detailed_error, status_code: 404 } };
}

function refusal(world: World, error: unknown): Answer {
  if (error instanceof AppError) {
    return {
      status: error.status,
      json: { id: error.id, message: error.sentence(world.locale), detailed_error: '', request_id: newId(), status_code: error.status },
    };
  }
  console.error(error); // a fault of the stand-in itself: the test must see it
  return { status: 500, json: { id: 'lab.bug', message: String(error), detailed_error: '', request_id: newId(), status_code: 500 } };
}

function write(outgoing: ServerResponse, answer: Answer): void {
  const bytes = answer.raw?.bytes ?? Buffer.from(JSON.stringify(answer.json));
  outgoing.writeHead(answer.status, {
    'Content-Type': answer.raw?.type ?? 'application/json',
    'Permissions-Policy': '',
    'Referrer-Policy': 'no-referrer',
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': newId(),
    'X-Version-Id': VERSION_ID,
    ...answer.headers,
    'Content-Length': bytes.length,
  });
  outgoing.end(bytes);
}

/** Whose session a token is, if theirs is an account in service. */
function userOfToken(world: World, token: string): string | null {
  const userId = world.tokens.get(token);
  return userId !== undefined && userOf(world, userId).delete_at === 0 ? userId : null;
}
