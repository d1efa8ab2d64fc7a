import { Client4 } from '@mattermost/client';
import { expect, it } from 'vitest';
import { errorId } from '#test/lab/mattermost/rest.ts';
import type { RestAnswer } from '#test/lab/mattermost/rest.ts';
import { SeenPost, actionsOf } from '#test/lab/mattermost/seen.ts';
import type { Scene } from './mattermost-scene.ts';

const refusal = (answer: RestAnswer): [number, string] => [answer.status, errorId(answer)];

/** Saying, changing and taking back. */
export function postCases(here: () => Scene): void {
  it('creates a post with 201 and every field', async () => {
    const { alice, ops } = here();
    const { status, json } = await alice.rest.request('POST', '/posts', { channel_id: ops.id, message: 'bonjour' });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      user_id: alice.id,
      channel_id: ops.id,
      message: 'bonjour',
      type: '',
      props: {},
      edit_at: 0,
      delete_at: 0,
      root_id: '',
      file_ids: [],
      reply_count: 0,
    });
  });

  it('is understood by the official client', async () => {
    const { bot, ops, server } = here();
    const client = new Client4();
    client.setUrl(server.url);
    client.setToken(bot.token);
    const post = await client.createPost({ channel_id: ops.id, message: 'by the client' });
    expect((await client.getPost(post.id)).message).toBe('by the client');
    await expect(client.getPost('aaaaaaaaaaaaaaaaaaaaaaaaaa')).rejects.toMatchObject({
      server_error_id: 'app.post.get.app_error',
      status_code: 404,
    });
  });

  it('takes 16,383 characters, accents counting one, and not one more', async () => {
    const { alice, ops } = here();
    for (const letter of ['a', 'é'])
      expect((await alice.rest.request('POST', '/posts', { channel_id: ops.id, message: letter.repeat(16_383) })).status).toBe(201);
    const tooLong = await alice.rest.request('POST', '/posts', { channel_id: ops.id, message: 'a'.repeat(16_384) });
    expect(refusal(tooLong)).toEqual([400, 'model.post.is_valid.message_length.app_error']);
  });

  it.each(['from_webhook', 'from_bot', 'from_plugin', 'override_username'])(
    'keeps the prop %s that a person wrote: it proves nothing',
    async (prop) => {
      const { alice, ops } = here();
      expect((await alice.say(ops.id, 'forged', { props: { [prop]: 'true' } })).props).toEqual({ [prop]: 'true' });
    },
  );

  it('marks a bot’s posts with from_bot', async () => {
    const { bot, ops } = here();
    expect((await bot.say(ops.id, 'hello', { props: { key: 'k1' } })).props).toEqual({ key: 'k1', from_bot: 'true' });
  });

  it('keeps the props when only the message is patched, and marks the post as edited', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'v1', { props: { key: 'k1' } });
    const edited = await bot.edit(post, 'v2');
    expect(edited).toMatchObject({ id: post.id, message: 'v2', props: { key: 'k1', from_bot: 'true' }, create_at: post.create_at });
    expect(edited.edit_at).toBeGreaterThanOrEqual(post.create_at);
  });

  it('replaces all props when props are patched: from_bot and attachments go', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'v1', { props: { key: 'k1', attachments: [{ text: 't' }] } });
    const patched = await bot.rest.ask(SeenPost, 'PUT', `/posts/${post.id}/patch`, { props: { key: 'k2' } });
    expect(patched).toMatchObject({ message: 'v1' });
    expect(patched.props).toEqual({ key: 'k2' });
  });

  it('lets nobody change or delete somebody else’s post', async () => {
    const { alice, bot, ops } = here();
    const post = await alice.say(ops.id, 'mine');
    expect(refusal(await bot.rest.request('PUT', `/posts/${post.id}/patch`, { message: 'x' }))).toEqual([
      403,
      'api.context.permissions.app_error',
    ]);
    expect(refusal(await bot.rest.request('DELETE', `/posts/${post.id}`))).toEqual([403, 'api.context.permissions.app_error']);
  });

  it('forgets a deleted post: 404', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'gone soon');
    await bot.remove(post);
    expect(refusal(await bot.rest.request('GET', `/posts/${post.id}`))).toEqual([404, 'app.post.get.app_error']);
  });

  it('replies to a root, and to nothing but a root of the same channel', async () => {
    const { alice, bot, ops, admin, lobby } = here();
    const root = await alice.say(ops.id, 'root');
    const reply = await bot.say(ops.id, 'reply', { rootId: root.id });
    expect(reply).toMatchObject({ root_id: root.id, reply_count: 1 });
    const toReply = await bot.rest.request('POST', '/posts', { channel_id: ops.id, message: 'x', root_id: reply.id });
    expect(refusal(toReply)).toEqual([400, 'api.post.create_post.root_id.app_error']);
    const elsewhere = await admin.me.rest.request('POST', '/posts', { channel_id: lobby.id, message: 'x', root_id: root.id });
    expect(refusal(elsewhere)).toEqual([400, 'api.post.create_post.channel_root_id.app_error']);
  });

  it('completes attachments, and hides from clients where their buttons lead', async () => {
    const { bot, ops } = here();
    const integration = { url: 'http://127.0.0.1:1/', context: { secret: 1 } };
    const actions = [
      { id: 'ack', type: 'button', name: 'Prendre', style: 'good', integration },
      { id: 'a', name: 'n', integration },
    ];
    const post = await bot.say(ops.id, 'alert', { props: { attachments: [{ color: '#f00', title: 'Disque plein', text: 't', actions }] } });
    expect(post.props['attachments']).toEqual([
      {
        id: 0,
        fallback: '',
        color: '#f00',
        pretext: '',
        author_name: '',
        author_link: '',
        author_icon: '',
        title: 'Disque plein',
        title_link: '',
        text: 't',
        fields: null,
        image_url: '',
        thumb_url: '',
        footer: '',
        footer_icon: '',
        ts: null,
        actions: [
          { id: 'ack', type: 'button', name: 'Prendre', style: 'good' },
          { id: 'a', name: 'n' },
        ],
      },
    ]);
    expect(post.metadata).toEqual({ embeds: [{ type: 'message_attachment' }] });
    expect(actionsOf(post)).toHaveLength(2);
  });

  it('gives back the first post for a pending_post_id used again, whatever the text', async () => {
    const { bot, ops } = here();
    const pendingPostId = `${bot.id}:${Date.now()}`;
    const first = await bot.say(ops.id, 'once', { pendingPostId });
    const again = await bot.say(ops.id, 'other words', { pendingPostId });
    expect([first.pending_post_id, again.pending_post_id]).toEqual([pendingPostId, '']);
    expect(again).toMatchObject({ id: first.id, message: 'once' });
  });

  it('gives that back without metadata, also when it was asked for in another channel', async () => {
    const { admin, lobby, ops } = here();
    const body = { message: 'once', pending_post_id: `${admin.me.id}:places:${Date.now()}` };
    const first = await admin.me.rest.request('POST', '/posts', { ...body, channel_id: ops.id });
    const again = await admin.me.rest.request('POST', '/posts', { ...body, channel_id: lobby.id });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect([first.json, again.json]).toEqual([expect.objectContaining({ metadata: {} }), expect.not.objectContaining({ metadata: {} })]);
    expect(SeenPost.parse(again.json)).toMatchObject({ id: SeenPost.parse(first.json).id, channel_id: ops.id });
  });

  it('gives nothing back for a pending_post_id whose post was deleted: 500', async () => {
    const { bot, ops } = here();
    const body = { channel_id: ops.id, message: 'gone', pending_post_id: `${bot.id}:gone:${Date.now()}` };
    await bot.remove(SeenPost.parse((await bot.rest.request('POST', '/posts', body)).json));
    expect((await bot.rest.request('POST', '/posts', body)).status).toBe(500);
  });

  it('refuses to change a post where one is no member any more, and in an archived channel', async () => {
    const { admin, bot, team } = here();
    const channel = await admin.createChannel(team);
    await admin.addToChannel(channel, bot);
    const post = await bot.say(channel.id, 'v1');
    await admin.removeFromChannel(channel, bot);
    expect(refusal(await bot.rest.request('PUT', `/posts/${post.id}/patch`, { message: 'v2' }))).toEqual([
      403,
      'api.context.permissions.app_error',
    ]);
    await admin.addToChannel(channel, bot);
    await admin.archive(channel);
    const archived = await bot.rest.request('PUT', `/posts/${post.id}/patch`, { message: 'v2' });
    expect(archived.status).toBe(400);
    expect(errorId(archived)).toContain('can_not_update_post_in_deleted');
    await admin.restore(channel);
    expect((await bot.edit(post, 'v2')).message).toBe('v2');
  });

  it('gives back another person’s post for their pending_post_id', async () => {
    const { alice, bot, ops } = here();
    const pendingPostId = `shared:${alice.id}:${Date.now()}`;
    const hers = await alice.say(ops.id, 'hers', { pendingPostId });
    expect(await bot.say(ops.id, 'its', { pendingPostId })).toMatchObject({ id: hers.id, user_id: alice.id });
  });

  it('stores one post of four concurrent ones with one pending_post_id; the losers get it when they try again', async () => {
    const { bot, ops } = here();
    const body = { channel_id: ops.id, message: 'concurrent', pending_post_id: `${bot.id}:concurrent:${Date.now()}` };
    const answers = await Promise.all([1, 2, 3, 4].map(() => bot.rest.request('POST', '/posts', body)));
    const made = answers.filter((one) => one.status === 201).map((one) => SeenPost.parse(one.json).id);
    for (const lost of answers.filter((one) => one.status !== 201))
      expect(refusal(lost)).toEqual([500, 'api.post.deduplicate_create_post.pending']);
    const retried = SeenPost.parse((await bot.rest.request('POST', '/posts', body)).json).id;
    expect(new Set([...made, retried]).size).toBe(1);
  });

  it('makes a second post for the same pending_post_id after 31 s', { timeout: 60_000 }, async () => {
    const { bot, ops, server } = here();
    const pendingPostId = `${bot.id}:late:${Date.now()}`;
    const first = await bot.say(ops.id, 'late', { pendingPostId });
    await server.passTime(31_000);
    expect((await bot.say(ops.id, 'late', { pendingPostId })).id).not.toBe(first.id);
  });
}
