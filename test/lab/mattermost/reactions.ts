import { z } from 'zod';
import { isEmoji } from './emoji.ts';
import { AppError, forbidden } from './errors.ts';
import { done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Post, Reaction } from './model.ts';
import { can, must } from './permissions.ts';
import { readablePost } from './post-view.ts';
import { channelOf, postOf } from './world.ts';

/** Different emoji on one post. */
const MAX_DIFFERENT = 50;

const NewReaction = z.object({ user_id: z.string(), post_id: z.string(), emoji_name: z.string() });

/** Reactions: the one thing that nobody can do in another's name. */
export function reactionRoutes(lab: Lab): Route[] {
  const { world } = lab;
  return [
    { method: 'POST', pattern: '/api/v4/reactions', handle: (call) => react(lab, call) },
    { method: 'DELETE', pattern: '/api/v4/users/{user}/posts/{id}/reactions/{emoji:word}', handle: (call) => unreact(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/posts/{id}/reactions',
      handle: (call) => ok(orNull(lab, readablePost(world, call.userId, call.param('id')))),
    },
    { method: 'POST', pattern: '/api/v4/posts/ids/reactions', handle: (call) => bulk(lab, call) },
  ];
}

/** Go writes an empty slice that was never filled as `null`, so a post without reactions gives null, not `[]`. */
function orNull(lab: Lab, post: Post): Reaction[] | null {
  const reactions = lab.world.reactions.get(post.id) ?? [];
  return reactions.length > 0 ? reactions : null;
}

/** The same reaction twice is no error: the second answer has a new time, the stored one keeps its first. */
function react(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const fields = call.json(NewReaction, 'reaction');
  if (fields.user_id !== call.userId) throw new AppError('api.reaction.save_reaction.user_id.app_error');
  const post = postOf(world, fields.post_id);
  must(world, call.userId, 'add_reaction', { channel: channelOf(world, post.channel_id) });
  if (!isEmoji(fields.emoji_name)) throw new AppError('app.emoji.get_by_name.no_result');
  const now = world.now();
  const reaction: Reaction = { ...fields, create_at: now, update_at: now, delete_at: 0, remote_id: '', channel_id: post.channel_id };
  store(lab, post, reaction);
  tell(lab, 'reaction_added', post, reaction);
  return ok(reaction);
}

function store(lab: Lab, post: Post, reaction: Reaction): void {
  const reactions = lab.world.reactions.get(post.id) ?? [];
  const names = new Set(reactions.map((one) => one.emoji_name));
  if (!names.has(reaction.emoji_name) && names.size >= MAX_DIFFERENT) throw new AppError('app.reaction.save.save.too_many_reactions');
  if (!reactions.some((one) => one.user_id === reaction.user_id && one.emoji_name === reaction.emoji_name)) reactions.push(reaction);
  lab.world.reactions.set(post.id, reactions);
  post.update_at = reaction.update_at;
}

function unreact(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const userId = call.param('user');
  if (userId !== call.userId) throw forbidden();
  const post = postOf(world, call.param('id'));
  must(world, userId, 'remove_reaction', { channel: channelOf(world, post.channel_id) });
  const emoji = call.param('emoji');
  const left = (world.reactions.get(post.id) ?? []).filter((one) => one.user_id !== userId || one.emoji_name !== emoji);
  world.reactions.set(post.id, left);
  post.update_at = world.now();
  // As recorded: neither the time of creation nor the channel stands in the reaction that is gone.
  tell(lab, 'reaction_removed', post, {
    user_id: userId,
    post_id: post.id,
    emoji_name: emoji,
    create_at: 0,
    update_at: post.update_at,
    delete_at: 0,
    remote_id: '',
    channel_id: '',
  });
  return done();
}

function tell(lab: Lab, event: string, post: Post, reaction: Reaction): void {
  lab.hub.publish({ event, data: { reaction: JSON.stringify(reaction) }, to: { channel_id: post.channel_id } });
}

/** Reactions of many posts at once: every id asked for is a key, those without reactions with an empty list. */
function bulk(lab: Lab, call: Call): Answer {
  const ids = call.json(z.array(z.string()));
  const { world } = lab;
  for (const id of ids) {
    const post = world.posts.get(id);
    if (post === undefined || !can(world, call.userId, 'read_channel_content', { channel: channelOf(world, post.channel_id) }))
      throw forbidden();
  }
  return ok(Object.fromEntries(ids.map((id) => [id, world.reactions.get(id) ?? []])));
}
