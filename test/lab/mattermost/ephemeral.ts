import { sealCookie } from './attachments.ts';
import type { Lab } from './lab.ts';
import { viewOf } from './post-view.ts';
import type { PostView } from './post-view.ts';
import { draft } from './posts.ts';
import type { NewPost } from './posts.ts';

/** Shows a post to one person, on their sockets alone; it is stored nowhere, so its buttons carry a sealed cookie. */
export function sendEphemeral(lab: Lab, toUserId: string, fields: NewPost): PostView {
  const post = { ...draft(lab.world, fields), update_at: 0, type: 'system_ephemeral', hashtags: '', file_ids: null };
  const view = viewOf(lab.world, post, {
    withoutRemoteId: true,
    cookieFor: (action) =>
      sealCookie({ post_id: post.id, root_post_id: post.root_id === '' ? post.id : post.root_id, channel_id: post.channel_id, action }),
  });
  lab.hub.publish({
    event: 'ephemeral_message',
    data: { post: JSON.stringify(view) },
    to: { user_id: toUserId, channel_id: post.channel_id },
  });
  return view;
}
