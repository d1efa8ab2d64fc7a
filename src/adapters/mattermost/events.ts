import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import type { ChannelInfo, ChatEvent, ChatEvents, IncomingPost } from '#ports/chat.ts';
import { toChannel } from './directory.ts';
import { openStream, type StreamOptions } from './stream.ts';
import { createStreamState } from './stream-state.ts';
import { fingerprint, isJoining, postSchema, reactionSchema, toIncoming, toReaction } from './post.ts';

export interface EventsOptions extends StreamOptions {
  readonly me: { readonly id: string; readonly username: string };
}

/** Post ids that are remembered, to drop what a resumed connection tells twice. */
const REMEMBERED = 5_000;

const frameSchema = z.object({
  event: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
  broadcast: z
    .object({ channel_id: z.string().default(''), user_id: z.string().default('') })
    .partial()
    .nullish(),
});

const idSchema = postSchema.pick({ id: true });

export function createEvents(options: EventsOptions): ChatEvents {
  const { client, me } = options;
  const told = new Set<string>();
  const stream = createStreamState(options);
  return {
    get connected() {
      return stream.connected;
    },
    get trouble() {
      return stream.trouble;
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
      const posts = Object.values(list.posts).map((raw) => postSchema.parse(raw));
      const joinedAt = Math.max(0, ...posts.filter((post) => isJoining(post, me.id)).map((post) => post.create_at));
      return posts
        .filter((post) => post.delete_at === 0 && post.create_at > since && post.create_at >= joinedAt)
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
      const message = (frame: unknown): void => {
        const event = readFrame(frame, me.id);
        if (event === 'malformed') options.log.warn({}, 'a websocket event could not be read');
        else if (event !== null) tell(event);
      };
      const events = { message, lost: () => tell({ kind: 'resync' }), proven: (at: number) => tell({ kind: 'proven', at }) };
      openStream(options, stream, events, signal);
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

/** What a frame tells vigie; null for the many that tell it nothing. `data.post` and `data.reaction` are JSON in JSON. */
/** @param me vigie's own user id: that others come and go tells it nothing */
export function readFrame(message: unknown, me = ''): ChatEvent | null | 'malformed' {
  const frame = frameSchema.safeParse(message);
  if (!frame.success) return 'malformed';
  const { event, data, broadcast } = frame.data;
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
      case 'user_added':
      case 'user_removed':
      case 'leave_team':
      case 'added_to_team':
        return isAbout(me, data, broadcast?.user_id) ? { kind: 'places' } : personIn(data);
      case 'user_updated':
        return { kind: 'person', user: idSchema.parse(data['user']).id };
      case 'channel_deleted':
      case 'channel_restored':
        return { kind: 'places' };
      default:
        return null;
    }
  } catch {
    return 'malformed';
  }
}

/** Whoever comes to a channel, or leaves it, may have another role by it. */
function personIn({ user_id: user }: Readonly<Record<string, unknown>>): ChatEvent | null {
  return typeof user === 'string' ? { kind: 'person', user } : null;
}

/** Whoever is removed is told by an event of their own, which names them in its address alone. */
function isAbout(me: string, data: Readonly<Record<string, unknown>>, addressee = ''): boolean {
  return me !== '' && (data['user_id'] === me || addressee === me);
}

/** @throws for what is larger than any post that vigie needs to know of: the frame is skipped, and the stream goes on */
function unpack(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > BOUNDS.chatFrame.most) throw new RangeError('a frame that is too large');
  return JSON.parse(value);
}
