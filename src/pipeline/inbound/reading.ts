import type { ChannelInfo, ChatEvents, IncomingPost } from '#ports/chat.ts';
import type { Context } from '../operation/context.ts';
import { answeredRequest } from '../operation/receive.ts';
import { orLost } from './lost.ts';

/** How far the channels are read: whatever was said since is read again after a gap. */
export interface Reading {
  /** This channel is read up to here. */
  note(channel: string, at: number): void;
  /** The stream was proven: everything that was said before `at` (ms), wherever, was told. */
  proven(at: number): void;
}

/** How often it is stored how far the channels were read. */
const STORED_EVERY_MS = 200;
/** Under this name the store keeps when the stream was last known to miss nothing. */
const CONNECTED = 'chat-connected';
/** Clocks of vigie and of Mattermost may differ by so much. What is read twice is known by its key. */
const CLOCK_SKEW_MS = 120_000;

/**
 * Stored once in a while: a member who floods a channel must not keep the store busy. What isn't stored when vigie ends is read again, and
 * known by its key.
 */
export function keepReading({ store, clock, log }: Context, signal: AbortSignal): Reading {
  const reached = new Map<string, number>();
  let connectedAt: number | null = null;
  let waiting = false;
  const write = async (): Promise<void> => {
    const [...all] = reached;
    const connected = connectedAt;
    reached.clear();
    [waiting, connectedAt] = [false, null];
    for (const [channel, at] of all) await store.cursors.advance(channel, at);
    if (connected !== null) await store.cursors.remember(CONNECTED, String(connected));
  };
  const writeSoon = (): void => {
    if (waiting) return;
    waiting = true;
    void clock
      .sleep(STORED_EVERY_MS, signal)
      .then(() => (signal.aborted ? undefined : write()))
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error }, 'how far the channels were read could not be stored');
      });
  };
  return {
    note(channel, at) {
      reached.set(channel, Math.max(at, reached.get(channel) ?? 0));
      writeSoon();
    },
    proven(at) {
      connectedAt = at;
      writeSoon();
    },
  };
}

/**
 * Hands on what was said in all of vigie's channels since each was read. A channel that was never read is one that vigie came to while it
 * was away, or a first direct message: it is read from when vigie was last known to miss nothing. Before vigie ever listened, it has no past.
 * @param hear takes one post; what it throws ends the reading, which is repeated
 */
export async function readMissed(context: Context, chat: ChatEvents, hear: (post: IncomingPost) => Promise<void>): Promise<void> {
  const { cursors } = context.store;
  const known = await cursors.all();
  const connected = await cursors.fact(CONNECTED);
  const connectedAt = connected === null ? null : Number(connected) - CLOCK_SKEW_MS;
  for (const channel of await chat.channels()) {
    const since = known.get(channel.id) ?? connectedAt;
    if (since === null) await cursors.advance(channel.id, context.clock.now());
    else {
      const missed = await missedIn(context, chat, channel, since);
      await enterAnswered(context, chat.me().id, missed);
      for (const post of missed) await hear(post);
    }
  }
}

/** A power cut takes the last moment of the store, and not what was said in it: what the channel shows as answered isn't answered again. */
async function enterAnswered({ store }: Context, me: string, posts: readonly IncomingPost[]): Promise<void> {
  for (const { user, key } of posts) {
    const request = user !== me || key === null ? null : answeredRequest(key);
    if (request !== null && !(await store.operations.seen(request))) await store.operations.note({ seen: request });
  }
}

/** A channel that vigie may not read any more holds up none of the others. */
async function missedIn({ log }: Context, chat: ChatEvents, channel: ChannelInfo, since: number): Promise<readonly IncomingPost[]> {
  return (
    (await orLost(chat.postsSince(channel, since), () => log.warn({ channel: channel.id }, 'a channel may not be read any more'))) ?? []
  );
}
