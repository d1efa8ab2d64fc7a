import type { WebSocket } from 'ws';
import { newId } from './ids.ts';
import { VERSION, VERSION_ID } from './version.ts';
import type { World } from './world.ts';

/** How many events wait for a connection that is away; one more and it is forgotten. */
const ACTIVE_QUEUE = 256;
/** How many events already sent can be sent again. */
const DEAD_QUEUE = 128;
/** Connections that are away are kept this long. */
const AWAY_KEPT_MS = 5 * 60_000;

interface Broadcast {
  omit_users: Record<string, true> | null;
  user_id: string;
  channel_id: string;
  team_id: string;
  connection_id: string;
  omit_connection_id: string;
  contains_sanitized_data?: true;
}

/** An event before it has a number: `data` may depend on who receives it. */
export interface LabEvent {
  event: string;
  data: Record<string, unknown>;
  to: Partial<Broadcast>;
  /** More data for one receiver; `mentions` works this way. */
  dataFor?: (userId: string) => Record<string, unknown>;
}

interface Frame {
  event: string;
  data: Record<string, unknown>;
  broadcast: Broadcast;
  seq: number;
}

type Unsent = Omit<Frame, 'seq'>;

/** Who connects, by which token. */
export type Session = Pick<Connection, 'userId' | 'token'>;

/** One websocket connection as the server knows it; it outlives its socket, so that a client can resume. */
export interface Connection {
  id: string;
  readonly userId: string;
  /** Whose session it is: as recorded, once it is dead the socket stays open and hears nothing. */
  readonly token: string;
  socket: WebSocket | null;
  /** Number of the next event. */
  seq: number;
  sent: Frame[];
  waiting: Unsent[];
  awaySince: number;
}

/** Who is connected, what each has yet to hear, and what can be said again. A restart forgets all of it. */
export class Hub {
  published = 0;
  readonly #world: World;
  readonly #connections = new Map<string, Connection>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Sends an event to everybody it is meant for, or keeps it for those who are away. */
  publish(event: LabEvent): void {
    this.published += 1;
    const broadcast: Broadcast = {
      omit_users: null,
      user_id: '',
      channel_id: '',
      team_id: '',
      connection_id: '',
      omit_connection_id: '',
      ...event.to,
    };
    for (const connection of [...this.#connections.values()]) {
      if (!this.#concerns(broadcast, connection.userId)) continue;
      this.#give(connection, { event: event.event, data: { ...event.data, ...event.dataFor?.(connection.userId) }, broadcast });
    }
  }

  /** What was sent and lies here still, since nobody has read it yet, in bytes. */
  get unread(): number {
    return [...this.#connections.values()].reduce((sum, { socket }) => sum + (socket?.bufferedAmount ?? 0), 0);
  }

  #concerns(broadcast: Broadcast, userId: string): boolean {
    if (broadcast.omit_users?.[userId] === true) return false;
    if (broadcast.user_id !== '') return broadcast.user_id === userId;
    if (broadcast.channel_id !== '') return this.#world.channelMembers.get(broadcast.channel_id)?.has(userId) === true;
    if (broadcast.team_id !== '') return this.#world.teamMembers.get(broadcast.team_id)?.has(userId) === true;
    return true;
  }

  #give(connection: Connection, event: Unsent): void {
    if (!this.isAlive(connection)) return;
    if (connection.socket !== null) return send(connection, event);
    connection.waiting.push(event);
    const tooLong = this.#world.now() - connection.awaySince > AWAY_KEPT_MS;
    if (connection.waiting.length > ACTIVE_QUEUE || tooLong) this.#connections.delete(connection.id);
  }

  /** A new connection: `hello` with number 0, then the status. */
  open({ userId, token }: Session, socket: WebSocket): Connection {
    const connection: Connection = { id: newId(), userId, token, socket, seq: 0, sent: [], waiting: [], awaySince: 0 };
    this.#connections.set(connection.id, connection);
    hello(connection);
    return connection;
  }

  /**
   * The connection to resume, or a new one. It resumes only for the same person, when the connection is away and not
   * full; when the number asked for is neither the next one nor still in the dead queue, it starts over with a new id.
   */
  resume(session: Session, socket: WebSocket, connectionId: string, sequence: number): Connection {
    const known = this.#connections.get(connectionId);
    const lost =
      known === undefined || known.userId !== session.userId || known.socket !== null || this.#world.now() - known.awaySince > AWAY_KEPT_MS;
    if (lost || sequence === 0) return this.open(session, socket);
    known.socket = socket;
    const again = known.sent.findIndex((frame) => frame.seq === sequence);
    if (again >= 0) for (const frame of known.sent.slice(again)) socket.send(JSON.stringify(frame));
    else if (sequence !== known.seq) this.#startOver(known);
    for (const event of known.waiting.splice(0)) send(known, event);
    return known;
  }

  #startOver(connection: Connection): void {
    this.#connections.delete(connection.id);
    Object.assign(connection, { id: newId(), seq: 0, sent: [] });
    this.#connections.set(connection.id, connection);
    hello(connection);
  }

  /** Tells a person's own connections that they are now online or offline; Mattermost does so at each connection. */
  status(userId: string, status: 'online' | 'offline'): void {
    this.publish({ event: 'status_change', data: { status, user_id: userId }, to: { user_id: userId } });
  }

  /** The socket is gone: what follows is kept for a while. */
  away(connection: Connection): void {
    connection.socket = null;
    connection.awaySince = this.#world.now();
    if (!this.isOnline(connection.userId)) this.status(connection.userId, 'offline');
  }

  /** Whether its token is still that of an account in service. */
  isAlive({ token, userId }: Pick<Connection, 'token' | 'userId'>): boolean {
    return this.#world.tokens.get(token) === userId && this.#world.users.get(userId)?.delete_at === 0;
  }

  isOnline(userId: string): boolean {
    return this.#connections.values().some((connection) => connection.userId === userId && connection.socket !== null);
  }

  onlineIds(): string[] {
    return [...new Set([...this.#connections.values()].filter((one) => one.socket !== null).map((one) => one.userId))];
  }

  /** Breaks the sockets, of one person or of all, without a close frame. The connections stay resumable. */
  cut(userId?: string): void {
    for (const connection of [...this.#connections.values()]) {
      if (userId === undefined || connection.userId === userId) connection.socket?.terminate();
    }
  }

  /** From now on nothing goes through somebody's sockets; those that they open later are well. */
  deafen(userId: string): void {
    for (const connection of this.#connections.values()) if (connection.userId === userId) connection.socket?.pause();
  }

  /** What a server that stops does: everything breaks, nothing is remembered. */
  forget(): void {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    for (const connection of connections) connection.socket?.terminate();
  }
}

function send(connection: Connection, event: Unsent): void {
  const frame: Frame = { ...event, seq: connection.seq };
  connection.seq += 1;
  connection.sent.push(frame);
  if (connection.sent.length > DEAD_QUEUE) connection.sent.shift();
  connection.socket?.send(JSON.stringify(frame));
}

function hello(connection: Connection): void {
  send(connection, {
    event: 'hello',
    data: { connection_id: connection.id, server_hostname: 'vm', server_version: VERSION_ID },
    broadcast: { omit_users: null, user_id: connection.userId, channel_id: '', team_id: '', connection_id: '', omit_connection_id: '' },
  });
}

/** The answer to `ping` on the socket. */
export function pong(now: number): Record<string, unknown> {
  return { node_id: '', server_time: now, text: 'pong', version: VERSION };
}
