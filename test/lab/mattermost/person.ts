import { z } from 'zod';
import { openListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { Rest } from './rest.ts';
import type { RestAnswer } from './rest.ts';
import { SeenChannel, SeenPost, SeenPostList, SeenReaction, SeenUser, actionsOf } from './seen.ts';

interface SayOptions {
  rootId?: string;
  props?: Record<string, unknown>;
  fileIds?: string[];
  pendingPostId?: string;
}

/** Somebody with an account: all that a test does in chat goes through here, over the public API alone. */
export class Person {
  readonly id: string;
  readonly username: string;
  readonly token: string;
  readonly url: string;
  /** For what has no method of its own, refusals above all. */
  readonly rest: Rest;

  constructor(fields: { id: string; username: string; token: string; url: string }) {
    this.id = fields.id;
    this.username = fields.username;
    this.token = fields.token;
    this.url = fields.url;
    this.rest = new Rest(fields.url, fields.token);
  }

  /** Posts a message, as typed in the client. */
  say(channelId: string, message: string, options: SayOptions = {}): Promise<SeenPost> {
    const { rootId, props, fileIds, pendingPostId } = options;
    return this.rest.ask(SeenPost, 'POST', '/posts', {
      channel_id: channelId,
      message,
      root_id: rootId ?? '',
      props,
      file_ids: fileIds,
      pending_post_id: pendingPostId,
    });
  }

  /** Changes the words of a post. */
  edit(post: { id: string }, message: string): Promise<SeenPost> {
    return this.rest.ask(SeenPost, 'PUT', `/posts/${post.id}/patch`, { message });
  }

  remove(post: { id: string }): Promise<void> {
    return this.rest.tell('DELETE', `/posts/${post.id}`);
  }

  /** Adds a reaction, such as `white_check_mark`. */
  react(postId: string, emoji: string): Promise<SeenReaction> {
    return this.rest.ask(SeenReaction, 'POST', '/reactions', { user_id: this.id, post_id: postId, emoji_name: emoji });
  }

  unreact(postId: string, emoji: string): Promise<void> {
    return this.rest.tell('DELETE', `/users/${this.id}/posts/${postId}/reactions/${encodeURIComponent(emoji)}`);
  }

  /** Types a slash command; the answer shows what the client gets, refusals included. */
  slash(channelId: string, teamId: string, command: string, rootId = ''): Promise<RestAnswer> {
    return this.rest.request('POST', '/commands/execute', { channel_id: channelId, team_id: teamId, command, root_id: rootId });
  }

  /** Presses a button, or chooses in a menu. Refusals are in the answer. For an ephemeral post, give the post itself: its cookie goes along. */
  click(post: string | SeenPost, actionId: string, option = ''): Promise<RestAnswer> {
    const id = typeof post === 'string' ? post : post.id;
    const cookie = typeof post === 'string' ? undefined : actionsOf(post).find((one) => one.id === actionId)?.cookie;
    return this.rest.request('POST', `/posts/${id}/actions/${actionId}`, { selected_option: option, cookie: cookie ?? '' });
  }

  /** The newest posts of a channel, oldest first, at most 200. */
  async posts(channelId: string): Promise<SeenPost[]> {
    return inTime(await this.rest.ask(SeenPostList, 'GET', `/channels/${channelId}/posts?per_page=200`));
  }

  /** A thread's posts, root first. */
  async thread(postId: string): Promise<SeenPost[]> {
    return inTime(await this.rest.ask(SeenPostList, 'GET', `/posts/${postId}/thread`));
  }

  post(postId: string): Promise<SeenPost> {
    return this.rest.ask(SeenPost, 'GET', `/posts/${postId}`);
  }

  /** A post's reactions, oldest first. */
  async reactions(postId: string): Promise<SeenReaction[]> {
    return (await this.rest.ask(z.array(SeenReaction).nullable(), 'GET', `/posts/${postId}/reactions`)) ?? [];
  }

  /** The channel of a direct conversation with somebody; made if need be. */
  dm(otherId: string): Promise<SeenChannel> {
    return this.rest.ask(SeenChannel, 'POST', '/channels/direct', [this.id, otherId]);
  }

  /** Sends a file; its id goes into a post's `fileIds`, once. */
  async upload(channelId: string, name: string, bytes: Uint8Array): Promise<string> {
    const Sent = z.object({ file_infos: z.array(z.object({ id: z.string() })).min(1) });
    const sent = await this.rest.ask(Sent, 'POST', `/files?channel_id=${channelId}&filename=${encodeURIComponent(name)}`, bytes);
    return sent.file_infos[0]?.id ?? '';
  }

  /** Opens a websocket with the token in the header, and waits for its `hello`. Close it at the end of the test. */
  async listen(): Promise<Listener> {
    const listener = await openListener(this.url, { token: this.token });
    await listener.waitFor((heard) => heard.event === 'hello');
    return listener;
  }

  /** Takes another user name. */
  rename(username: string): Promise<void> {
    return this.rest.tell('PUT', `/users/${this.id}/patch`, { username });
  }

  /** One's own account, read again. */
  me(): Promise<z.infer<typeof SeenUser>> {
    return this.rest.ask(SeenUser, 'GET', '/users/me');
  }
}

function inTime(list: SeenPostList): SeenPost[] {
  const listed = list.order.flatMap((id) => list.posts[id] ?? []).toReversed();
  return listed.toSorted((a, b) => a.create_at - b.create_at);
}
