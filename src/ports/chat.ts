import type { Problem } from '#kernel/errors.ts';

/** A post that somebody wrote, as the chat server tells it. Nothing in it is trusted but `user`. */
export interface IncomingPost {
  readonly id: string;
  readonly channel: string;
  readonly root: string | null;
  readonly user: string;
  readonly text: string;
  readonly at: number;
  readonly direct: boolean;
  /** Its props say that a webhook, a bot or a plugin wrote it, or show another name: never a command. */
  readonly integration: boolean;
  /** Anything but an ordinary post (joined the channel, …). */
  readonly system: boolean;
  /** It was changed since it was posted: it may have said something else when people saw it. */
  readonly edited: boolean;
  /** In vigie's own posts, the key of what it says. Anybody may write one: it counts only where `user` is vigie. */
  readonly key: string | null;
}

export interface ReactionChange {
  readonly post: string;
  readonly user: string;
  readonly emoji: string;
  readonly added: boolean;
  readonly at: number;
}

export type ChatEvent =
  | { readonly kind: 'post'; readonly post: IncomingPost }
  | { readonly kind: 'reaction'; readonly reaction: ReactionChange }
  /** A post was edited, and how it reads now, or deleted (null); who did it isn't told. */
  | { readonly kind: 'edited'; readonly post: string; readonly fingerprint: string | null; readonly now: IncomingPost | null }
  /** Events may have been lost, or it is the start: read again what matters. */
  | { readonly kind: 'resync' }
  /** Somebody's account changed: its name, its roles, whether it is in service. */
  | { readonly kind: 'person'; readonly user: string }
  /** vigie was added or removed somewhere, or a channel was archived or is back: where it may write is another matter. */
  | { readonly kind: 'places' }
  /** A round trip went well: whatever was said before `at` (ms) has been told. */
  | { readonly kind: 'proven'; readonly at: number };

/** Why the stream isn't connected. */
export interface StreamTrouble {
  readonly problem: Problem;
  readonly since: number;
}

export interface ChannelInfo {
  readonly id: string;
  readonly name: string;
  readonly team: string | null;
  readonly kind: 'public' | 'private' | 'direct' | 'group';
}

export interface ChatEvents {
  /** Connects and stays connected until the signal aborts; resolves when the first connection stands or was tried. */
  listen(handle: (event: ChatEvent) => void, signal: AbortSignal): Promise<void>;
  /** Proven by a round trip, not merely open: a server keeps the socket of a dead token open. */
  readonly connected: boolean;
  /** Null while it is, or before anything was tried. */
  readonly trouble: StreamTrouble | null;
  me(): { readonly id: string; readonly username: string };
  /** Channels that vigie is a member of. */
  channels(): Promise<readonly ChannelInfo[]>;
  /** Posts created after `since` (ms) and after vigie last came to the channel, oldest first, each as it reads now. */
  postsSince(channel: ChannelInfo, since: number): Promise<readonly IncomingPost[]>;
  reactions(post: string): Promise<readonly ReactionChange[]>;
}

/**
 * What a `trigger_id` shows. `signed`: the server made it for that user a moment ago. `unsigned`: the server publishes no key, so nobody
 * can tell. @throws chat_unreachable when the key can't be had
 */
export type TriggerVerdict = { readonly kind: 'signed'; readonly id: string } | { readonly kind: 'unsigned' } | { readonly kind: 'forged' };
export type TriggerCheck = (trigger: string, user: string) => Promise<TriggerVerdict>;

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly kind: 'person' | 'bot' | 'guest' | 'remote';
  readonly active: boolean;
  readonly locale: string;
}

/** Who people are. Methods throw `chat_unreachable` when nobody can tell. */
export interface Directory {
  account(id: string): Promise<Account | null>;
  byUsername(username: string): Promise<Account | null>;
  /** Those that there are, in no order. */
  byUsernames(usernames: readonly string[]): Promise<readonly Account[]>;
  /** User ids of a group that is synchronised from a directory, by its name. @throws group_not_synchronised: its members may add others */
  groupMembers(group: string): Promise<readonly string[] | null>;
  /** User ids of a channel's members, by its id. */
  channelMembers(channel: string): Promise<readonly string[]>;
  /** A channel, if both this user and vigie are members of it; else null. */
  shared(channel: string, user: string): Promise<ChannelInfo | null>;
  /** A channel by `team/channel`, by id, or by a bare name in any of vigie's teams. @throws channel_ambiguous: several teams have it */
  channel(name: string): Promise<ChannelInfo | null>;
}

export interface Field {
  readonly title: string;
  readonly value: string;
  readonly short: boolean;
}

export interface Button {
  /** Letters and digits only: Mattermost answers 404 to a dash. */
  readonly id: string;
  readonly name: string;
  readonly style: 'good' | 'danger' | 'default';
  /** Where the click goes, and what it carries; signed by the sender. */
  readonly url: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface Attachment {
  readonly color: string;
  readonly title: string;
  readonly text: string;
  readonly fields: readonly Field[];
  readonly footer: string;
  readonly buttons: readonly Button[];
}

/** A post as people see it, with nothing of Mattermost's form in it. */
export interface PostBody {
  readonly message: string;
  readonly attachments: readonly Attachment[];
  /** Long text goes along as a file. */
  readonly file: { readonly name: string; readonly text: string } | null;
  /** A PNG, shown below the words. Only a new post takes one: what hangs on a post can't be replaced. */
  readonly picture: { readonly name: string; readonly bytes: Uint8Array } | null;
}

export interface WrittenPost {
  readonly postId: string;
  /** Of what the server stored: compared later, to notice somebody else's edit. */
  readonly fingerprint: string;
}

/** Writing to the chat server. Held by the outbox alone. */
export interface Publisher {
  /** Posts, with `key` in its props. @throws chat_unreachable, chat_refused */
  create(channel: string, root: string | null, key: string, body: PostBody): Promise<WrittenPost>;
  /** A post of vigie's own with that key, written after `since` (ms). */
  find(channel: string, key: string, since: number): Promise<WrittenPost | null>;
  update(postId: string, key: string, body: PostBody): Promise<WrittenPost>;
  /** How a post with this body would read: what `update` gives, before it is asked for. */
  fingerprint(key: string, body: PostBody): string;
  /** Null when the post is gone. */
  read(postId: string): Promise<WrittenPost | null>;
  react(postId: string, emoji: string): Promise<void>;
  /** Where people find a post, from whatever channel. */
  link(postId: string): string;
  /** Takes a reaction of vigie's own back; one that isn't there is no error. */
  unreact(postId: string, emoji: string): Promise<void>;
  /** The channel of direct messages with a person. */
  direct(user: string): Promise<string>;
}
