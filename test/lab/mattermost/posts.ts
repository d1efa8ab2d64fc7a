import { setTimeout as delay } from 'node:timers/promises';
import { withActionIds } from './attachments.ts';
import { displayName } from './channels.ts';
import { AppError } from './errors.ts';
import { attach } from './files.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import { mentionedBy } from './mentions.ts';
import type { Channel, Post, Props } from './model.ts';
import { bareViewOf, remember, repliesTo, viewOf, type PostView } from './post-view.ts';
import { channelOf, postOf, userOf } from './world.ts';
import type { World } from './world.ts';

/** Characters, not bytes nor UTF-16 units. */
const MAX_MESSAGE = 16_383;
const MAX_PROPS = 800_000;
/** A `pending_post_id` is remembered for 30 s. */
const PENDING_KEPT_MS = 30_000;
/** Storing a post takes the real server some 10 ms, during which a twin request is refused. */
const STORING_MS = 3;

export interface NewPost {
  user_id: string;
  channel_id: string;
  message: string;
  root_id?: string | undefined;
  type?: string | undefined;
  props?: Props | undefined;
  file_ids?: string[] | undefined;
  pending_post_id?: string | undefined;
}

/** A post that isn't stored yet, with the defaults of the server. */
export function draft(world: World, fields: NewPost): Post {
  const now = world.now();
  return {
    id: newId(),
    create_at: now,
    update_at: now,
    edit_at: 0,
    delete_at: 0,
    is_pinned: false,
    user_id: fields.user_id,
    channel_id: fields.channel_id,
    root_id: fields.root_id ?? '',
    original_id: '',
    message: fields.message,
    type: fields.type ?? '',
    props: withActionIds(fields.props ?? {}),
    hashtags: hashtagsIn(fields.message),
    file_ids: [],
    pending_post_id: fields.pending_post_id ?? '',
  };
}

/**
 * Creates a post once per `pending_post_id`: for 30 s the same id gives the same post back, whoever sends it and whatever
 * it says, in whatever channel; while the first is being stored, the others get 500, and so they do once it was deleted.
 */
export async function createOnce(lab: Lab, fields: NewPost): Promise<PostView> {
  const key = fields.pending_post_id ?? '';
  if (key === '') return viewOf(lab.world, createPost(lab, fields));
  const now = lab.world.now();
  const known = lab.pendingPosts.get(key);
  if (known !== undefined && now - known.at < PENDING_KEPT_MS) {
    if (known.postId === null) throw new AppError('api.post.deduplicate_create_post.pending');
    const post = lab.world.posts.get(known.postId);
    if (post === undefined || post.delete_at > 0) throw new AppError('api.post.deduplicate_create_post.failed_to_get');
    return bareViewOf(lab.world, post);
  }
  lab.pendingPosts.set(key, { postId: null, at: now });
  try {
    await delay(STORING_MS);
    const post = createPost(lab, fields);
    lab.pendingPosts.set(key, { postId: post.id, at: now });
    return viewOf(lab.world, { ...post, pending_post_id: key });
  } catch (error) {
    lab.pendingPosts.delete(key);
    throw error;
  }
}

/** Stores a post and tells the channel. The caller has checked the rights. */
export function createPost(lab: Lab, fields: NewPost, said: { byWebhook?: boolean } = {}): Post {
  const { world } = lab;
  const channel = channelOf(world, fields.channel_id);
  if (channel.delete_at > 0) throw new AppError('api.post.create_post.can_not_post_to_deleted.error');
  checkRoot(world, fields);
  const author = userOf(world, fields.user_id);
  const post = draft(world, author.is_bot === true ? { ...fields, props: { ...fields.props, from_bot: 'true' } } : fields);
  checkPost(lab, post);
  post.file_ids = attach(world, post, fields.file_ids ?? []);
  store(world, { ...post, pending_post_id: '' });
  remember(world, post);
  Object.assign(channel, { last_post_at: post.create_at, total_msg_count: channel.total_msg_count + 1 });
  tellPosted(lab, post, channel, said.byWebhook === true);
  if (post.root_id !== '') tellThread(lab, postOf(world, post.root_id));
  return post;
}

function store(world: World, post: Post): void {
  world.posts.set(post.id, post);
  if (post.root_id !== '') world.replies.set(post.root_id, [...(world.replies.get(post.root_id) ?? []), post]);
}

function checkRoot(world: World, fields: NewPost): void {
  if (!fields.root_id) return;
  const root = world.posts.get(fields.root_id);
  if (root === undefined || root.delete_at > 0 || root.root_id !== '') throw new AppError('api.post.create_post.root_id.app_error');
  if (root.channel_id !== fields.channel_id) throw new AppError('api.post.create_post.channel_root_id.app_error');
}

function checkPost(lab: Lab, post: Post): void {
  if ([...post.message].length > MAX_MESSAGE) throw new AppError('model.post.is_valid.message_length.app_error');
  const props = JSON.stringify(post.props);
  // As Go writes JSON: these take six characters each.
  if ([...props].length + 5 * (props.match(/[<>&\u2028\u2029]/gu)?.length ?? 0) > MAX_PROPS)
    throw new AppError('model.post.is_valid.props.app_error');
  // PostgreSQL stores no zero letter, in text or in jsonb.
  if (post.message.includes('\0') || props.includes(String.raw`\u0000`)) throw new AppError('app.post.save.app_error');
  const refused = lab.refuse(post);
  if (refused !== null) throw new AppError(refused);
}

function hashtagsIn(message: string): string {
  return [...message.matchAll(/(?:^|\s)(#\p{L}[\p{L}\d_.-]{2,})/gu)].map((match) => match[1]).join(' ');
}

function tellPosted(lab: Lab, post: Post, channel: Channel, byWebhook: boolean): void {
  const { world, hub } = lab;
  const override = post.props['override_username'];
  const mentioned = mentionedBy(world, post, channel, (id) => hub.isOnline(id));
  const files = (post.file_ids ?? []).flatMap((id) => world.files.get(id)?.info ?? []);
  hub.publish({
    event: 'posted',
    data: {
      channel_display_name: displayName(world, channel, post.user_id),
      channel_name: channel.name,
      channel_type: channel.type,
      ...(files.length > 0 && { otherFile: 'true' }),
      ...(files.some((file) => file.mime_type.startsWith('image/')) && { image: 'true' }),
      post: JSON.stringify(viewOf(world, post, { withoutRemoteId: byWebhook })),
      sender_name: byWebhook && typeof override === 'string' && override !== '' ? override : `@${userOf(world, post.user_id).username}`,
      set_online: true,
      team_id: channel.team_id,
    },
    dataFor: (userId) => (mentioned.has(userId) ? { mentions: JSON.stringify([userId]) } : {}),
    to: { channel_id: channel.id },
  });
}

/** The root changes with each reply, and those who follow the thread are told. */
function tellThread(lab: Lab, root: Post): void {
  const { world, hub } = lab;
  const replies = repliesTo(world, root.id);
  const last = replies.at(-1)?.create_at ?? 0;
  root.update_at = Math.max(root.update_at, last);
  const thread = {
    id: root.id,
    reply_count: replies.length,
    last_reply_at: last,
    last_viewed_at: 0,
    is_following: true,
    post: viewOf(world, root),
  };
  const channel = channelOf(world, root.channel_id);
  for (const userId of new Set([root.user_id, ...replies.map((reply) => reply.user_id)])) {
    hub.publish({ event: 'thread_updated', data: { thread: JSON.stringify(thread) }, to: { user_id: userId, team_id: channel.team_id } });
  }
}

/**
 * Changes a post and tells the channel. Any change, of props alone too, marks it as edited.
 * @param changes `props`, when given, replaces all props: `from_bot` and the attachments go unless they are in it.
 */
export function editPost(
  lab: Lab,
  post: Post,
  changes: { message?: string | undefined; props?: Props | undefined; is_pinned?: boolean | undefined; file_ids?: string[] | undefined },
): Post {
  if (channelOf(lab.world, post.channel_id).delete_at > 0) throw new AppError('api.post.patch_post.can_not_update_post_in_deleted.error');
  if (post.type.startsWith('system_')) throw new AppError('api.post.update_post.system_message.app_error');
  const now = lab.world.now();
  const next: Post = {
    ...post,
    update_at: now,
    edit_at: now,
    message: changes.message ?? post.message,
    is_pinned: changes.is_pinned ?? post.is_pinned,
    props: changes.props === undefined ? post.props : withActionIds(changes.props),
    file_ids: changes.file_ids === undefined ? post.file_ids : attach(lab.world, post, changes.file_ids),
  };
  next.hashtags = hashtagsIn(next.message);
  checkPost(lab, next);
  Object.assign(post, next);
  remember(lab.world, post);
  lab.hub.publish({ event: 'post_edited', data: { post: JSON.stringify(viewOf(lab.world, post)) }, to: { channel_id: post.channel_id } });
  return post;
}

/** Marks a post as deleted, its replies with it. */
export function deletePost(lab: Lab, post: Post): void {
  const { world, hub } = lab;
  const view = bareViewOf(world, post);
  for (const one of [post, ...repliesTo(world, post.id)]) {
    one.delete_at = world.now();
    one.update_at = one.delete_at;
    remember(world, one);
  }
  hub.publish({
    event: 'post_deleted',
    data: { post: JSON.stringify(view) },
    to: { channel_id: post.channel_id, contains_sanitized_data: true },
  });
}
