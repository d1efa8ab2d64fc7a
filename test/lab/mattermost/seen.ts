import { z } from 'zod';

/** What tests see of Mattermost's data: the fields they rely on; everything else stays as it came. */

export const SeenPost = z.looseObject({
  id: z.string(),
  create_at: z.number(),
  update_at: z.number(),
  edit_at: z.number(),
  delete_at: z.number(),
  user_id: z.string(),
  channel_id: z.string(),
  root_id: z.string(),
  message: z.string(),
  type: z.string(),
  props: z.record(z.string(), z.unknown()),
  file_ids: z.array(z.string()).nullable(),
  pending_post_id: z.string(),
  reply_count: z.number(),
  /** Not in every answer: one that was de-duplicated has none, nor has the event of a deleted post. */
  metadata: z.looseObject({}).default({}),
});
export type SeenPost = z.infer<typeof SeenPost>;

export const SeenReaction = z.looseObject({
  user_id: z.string(),
  post_id: z.string(),
  emoji_name: z.string(),
  create_at: z.number(),
  channel_id: z.string(),
});
export type SeenReaction = z.infer<typeof SeenReaction>;

export const SeenPostList = z.looseObject({
  order: z.array(z.string()),
  posts: z.record(z.string(), SeenPost),
  next_post_id: z.string(),
  prev_post_id: z.string(),
});
export type SeenPostList = z.infer<typeof SeenPostList>;

export const SeenUser = z.looseObject({ id: z.string(), username: z.string(), roles: z.string(), delete_at: z.number() });
export const SeenTeam = z.looseObject({ id: z.string(), name: z.string(), display_name: z.string() });
export type SeenTeam = z.infer<typeof SeenTeam>;
export const SeenChannel = z.looseObject({
  id: z.string(),
  name: z.string(),
  display_name: z.string(),
  type: z.string(),
  team_id: z.string(),
});
export type SeenChannel = z.infer<typeof SeenChannel>;
export const SeenCommand = z.looseObject({ id: z.string(), token: z.string(), trigger: z.string(), url: z.string(), team_id: z.string() });
export type SeenCommand = z.infer<typeof SeenCommand>;

/** Buttons and menus of a post as clients see them: `integration` is hidden, a `cookie` comes with ephemeral posts. */
const SeenAction = z.looseObject({ id: z.string(), name: z.string(), cookie: z.string().optional() });
const Attachments = z.array(z.looseObject({ text: z.string(), actions: z.array(SeenAction).optional() }));

/** The actions in a post's attachments, in order. */
export function actionsOf(post: SeenPost): z.infer<typeof SeenAction>[] {
  return Attachments.parse(post.props['attachments'] ?? []).flatMap((one) => one.actions ?? []);
}
