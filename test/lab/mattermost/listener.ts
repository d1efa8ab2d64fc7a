import { WebSocket } from 'ws';
import { z } from 'zod';
import { SeenPost, SeenReaction } from './seen.ts';

const Frame = z.looseObject({
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
  broadcast: z.looseObject({ user_id: z.string(), channel_id: z.string(), team_id: z.string() }).optional(),
  seq: z.number().optional(),
  status: z.string().optional(),
  seq_reply: z.number().optional(),
  error: z.looseObject({ id: z.string() }).optional(),
});

/** A message of the websocket; `post` and `reaction` are already parsed out of the strings in `data`. */
export interface Heard {
  /** '' for the answer to a request. */
  event: string;
  seq: number;
  data: Record<string, unknown>;
  broadcast: { user_id: string; channel_id: string; team_id: string };
  post?: SeenPost;
  reaction?: SeenReaction;
  reply?: { status: string; to: number; errorId: string };
}

interface Waiting {
  wanted: (heard: Heard) => boolean;
  found: (heard: Heard) => void;
}

/** Everything one connection hears, in order. */
export class Listener {
  readonly events: Heard[] = [];
  /** Resolves with the close code: 1006 when no close frame came. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #waiting: Waiting[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.closed = promise;
    socket.on('close', (code) => resolve(code));
    socket.on('error', () => socket.terminate());
    socket.on('message', (bytes) => this.#heard(String(bytes)));
  }

  #heard(words: string): void {
    const heard = heardIn(words);
    this.events.push(heard);
    const waiting = this.#waiting.filter((one) => one.wanted(heard));
    this.#waiting = this.#waiting.filter((one) => !waiting.includes(one));
    for (const one of waiting) one.found(heard);
  }

  /** The first event, past or to come, that is wanted. Throws after the time-out, saying what came instead. */
  async waitFor(wanted: (heard: Heard) => boolean, timeoutMs = 5_000): Promise<Heard> {
    const past = this.events.find(wanted);
    if (past !== undefined) return past;
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    this.#waiting.push({ wanted, found: resolve });
    const late = setTimeout(
      () => reject(new Error(`nothing like that in ${timeoutMs} ms; heard ${this.names().join(', ') || 'nothing'}`)),
      timeoutMs,
    );
    return promise.finally(() => clearTimeout(late));
  }

  /** The first post with this message. */
  async waitForPost(message: string, timeoutMs?: number): Promise<SeenPost> {
    const heard = await this.waitFor((one) => one.event === 'posted' && one.post?.message === message, timeoutMs);
    if (heard.post === undefined) throw new Error('a posted event without a post');
    return heard.post;
  }

  /** Names of the events heard, answers left out. */
  names(): string[] {
    return this.events.map((heard) => heard.event).filter((name) => name !== '');
  }

  /** Sends a request on the socket. */
  send(request: { seq: number; action: string; data?: Record<string, unknown> }): void {
    this.#socket.send(JSON.stringify(request));
  }

  /** Breaks the connection as a lost network does. */
  cut(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close();
  }
}

function heardIn(words: string): Heard {
  const frame = Frame.parse(JSON.parse(words));
  const data = frame.data ?? {};
  const { post, reaction } = data;
  return {
    event: frame.event ?? '',
    seq: frame.seq ?? -1,
    data,
    broadcast: frame.broadcast ?? { user_id: '', channel_id: '', team_id: '' },
    ...(typeof post === 'string' && { post: SeenPost.parse(JSON.parse(post)) }),
    ...(typeof reaction === 'string' && { reaction: SeenReaction.parse(JSON.parse(reaction)) }),
    ...(frame.seq_reply !== undefined && { reply: { status: frame.status ?? '', to: frame.seq_reply, errorId: frame.error?.id ?? '' } }),
  };
}

/** How to connect: with the token in the header, as a bot should, or by the challenge, or without anything. */
interface ListenOptions {
  token: string;
  by?: 'header' | 'challenge' | 'nothing';
  /** To resume: the last `hello`'s connection id, and the number of the next event expected. */
  resume?: { connectionId: string; sequence: number };
}

/** Opens a websocket. Resolves when the socket is open: `hello`, if any, comes after. */
export async function openListener(url: string, { token, by = 'header', resume }: ListenOptions): Promise<Listener> {
  const query = resume === undefined ? '' : `?connection_id=${resume.connectionId}&sequence_number=${resume.sequence}`;
  const headers = by === 'header' ? { Authorization: `Bearer ${token}` } : {};
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v4/websocket${query}`, { headers });
  const listener = new Listener(socket);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('open', () => resolve());
  socket.once('error', reject);
  await promise;
  if (by === 'challenge') listener.send({ seq: 1, action: 'authentication_challenge', data: { token } });
  return listener;
}
