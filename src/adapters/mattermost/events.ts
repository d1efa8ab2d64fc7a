import { WebSocketClient, type Client4 } from '@mattermost/client';
import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import type { ChannelInfo, ChatEvent, ChatEvents, IncomingPost } from '#ports/chat.ts';
import { toChannel } from './directory.ts';
import { fingerprint, postSchema, reactionSchema, toIncoming, toReaction } from './post.ts';

export interface EventsOptions {
  readonly client: Client4;
  readonly url: string;
  readonly token: string;
  readonly me: { readonly id: string; readonly username: string };
  readonly log: { info(data: object, text: string): void; warn(data: object, text: string): void };
  /** How soon a lost connection is tried again, in milliseconds; grows after seven failures. */
  readonly reconnectMs?: number;
}

const RECONNECT_MS = 1_000;
const MOST_RECONNECT_MS = 30_000;
/** Post ids that are remembered, to drop what a resumed connection tells twice. */
const REMEMBERED = 5_000;

const frameSchema = z.object({
  event: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
  broadcast: z
    .object({ channel_id: z.string().default('') })
    .partial()
    .nullish(),
});

const idSchema = postSchema.pick({ id: true });

export function createEvents(options: EventsOptions): ChatEvents {
  const { client, me } = options;
  const told = new Set<string>();
  let connected = false;
  return {
    get connected() {
      return connected;
    },
    me: () => me,
    async channels() {
      const channels = new Map<string, ChannelInfo>();
      for (const team of await client.getMyTeams())
        for (const raw of await client.getMyChannels(team.id)) channels.set(raw.id, toChannel(raw));
      return [...channels.values()];
    },
    async postsSince(channel, since) {
      const list = await client.getPostsSince(channel.id, since);
      return Object.values(list.posts)
        .map((raw) => postSchema.parse(raw))
        .filter((post) => post.delete_at === 0 && post.create_at > since)
        .toSorted((a, b) => a.create_at - b.create_at)
        .map((post) => toIncoming(post, channel.kind === 'direct'));
    },
    async reactions(post) {
      const list: unknown = await client.getReactionsForPost(post);
      return (
        z
          .array(reactionSchema)
          .nullable()
          .parse(list)
          ?.map((raw) => toReaction(raw, true)) ?? []
      );
    },
    async listen(handle, signal) {
      const tell = (event: ChatEvent): void => {
        if (event.kind === 'post' && isRepeated(told, event.post)) return;
        handle(event);
      };
      const socket = connect(options, tell, (now) => (connected = now));
      signal.addEventListener('abort', () => socket.close());
      await Promise.resolve();
    },
  };
}

function isRepeated(told: Set<string>, post: IncomingPost): boolean {
  if (told.has(post.id)) return true;
  told.add(post.id);
  if (told.size > REMEMBERED) for (const oldest of told) if (told.size > REMEMBERED / 2) told.delete(oldest);
  return false;
}

/**
 * One websocket that resumes: authenticated by header, since with a challenge every reconnection would lose what was
 * said meanwhile. A `hello` with another connection id means loss: everything is read again.
 */
function connect(options: EventsOptions, tell: (event: ChatEvent) => void, setConnected: (now: boolean) => void): WebSocketClient {
  const socket = new WebSocketClient({
    newWebSocketFn: (url) => guarded(new WebSocket(url, { headers: { Authorization: `Bearer ${options.token}` } }), options),
    minWebSocketRetryTime: options.reconnectMs ?? RECONNECT_MS,
    maxWebSocketRetryTime: MOST_RECONNECT_MS,
    reconnectJitterRange: Math.min(500, options.reconnectMs ?? 500),
    clientPingInterval: 15_000,
  });
  socket.addFirstConnectListener(() => {
    setConnected(true);
    tell({ kind: 'resync' });
  });
  socket.addReconnectListener(() => {
    setConnected(true);
    options.log.info({}, 'the websocket is connected again');
  });
  socket.addCloseListener(() => setConnected(false));
  // Without this listener the client never learns its connection id, and never resumes.
  socket.addMissedMessageListener(() => tell({ kind: 'resync' }));
  socket.addMessageListener((message: unknown) => {
    const event = readFrame(message);
    if (event === 'malformed') options.log.warn({}, 'a websocket event could not be read');
    else if (event !== null) tell(event);
  });
  socket.initialize(`${options.url.replace(/^http/u, 'ws')}/api/v4/websocket`);
  return socket;
}

/** The client parses every frame without a guard: a malformed one must not end vigie. */
function guarded(socket: WebSocket, options: EventsOptions): WebSocket {
  Object.defineProperty(socket, 'onmessage', {
    set: (listener: (event: MessageEvent) => void) => {
      socket.addEventListener('message', (event) => {
        try {
          listener(event);
        } catch (error) {
          options.log.warn({ error }, 'a websocket frame could not be read');
        }
      });
    },
  });
  return socket;
}

/** What a frame tells vigie; null for the many that tell it nothing. `data.post` and `data.reaction` are JSON in JSON. */
export function readFrame(message: unknown): ChatEvent | null | 'malformed' {
  const frame = frameSchema.safeParse(message);
  if (!frame.success) return 'malformed';
  const { event, data } = frame.data;
  try {
    switch (event) {
      case 'posted':
        return { kind: 'post', post: toIncoming(postSchema.parse(unpack(data['post'])), data['channel_type'] === 'D') };
      case 'post_edited': {
        const raw = unpack(data['post']);
        const post = postSchema.safeParse(raw);
        // What can't be read isn't what vigie wrote either.
        const known = post.success
          ? { fingerprint: fingerprint(post.data), now: toIncoming(post.data, data['channel_type'] === 'D') }
          : null;
        return { kind: 'edited', post: idSchema.parse(raw).id, ...(known ?? { fingerprint: null, now: null }) };
      }
      case 'post_deleted':
        return { kind: 'edited', post: idSchema.parse(unpack(data['post'])).id, fingerprint: null, now: null };
      case 'reaction_added':
      case 'reaction_removed':
        return { kind: 'reaction', reaction: toReaction(reactionSchema.parse(unpack(data['reaction'])), event === 'reaction_added') };
      default:
        return null;
    }
  } catch {
    return 'malformed';
  }
}

/** @throws for what is larger than any post that vigie needs to know of: the frame is skipped, and the stream goes on */
function unpack(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > BOUNDS.chatFrame.most) throw new RangeError('a frame that is too large');
  return JSON.parse(value);
}
