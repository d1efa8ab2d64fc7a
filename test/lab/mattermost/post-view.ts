import { forClients } from './attachments.ts';
import type { Action } from './attachments.ts';
import { forbidden } from './errors.ts';
import type { FileInfo, Post, Reaction } from './model.ts';
import { mustReadChannel } from './permissions.ts';
import { channelOf, postOf } from './world.ts';
import type { World } from './world.ts';

/** What is known of a post beside its text: as clients receive it in `metadata`. */
interface Metadata {
  embeds?: { type: string }[];
  files?: FileInfo[];
  reactions?: Reaction[];
}

/** A post as clients receive it: the stored one, its integrations hidden, with what hangs on it. */
export type PostView = Omit<Post, 'props'> & {
  props: Record<string, unknown>;
  has_reactions?: true;
  remote_id?: string;
  reply_count: number;
  last_reply_at: number;
  participants: null;
  metadata?: Metadata;
};

/**
 * A post as the few places show it that don't prepare it for clients: a de-duplicated one, and one that is told to be deleted. Recorded:
 * it has no `metadata`.
 */
export function bareViewOf(world: World, post: Post): PostView {
  const { metadata: _, ...bare } = viewOf(world, post);
  return bare;
}

/** `remote_id` is absent from what a webhook or a command says at that moment, and from ephemeral posts. */
export function viewOf(
  world: World,
  post: Post,
  options: { withoutRemoteId?: boolean; cookieFor?: (action: Action) => string } = {},
): PostView {
  const reactions = world.reactions.get(post.id) ?? [];
  const replies = post.root_id === '' ? repliesTo(world, post.id) : repliesTo(world, post.root_id);
  const deleted = post.delete_at > 0;
  return {
    ...post,
    message: deleted ? '' : post.message,
    props: forClients(post.props, options.cookieFor),
    file_ids: deleted ? [] : post.file_ids,
    ...(reactions.length > 0 && { has_reactions: true as const }),
    ...(options.withoutRemoteId !== true && { remote_id: '' }),
    reply_count: replies.length,
    last_reply_at: post.root_id === '' ? (replies.at(-1)?.create_at ?? 0) : 0,
    participants: null,
    metadata: deleted ? {} : metadataOf(world, post, reactions),
  };
}

function metadataOf(world: World, post: Post, reactions: Reaction[]): Metadata {
  const files = (post.file_ids ?? []).flatMap((id) => world.files.get(id)?.info ?? []);
  return {
    ...(post.props['attachments'] !== undefined && { embeds: [{ type: 'message_attachment' }] }),
    ...(files.length > 0 && { files }),
    ...(reactions.length > 0 && { reactions }),
  };
}

/** Replies of a thread that still exist, oldest first. */
export function repliesTo(world: World, rootId: string): Post[] {
  return (world.replies.get(rootId) ?? []).filter((post) => post.delete_at === 0);
}

/** Keeps a copy of the post as it now is, for {@link World.versions}. */
export function remember(world: World, post: Post): void {
  const versions = world.versions.get(post.id) ?? [];
  versions.push(structuredClone(post));
  world.versions.set(post.id, versions);
}

/** The post, if this person may read its channel. Throws 404 or 403. */
export function readablePost(world: World, userId: string, postId: string): Post {
  const post = postOf(world, postId);
  mustReadChannel(world, userId, channelOf(world, post.channel_id));
  return post;
}

/** As recorded: a click on a post that isn't stored (an ephemeral one) without its cookie is a 403, not a 404. */
export function mustExistToClick(world: World, userId: string, postId: string): Post {
  const post = world.posts.get(postId);
  if (post === undefined) throw forbidden();
  return readablePost(world, userId, postId);
}
