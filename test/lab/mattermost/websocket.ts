import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { pong } from './hub.ts';
import type { Connection, Session } from './hub.ts';
import type { Lab } from './lab.ts';

const Request = z.object({ seq: z.number(), action: z.string(), data: z.record(z.string(), z.unknown()).optional() });
type Request = z.infer<typeof Request>;

/** `/api/v4/websocket`: who may connect, and the few things a client can say there. */
export class LabWebSocket {
  readonly #lab: Lab;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #userOfToken: (token: string) => string | null;
  readonly #authTimeoutMs: number;

  /** @param authTimeoutMs how long a socket without any credential stays open: 5 s on a real server. */
  constructor(lab: Lab, userOfToken: (token: string) => string | null, authTimeoutMs: number) {
    this.#lab = lab;
    this.#userOfToken = userOfToken;
    this.#authTimeoutMs = authTimeoutMs;
  }

  /** Every upgrade is accepted, a bad token's too: it then hears nothing. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => this.#accept(client, request));
  }

  /** What a stopping server does to its sockets: no close frame, so clients see 1006. */
  breakAll(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#lab.hub.forget();
  }

  #accept(client: WebSocket, request: IncomingMessage): void {
    let connection: Connection | null = null;
    const impatient = setTimeout(() => (connection === null ? client.terminate() : undefined), this.#authTimeoutMs);
    client.on('error', () => client.terminate());
    client.on('close', () => {
      clearTimeout(impatient);
      if (connection !== null) this.#lab.hub.away(connection);
    });
    // After a challenge the server can't resume: it didn't know, at the upgrade, whose connection it was.
    client.on('message', (bytes) =>
      this.#heard(
        client,
        String(bytes),
        () => connection,
        (session) => (connection = this.#open(session, client, new URLSearchParams())),
      ),
    );
    const token = (request.headers.authorization ?? '').replace(/^(bearer|token) /i, '');
    const userId = token === '' ? null : this.#userOfToken(token);
    if (userId !== null) connection = this.#open({ userId, token }, client, new URL(request.url ?? '/', 'http://localhost').searchParams);
  }

  #open(session: Session, client: WebSocket, query: URLSearchParams): Connection {
    const { hub } = this.#lab;
    const { userId } = session;
    const wasOnline = hub.isOnline(userId);
    const id = query.get('connection_id') ?? '';
    const connection = id === '' ? hub.open(session, client) : hub.resume(session, client, id, Number(query.get('sequence_number') ?? 0));
    if (!wasOnline) setImmediate(() => hub.status(userId, 'online'));
    return connection;
  }

  #heard(client: WebSocket, words: string, current: () => Connection | null, authenticate: (session: Session) => void): void {
    const request = requestIn(words);
    if (request === null) return client.terminate();
    if (request.action === 'authentication_challenge') {
      const token = String(request.data?.['token'] ?? '');
      const userId = this.#userOfToken(token);
      if (userId === null) return client.terminate();
      if (current() === null) authenticate({ userId, token });
      return reply(client, request, {});
    }
    const connection = current();
    if (connection !== null && this.#lab.hub.isAlive(connection)) this.#answer(client, request, connection.userId);
  }

  #answer(client: WebSocket, request: Request, userId: string): void {
    const { hub, world } = this.#lab;
    switch (request.action) {
      case 'ping':
        return reply(client, request, { data: pong(world.now()) });
      case 'user_typing': {
        const channelId = String(request.data?.['channel_id'] ?? '');
        hub.publish({
          event: 'typing',
          data: { parent_id: request.data?.['parent_id'] ?? '', user_id: userId },
          to: { channel_id: channelId, omit_users: { [userId]: true } },
        });
        return reply(client, request, {});
      }
      case 'get_statuses':
      case 'get_statuses_by_ids':
        return reply(client, request, { data: Object.fromEntries(hub.onlineIds().map((id) => [id, 'online'])) });
      default:
        return fail(client, request, this.#lab);
    }
  }
}

function requestIn(words: string): Request | null {
  try {
    return Request.parse(JSON.parse(words));
  } catch {
    return null; // neither JSON nor a request: the server hangs up
  }
}

function reply(client: WebSocket, request: Request, more: Record<string, unknown>): void {
  client.send(JSON.stringify({ status: 'OK', seq_reply: request.seq, ...more }));
}

function fail(client: WebSocket, request: Request, lab: Lab): void {
  const error = new AppError('api.web_socket_router.bad_action.app_error');
  const shown = { id: error.id, message: error.sentence(lab.world.locale), detailed_error: '', status_code: error.status };
  client.send(JSON.stringify({ status: 'FAIL', seq_reply: request.seq, error: shown }));
}
