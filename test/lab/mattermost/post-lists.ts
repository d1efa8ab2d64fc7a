import { ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Post } from './model.ts';
import { mustReadChannel } from './permissions.ts';
import { readablePost, repliesTo, viewOf } from './post-view.ts';
import type { PostView } from './post-view.ts';
import { channelOf, postOf } from './world.ts';
import type { World } from './world.ts';

/** As many as one `since` gives. */
const SINCE_LIMIT = 1000;

/** Ids newest first, and the posts by id; `posts` also holds the roots of replies that are in the order. */
interface PostList {
  order: string[];
  posts: Record<string, PostView>;
  next_post_id: string;
  prev_post_id: string;
  has_next: boolean;
  first_inaccessible_post_time: number;
}

/** Lists of posts: a channel's, and a thread's. */
export function postListRoutes(lab: Lab): Route[] {
  const { world } = lab;
  return [
    { method: 'GET', pattern: '/api/v4/channels/{id}/posts', handle: (call) => channelPosts(world, call) },
    { method: 'GET', pattern: '/api/v4/posts/{id}/thread', handle: (call) => thread(world, call) },
  ];
}

function channelPosts(world: World, call: Call): Answer {
  const channel = channelOf(world, call.param('id'));
  mustReadChannel(world, call.userId, channel);
  const all = [...world.posts.values()].filter((post) => post.channel_id === channel.id).toSorted((a, b) => a.create_at - b.create_at);
  const since = call.number('since', 0);
  // `since` is about changes: edited and deleted posts come too, those with delete_at > 0 emptied.
  if (since > 0)
    return ok(
      listOf(
        world,
        all
          .filter((post) => post.update_at > since)
          .slice(-SINCE_LIMIT)
          .toReversed(),
      ),
    );
  const alive = all.filter((post) => post.delete_at === 0);
  const size = Math.min(call.number('per_page', 60), 200);
  const skip = call.number('page', 0) * size;
  const before = call.query.get('before');
  const after = call.query.get('after');
  const at = alive.findIndex((post) => post.id === (before ?? after));
  if (after !== null) return ok(window(world, alive, at < 0 ? alive.length : at + 1 + skip, size));
  const end = Math.max((before !== null ? Math.max(at, 0) : alive.length) - skip, 0);
  return ok(window(world, alive, Math.max(end - size, 0), end - Math.max(end - size, 0)));
}

/** `size` posts from `start`, with the ids of the ones just outside. */
function window(world: World, posts: Post[], start: number, size: number): PostList {
  const list = listOf(world, posts.slice(start, start + size).toReversed());
  return { ...list, next_post_id: posts[start + size]?.id ?? '', prev_post_id: posts[start - 1]?.id ?? '' };
}

function listOf(world: World, newestFirst: Post[]): PostList {
  const posts: Record<string, PostView> = {};
  for (const post of newestFirst) {
    const root = post.root_id === '' ? undefined : world.posts.get(post.root_id);
    for (const one of root === undefined ? [post] : [post, root]) posts[one.id] = viewOf(world, one);
  }
  return {
    order: newestFirst.map((post) => post.id),
    posts,
    next_post_id: '',
    prev_post_id: '',
    has_next: false,
    first_inaccessible_post_time: 0,
  };
}

function thread(world: World, call: Call): Answer {
  const post = readablePost(world, call.userId, call.param('id'));
  const root = post.root_id === '' ? post : postOf(world, post.root_id);
  return ok(listOf(world, [root, ...repliesTo(world, root.id)].toReversed()));
}
