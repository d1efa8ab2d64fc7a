import type { Client4 } from '@mattermost/client';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { PostBody, Publisher } from '#ports/chat.ts';
import { fingerprint, KEY_PROP, postSchema, toMattermost, toWritten } from './post.ts';

interface Log {
  warn(data: object, text: string): void;
}

/** @param me vigie's own user id: the server's de-duplication is shared by all users, so ours carries it */
export function createPublisher(client: Client4, me: string, log: Log): Publisher {
  const made = createMade();
  return {
    async create(channel, root, key, body) {
      const place = `${key}:${channel}:${root ?? ''}`;
      const picture = await uploadPicture(client, channel, body.picture, log);
      const file = body.file === null ? [] : [await upload(client, channel, textBlob(body.file.text), body.file.name)];
      const answer = await client.createPost({
        channel_id: channel,
        root_id: root ?? '',
        ...toMattermost(key, body),
        file_ids: [...picture, ...file],
        pending_post_id: `${me}:${place}:${made.count(place)}`,
      });
      const post = postSchema.parse(answer);
      // A pending id that was used gives the post back for which it was, whoever wrote that and wherever, and nothing is written.
      if (post.user_id !== me || post.channel_id !== channel)
        throw new VigieError('chat_unreachable', { host: new URL(client.getUrl()).host, reason: 'the post was not written' });
      made.add(place);
      return toWritten(post);
    },
    async find(channel, key, since) {
      const list = await client.getPostsSince(channel, Math.max(0, since));
      for (const raw of Object.values(list.posts)) {
        const post = postSchema.parse(raw);
        if (post.user_id === me && post.delete_at === 0 && post.props?.[KEY_PROP] === key) return toWritten(post);
      }
      return null;
    },
    async update(postId, key, body) {
      return toWritten(postSchema.parse(await client.patchPost({ id: postId, ...toMattermost(key, body) })));
    },
    fingerprint: (key, body) => fingerprint(toMattermost(key, body)),
    async read(postId) {
      try {
        return toWritten(postSchema.parse(await client.getPost(postId)));
      } catch (error) {
        if (error instanceof VigieError && error.code === 'chat_refused' && error.params['status'] === 404) return null;
        throw error;
      }
    },
    async react(postId, emoji) {
      await client.addReaction(me, postId, emoji);
    },
    link: (postId) => `${client.getUrl()}/_redirect/pl/${postId}`,
    async unreact(postId, emoji) {
      try {
        await client.removeReaction(me, postId, emoji);
      } catch (error) {
        if (error instanceof VigieError && error.code === 'chat_refused' && error.params['status'] === 404) return;
        throw error;
      }
    },
    async direct(user) {
      return (await client.createDirectChannel([me, user])).id;
    },
  };
}

/** Places whose posts are counted. */
const COUNTED = 500;

/**
 * How often a post was made in a place. Whoever makes it again knows that the one before is gone, and needs another pending id: the server
 * would answer 500 for 30 s. A try whose answer was lost isn't counted: it goes again under the id that it had.
 */
function createMade() {
  const counts = new Map<string, number>();
  return {
    count: (place: string): number => counts.get(place) ?? 0,
    add(place: string): void {
      const count = counts.get(place) ?? 0;
      counts.delete(place);
      counts.set(place, count + 1);
      const [oldest] = counts.keys();
      if (counts.size > COUNTED && oldest !== undefined) counts.delete(oldest);
    },
  };
}

/** A server that takes no files, or has no room for them, must not cost the words. */
async function uploadPicture(client: Client4, channel: string, picture: PostBody['picture'], log: Log): Promise<readonly string[]> {
  if (picture === null) return [];
  try {
    return [await upload(client, channel, new Blob([new Uint8Array(picture.bytes)], { type: 'image/png' }), picture.name)];
  } catch (error) {
    log.warn({ problem: problemOf(error) }, 'a picture could not be sent: the post goes without it');
    return [];
  }
}

function textBlob(text: string): Blob {
  return new Blob([text], { type: 'text/plain; charset=utf-8' });
}

/** A file id serves one post only: a second use is dropped in silence. */
async function upload(client: Client4, channel: string, content: Blob, name: string): Promise<string> {
  const form = new FormData();
  form.append('channel_id', channel);
  form.append('files', content, name);
  const { file_infos: infos } = await client.uploadFile(form);
  const id = infos[0]?.id;
  if (id === undefined)
    throw new VigieError('chat_unreachable', { host: new URL(client.getUrl()).host, reason: 'the file was not stored' });
  return id;
}
