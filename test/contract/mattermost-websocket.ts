import { expect, it } from 'vitest';
import { openListener } from '#test/lab/mattermost/listener.ts';
import type { Heard } from '#test/lab/mattermost/listener.ts';
import type { Scene } from './mattermost-scene.ts';

/** Who is let in, and what is heard. */
export function websocketCases(here: () => Scene): void {
  it('begins with hello, number 0, for a token in the header', async () => {
    const { bot } = here();
    const ears = await bot.listen();
    expect(ears.events[0]).toMatchObject({
      event: 'hello',
      seq: 0,
      data: { connection_id: expect.stringMatching(/^[a-z0-9]{26}$/), server_version: expect.any(String) },
      broadcast: { user_id: bot.id, channel_id: '' },
    });
    ears.close();
  });

  it('answers a challenge with hello, then OK', async () => {
    const { bot, server } = here();
    const ears = await openListener(server.url, { token: bot.token, by: 'challenge' });
    const answer = await ears.waitFor((one) => one.reply?.to === 1);
    expect([ears.events[0]?.event, answer.reply?.status]).toEqual(['hello', 'OK']);
    ears.close();
  });

  it('breaks the connection at once for a bad token in the challenge', async () => {
    const ears = await openListener(here().server.url, { token: 'nosuchtokennosuchtokennosu', by: 'challenge' });
    expect(await ears.closed).toBe(1006);
    expect(ears.events).toEqual([]);
  });

  it('accepts the connection with a bad token in the header, and says nothing', async () => {
    const { server, alice, bob, ops } = here();
    const deaf = await openListener(server.url, { token: 'nosuchtokennosuchtokennosu' });
    const ears = await bob.listen();
    await alice.say(ops.id, 'not for strangers');
    await ears.waitForPost('not for strangers');
    expect(deaf.events).toEqual([]);
    deaf.close();
    ears.close();
  });

  it('keeps a connection open whose token died, and tells it nothing any more', async () => {
    const { admin, alice, bob, ops } = here();
    const bot = await admin.createBot();
    await admin.addToChannel(ops, bot);
    const deaf = await bot.listen();
    await admin.setEnabled(bot, false);
    const ears = await bob.listen();
    const post = await alice.say(ops.id, 'not for the disabled');
    await ears.waitForPost('not for the disabled');
    expect(deaf.events.map((one) => one.post?.id)).not.toContain(post.id);
    expect((await bot.rest.request('GET', '/users/me')).status).toBe(401);
    deaf.close();
    ears.close();
  });

  it('breaks a connection that shows no credential in time', async () => {
    const { server } = here();
    const start = performance.now();
    const ears = await openListener(server.url, { token: '', by: 'nothing' });
    expect(await ears.closed).toBe(1006);
    expect(performance.now() - start).toBeGreaterThan(server.authTimeoutMs * 0.9);
  });

  it('tells members of a post, with the post as a string in data', async () => {
    const { alice, bob, team, ops } = here();
    const ears = await bob.listen();
    const post = await alice.say(ops.id, 'bonjour tout le monde');
    const heard = await ears.waitFor((one) => one.post?.id === post.id);
    expect(heard).toMatchObject({ event: 'posted', broadcast: { user_id: '', channel_id: ops.id, team_id: '' } });
    expect(heard.data).toMatchObject({
      channel_name: ops.name,
      channel_display_name: ops.display_name,
      channel_type: 'O',
      sender_name: `@${alice.username}`,
      team_id: team.id,
      post: expect.any(String),
    });
    expect(heard.data).not.toHaveProperty('mentions');
    ears.close();
  });

  it('tells nobody else of it', async () => {
    const { alice, bob, ops, hidden } = here();
    const ears = await bob.listen();
    await alice.say(hidden.id, 'between us');
    await alice.say(ops.id, 'for all');
    await ears.waitForPost('for all');
    expect(ears.events.some((one) => one.post?.channel_id === hidden.id)).toBe(false);
    ears.close();
  });

  it('tells everybody mentioned of their own id only', async () => {
    const { alice, bob, bot, ops } = here();
    const [his, its] = [await bob.listen(), await bot.listen()];
    await alice.say(ops.id, `dis @${bot.username}, et @${bob.username}.`);
    for (const [ears, who] of [
      [his, bob],
      [its, bot],
    ] as const) {
      const heard = await ears.waitFor((one) => one.event === 'posted' && one.post?.user_id === alice.id);
      expect(JSON.parse(String(heard.data['mentions']))).toEqual([who.id]);
      ears.close();
    }
  });

  it('takes no mention from code, nor from a name broken by a zero-width space', async () => {
    const { alice, bob, ops } = here();
    const ears = await bob.listen();
    const post = await alice.say(ops.id, `\`@${bob.username}\` @\u200b${bob.username} @\u200ball`);
    const heard = await ears.waitFor((one) => one.post?.id === post.id);
    expect(heard.data).not.toHaveProperty('mentions');
    ears.close();
  });

  it('tells the bot of its own posts, and in a direct message mentions it always', async () => {
    const { alice, bot, ops } = here();
    const ears = await bot.listen();
    const own = await bot.say(ops.id, 'my own words');
    expect((await ears.waitFor((one) => one.post?.id === own.id)).data['sender_name']).toBe(`@${bot.username}`);
    const direct = await alice.dm(bot.id);
    const post = await alice.say(direct.id, 'status');
    const heard = await ears.waitFor((one) => one.post?.id === post.id);
    expect(heard.data).toMatchObject({
      channel_type: 'D',
      channel_name: direct.name,
      channel_display_name: `@${alice.username}`,
      team_id: '',
      mentions: JSON.stringify([bot.id]),
    });
    ears.close();
  });

  it('tells of edits and of deletions', async () => {
    const { alice, bot, ops } = here();
    const ears = await bot.listen();
    const post = await alice.say(ops.id, 'draft');
    await alice.edit(post, 'final');
    const edited = await ears.waitFor((one) => one.event === 'post_edited' && one.post?.id === post.id);
    expect(edited.post).toMatchObject({ message: 'final', edit_at: expect.any(Number) });
    expect(edited.post?.edit_at).toBe(edited.post?.update_at);
    await alice.remove(post);
    expect((await ears.waitFor((one) => one.event === 'post_deleted' && one.post?.id === post.id)).broadcast.channel_id).toBe(ops.id);
    ears.close();
  });

  it('tells of reactions; one that is removed has lost its channel and its time', async () => {
    const { alice, bot, ops } = here();
    const ears = await bot.listen();
    const post = await bot.say(ops.id, 'vote');
    const about =
      (event: string) =>
      (one: Heard): boolean =>
        one.event === event && one.reaction?.post_id === post.id;
    await alice.react(post.id, 'white_check_mark');
    expect((await ears.waitFor(about('reaction_added'))).reaction).toMatchObject({
      user_id: alice.id,
      emoji_name: 'white_check_mark',
      channel_id: ops.id,
    });
    await alice.unreact(post.id, 'white_check_mark');
    const removed = await ears.waitFor(about('reaction_removed'));
    expect(removed.reaction).toMatchObject({ user_id: alice.id, emoji_name: 'white_check_mark', channel_id: '', create_at: 0 });
    expect(removed.broadcast.channel_id).toBe(ops.id);
    ears.close();
  });

  it('tells of a reply to all members of the channel', async () => {
    const { alice, bob, bot, ops } = here();
    const ears = await bob.listen();
    const root = await alice.say(ops.id, 'root');
    await bot.say(ops.id, 'a reply', { rootId: root.id });
    expect((await ears.waitForPost('a reply')).root_id).toBe(root.id);
    ears.close();
  });

  it('tells everybody when somebody’s account changes', async () => {
    const { admin, bot } = here();
    const leaver = await admin.createPerson();
    const ears = await bot.listen();
    await admin.deactivate(leaver);
    const heard = await ears.waitFor((one) => one.event === 'user_updated');
    expect(heard.data['user']).toMatchObject({ id: leaver.id, delete_at: expect.any(Number) });
    ears.close();
  });

  it('numbers events without a gap', async () => {
    const { alice, bot, ops } = here();
    const ears = await bot.listen();
    for (const word of ['one', 'two', 'three of three']) await alice.say(ops.id, word);
    await ears.waitForPost('three of three');
    expect(ears.events.map((one) => one.seq)).toEqual(ears.events.map((_one, index) => index));
    ears.close();
  });

  it('answers ping, and refuses an unknown action', async () => {
    const { bot } = here();
    const ears = await bot.listen();
    ears.send({ seq: 2, action: 'ping' });
    expect((await ears.waitFor((one) => one.reply?.to === 2)).data).toMatchObject({ text: 'pong', version: expect.any(String) });
    ears.send({ seq: 3, action: 'no_such_action' });
    expect((await ears.waitFor((one) => one.reply?.to === 3)).reply).toEqual({
      status: 'FAIL',
      to: 3,
      errorId: 'api.web_socket_router.bad_action.app_error',
    });
    ears.close();
  });
}
