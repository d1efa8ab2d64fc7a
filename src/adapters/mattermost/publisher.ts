import type { Client4 } from '@mattermost/client';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { PostBody, Publisher } from '#ports/chat.ts';
import { fingerprint, KEY_PROP, postSchema, toMattermost, toWritten } from './post.ts';

interface Log {
  warn(data: object, text: string): void;
}

/** @param me vigie's own user id: the server's de-duplication is shared by all users, so ours carries it */
export function createPublisher(client: Client4, me: string, log: Log): Publisher {
  return {
    async create(channel, root, key, body) {
      const picture = await uploadPicture(client, channel, body.picture, log);
      const file = body.file === null ? [] : [await upload(client, channel, textBlob(body.file.text), body.file.name)];
      const answer = await client.createPost({
        channel_id: channel,
        root_id: root ?? '',
        ...toMattermost(key, body),
        file_ids: [...picture, ...file],
        pending_post_id: `${me}:${key}`,
      });
      const post = postSchema.parse(answer);
      // Somebody else's pending id equal to ours would give their post back and write nothing.
      if (post.user_id !== me)
        throw new VigieError('chat_unreachable', { host: new URL(client.getUrl()).host, reason: 'the post was not written' });
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
