import { z } from 'zod';
import { sha256 } from '#kernel/hash.ts';
import type { IncomingPost, PostBody, ReactionChange, WrittenPost } from '#ports/chat.ts';

/** What vigie reads of a post; everything else in it is ignored. */
export const postSchema = z.object({
  id: z.string().min(1),
  channel_id: z.string().min(1),
  user_id: z.string().min(1),
  root_id: z.string().default(''),
  message: z.string().default(''),
  type: z.string().default(''),
  create_at: z.number(),
  edit_at: z.number().default(0),
  delete_at: z.number().default(0),
  file_ids: z.array(z.string()).nullish(),
  props: z.record(z.string(), z.unknown()).nullable().default({}),
});
export type RawPost = z.output<typeof postSchema>;

export const reactionSchema = z.object({
  user_id: z.string().min(1),
  post_id: z.string().min(1),
  emoji_name: z.string().min(1),
  create_at: z.number().default(0),
});

/** Under this property vigie keeps the key of what it says. */
export const KEY_PROP = 'vigie_key';

/** Props that mark a post as not a person's own. Anybody may set them: they only ever make vigie ignore a post. */
const INTEGRATION_PROPS = ['from_webhook', 'from_bot', 'from_plugin', 'from_oauth_app', 'override_username', 'webhook_display_name'];

const JOINING = ['system_join_channel', 'system_add_to_channel', 'system_join_team', 'system_add_to_team'];

/** Whether a post says that this user came to its channel: what was said before wasn't said to them. */
export function isJoining({ type, user_id: author, props }: RawPost, user: string): boolean {
  return JOINING.includes(type) && (props?.['addedUserId'] ?? author) === user;
}

export function toIncoming(post: RawPost, direct: boolean): IncomingPost {
  const props = post.props ?? {};
  return {
    id: post.id,
    channel: post.channel_id,
    root: post.root_id === '' ? null : post.root_id,
    user: post.user_id,
    text: post.message,
    at: post.create_at,
    direct,
    integration: INTEGRATION_PROPS.some((name) => props[name] !== undefined),
    system: post.type !== '',
    edited: post.edit_at > 0,
    key: typeof props[KEY_PROP] === 'string' ? props[KEY_PROP] : null,
  };
}

export function toReaction(raw: z.output<typeof reactionSchema>, added: boolean): ReactionChange {
  return { post: raw.post_id, user: raw.user_id, emoji: raw.emoji_name, added, at: raw.create_at };
}

/** The form in which Mattermost takes a post. Its message is never empty: "(edited)" would stand alone. */
export function toMattermost(key: string, body: PostBody): { message: string; props: Record<string, unknown> } {
  const attachments = body.attachments.map((attachment) => ({
    fallback: attachment.title,
    color: attachment.color,
    title: attachment.title,
    text: attachment.text,
    footer: attachment.footer,
    fields: attachment.fields,
    actions: attachment.buttons.map((button) => ({
      id: button.id,
      type: 'button',
      name: button.name,
      style: button.style,
      integration: { url: button.url, context: button.context },
    })),
  }));
  // A patch of props replaces all of them, `from_bot` included.
  const props = { [KEY_PROP]: key, from_bot: 'true', ...(attachments.length > 0 ? { attachments } : {}) };
  return { message: body.message === '' ? '…' : body.message, props };
}

const shown = z.string().default('');

/** Everything of an attachment that people see; the server fills in what wasn't sent. Source: Mattermost, `model/slack_attachment.go`. */
const attachmentSchema = z.object({
  fallback: shown,
  pretext: shown,
  author_name: shown,
  author_link: shown,
  author_icon: shown,
  title: shown,
  title_link: shown,
  text: shown,
  image_url: shown,
  thumb_url: shown,
  footer: shown,
  footer_icon: shown,
  fields: z
    .array(z.object({ title: z.unknown(), value: z.unknown() }))
    .nullish()
    .transform((fields) => fields ?? []),
  actions: z
    .array(z.object({ name: shown }))
    .nullish()
    .transform((actions) => actions ?? []),
});

/** What people can read in a post, its files included, hashed: whoever edits it changes this. */
export function fingerprint({ message, props, file_ids: files }: Pick<RawPost, 'message' | 'props'> & Partial<RawPost>): string {
  const raw = props?.['attachments'] ?? [];
  const read = z.array(attachmentSchema).safeParse(raw);
  // The server gives files back in any order.
  return sha256(JSON.stringify([message, read.success ? read.data : raw, (files ?? []).toSorted()]));
}

export function toWritten(post: RawPost): WrittenPost {
  return { postId: post.id, fingerprint: fingerprint(post) };
}
