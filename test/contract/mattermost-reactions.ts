import { expect, it } from 'vitest';
import { z } from 'zod';
import { errorId } from '#test/lab/mattermost/rest.ts';
import { SeenReaction } from '#test/lab/mattermost/seen.ts';
import type { Scene } from './mattermost-scene.ts';

/** Votes: what nobody can do in another's name. */
export function reactionCases(here: () => Scene): void {
  it('adds a reaction with 200', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    const { status, json } = await alice.rest.request('POST', '/reactions', {
      user_id: alice.id,
      post_id: post.id,
      emoji_name: 'white_check_mark',
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      user_id: alice.id,
      post_id: post.id,
      emoji_name: 'white_check_mark',
      create_at: expect.any(Number),
      update_at: expect.any(Number),
      delete_at: 0,
      remote_id: '',
      channel_id: ops.id,
    });
  });

  it('refuses a reaction in somebody else’s name', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    const answer = await bot.rest.request('POST', '/reactions', { user_id: alice.id, post_id: post.id, emoji_name: 'white_check_mark' });
    expect([answer.status, errorId(answer)]).toEqual([403, 'api.reaction.save_reaction.user_id.app_error']);
    expect(await bot.reactions(post.id)).toEqual([]);
  });

  it('refuses an unknown emoji', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    const answer = await bot.rest.request('POST', '/reactions', { user_id: bot.id, post_id: post.id, emoji_name: 'no_such_emoji_at_all' });
    expect([answer.status, errorId(answer)]).toEqual([404, 'app.emoji.get_by_name.no_result']);
  });

  it.each(['white_check_mark', 'x', 'octagonal_sign', 'eyes', 'no_bell', 'arrow_forward'])('knows vigie’s %s', async (emoji) => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    expect((await bot.react(post.id, emoji)).emoji_name).toBe(emoji);
  });

  it('keeps the skin tone in the name', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    expect((await alice.react(post.id, '+1_medium_skin_tone')).emoji_name).toBe('+1_medium_skin_tone');
  });

  it('takes the same reaction twice as one', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    await bot.react(post.id, 'eyes');
    await bot.react(post.id, 'eyes');
    expect(await bot.reactions(post.id)).toHaveLength(1);
  });

  it('takes a reaction back', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    await alice.react(post.id, '+1');
    await alice.unreact(post.id, '+1');
    expect(await bot.reactions(post.id)).toEqual([]);
  });

  it('takes back nobody else’s', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    await alice.react(post.id, 'x');
    expect((await bot.rest.request('DELETE', `/users/${alice.id}/posts/${post.id}/reactions/x`)).status).toBe(403);
    expect(await bot.reactions(post.id)).toHaveLength(1);
  });

  it('refuses one who isn’t a member, in a public channel too', async () => {
    const { alice, bot, admin, hidden, lobby } = here();
    const posts = [await alice.say(hidden.id, 'private'), await admin.me.say(lobby.id, 'public')];
    for (const post of posts) {
      const answer = await bot.rest.request('POST', '/reactions', { user_id: bot.id, post_id: post.id, emoji_name: 'eyes' });
      expect([answer.status, errorId(answer)]).toEqual([403, 'api.context.permissions.app_error']);
    }
  });

  it('gives the reactions of many posts at once, empty lists included', async () => {
    const { alice, bot, ops } = here();
    const [voted, silent] = [await bot.say(ops.id, 'one'), await bot.say(ops.id, 'two')];
    await alice.react(voted.id, 'white_check_mark');
    const all = await bot.rest.ask(z.record(z.string(), z.array(SeenReaction)), 'POST', '/posts/ids/reactions', [voted.id, silent.id]);
    expect(all[voted.id]?.map((one) => one.user_id)).toEqual([alice.id]);
    expect(all[silent.id]).toEqual([]);
  });

  it('shows the reactions in the post itself', async () => {
    const { alice, bot, ops } = here();
    const post = await bot.say(ops.id, 'vote');
    await alice.react(post.id, 'rocket');
    expect(await bot.post(post.id)).toMatchObject({
      has_reactions: true,
      metadata: { reactions: [{ user_id: alice.id, emoji_name: 'rocket' }] },
    });
  });
}
