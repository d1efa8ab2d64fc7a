import { z } from 'zod';
import { badBody, forbidden } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Post } from './model.ts';
import { can, must } from './permissions.ts';
import { sendEphemeral } from './ephemeral.ts';
import { readablePost, viewOf } from './post-view.ts';
import { createOnce, deletePost, editPost } from './posts.ts';
import { channelOf, postOf, userOf } from './world.ts';

const Props = z.record(z.string(), z.unknown());
const NewPost = z.object({
  channel_id: z.string(),
  message: z.string().default(''),
  root_id: z.string().optional(),
  props: Props.nullish(),
  file_ids: z.array(z.string()).nullish(),
  pending_post_id: z.string().optional(),
});
const Changes = z.object({
  message: z.string().optional(),
  props: Props.optional(),
  is_pinned: z.boolean().optional(),
  file_ids: z.array(z.string()).optional(),
});
const Ephemeral = z.object({ user_id: z.string(), post: NewPost });

/** `/posts…`; the lists of posts are in post-lists.ts, buttons in actions.ts. */
export function postRoutes(lab: Lab): Route[] {
  const { world } = lab;
  return [
    { method: 'POST', pattern: '/api/v4/posts', handle: (call) => createPost(lab, call) },
    { method: 'POST', pattern: '/api/v4/posts/ephemeral', handle: (call) => createEphemeral(lab, call) },
    { method: 'POST', pattern: '/api/v4/posts/ids', handle: (call) => byIds(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/posts/{id}',
      handle: (call) => ok(viewOf(world, readablePost(world, call.userId, call.param('id')))),
    },
    { method: 'PUT', pattern: '/api/v4/posts/{id}', handle: (call) => replace(lab, call) },
    { method: 'PUT', pattern: '/api/v4/posts/{id}/patch', handle: (call) => patch(lab, call) },
    { method: 'DELETE', pattern: '/api/v4/posts/{id}', handle: (call) => remove(lab, call) },
    { method: 'GET', pattern: '/api/v4/posts/{id}/edit_history', handle: (call) => history(lab, call) },
  ];
}

async function createPost(lab: Lab, call: Call): Promise<Answer> {
  const { props, file_ids, ...fields } = call.json(NewPost, 'post');
  must(lab.world, call.userId, 'create_post', { channel: channelOf(lab.world, fields.channel_id) });
  return created(await createOnce(lab, { ...fields, props: props ?? undefined, file_ids: file_ids ?? undefined, user_id: call.userId }));
}

function createEphemeral(lab: Lab, call: Call): Answer {
  must(lab.world, call.userId, 'create_post_ephemeral');
  const { user_id, post } = call.json(Ephemeral);
  channelOf(lab.world, post.channel_id);
  return created(
    sendEphemeral(lab, userOf(lab.world, user_id).id, {
      ...post,
      file_ids: undefined,
      props: post.props ?? undefined,
      user_id: call.userId,
    }),
  );
}

/** Those of the posts that exist and that one may read. */
function byIds(lab: Lab, call: Call): Answer {
  const posts = call.json(z.array(z.string())).flatMap((id) => lab.world.posts.get(id) ?? []);
  return ok(posts.filter((post) => mayRead(lab, call.userId, post)).map((post) => viewOf(lab.world, post)));
}

function mayRead(lab: Lab, userId: string, post: Post): boolean {
  return can(lab.world, userId, 'read_channel_content', { channel: channelOf(lab.world, post.channel_id) });
}

/** The post, if it is one's own to change. Others' posts: 403, administrators apart; and one's own where one isn't a member any more. */
function ownPost(lab: Lab, call: Call, permission: 'edit_others_posts' | 'delete_others_posts'): Post {
  const post = postOf(lab.world, call.param('id'));
  const channel = channelOf(lab.world, post.channel_id);
  const mine = post.user_id === call.userId && can(lab.world, call.userId, 'read_channel_content', { channel });
  if (!mine && !can(lab.world, call.userId, permission, { channel })) throw forbidden();
  return post;
}

function patch(lab: Lab, call: Call): Answer {
  const post = ownPost(lab, call, 'edit_others_posts');
  return ok(viewOf(lab.world, editPost(lab, post, call.json(Changes, 'post'))));
}

/** PUT of a whole post: what it leaves out of message and props becomes empty. */
function replace(lab: Lab, call: Call): Answer {
  const post = ownPost(lab, call, 'edit_others_posts');
  const body = call.json(Changes.extend({ id: z.string() }), 'post');
  if (body.id !== post.id) throw badBody('id');
  return ok(viewOf(lab.world, editPost(lab, post, { ...body, message: body.message ?? '', props: body.props ?? {} })));
}

function remove(lab: Lab, call: Call): Answer {
  deletePost(lab, ownPost(lab, call, 'delete_others_posts'));
  return done();
}

/** Former versions, newest first, as the author sees them. */
function history(lab: Lab, call: Call): Answer {
  const post = readablePost(lab.world, call.userId, call.param('id'));
  if (post.user_id !== call.userId) throw forbidden();
  return ok(
    (lab.world.versions.get(post.id) ?? [])
      .slice(0, -1)
      .toReversed()
      .map((version) => viewOf(lab.world, version)),
  );
}
