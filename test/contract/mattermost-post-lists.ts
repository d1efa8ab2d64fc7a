import { expect, it } from 'vitest';
import { z } from 'zod';
import { SeenPost, SeenPostList } from '#test/lab/mattermost/seen.ts';
import type { Scene } from './mattermost-scene.ts';

/** `since` is exclusive and counts milliseconds: what follows must come in a later one. */
const LATER_MS = 5;

/** Reading back what was said: how vigie catches up after it was away. */
export function postListCases(here: () => Scene): void {
  const list = (path: string): Promise<SeenPostList> => here().bot.rest.ask(SeenPostList, 'GET', path);

  /** A channel of its own for a case, the bot in it. */
  async function quietChannel(): Promise<string> {
    const { admin, team, bot, alice } = here();
    const channel = await admin.createChannel(team);
    await admin.addToChannel(channel, bot, alice);
    return channel.id;
  }

  it('gives with since what was said, changed or deleted after that moment, newest first', async () => {
    const { bot } = here();
    const channel = await quietChannel();
    const [old, changed, deleted] = [
      await bot.say(channel, 'old'),
      await bot.say(channel, 'to change'),
      await bot.say(channel, 'to delete'),
    ];
    const { create_at: since } = await bot.say(channel, 'the last one seen');
    await here().server.passTime(LATER_MS);
    await bot.edit(changed, 'changed');
    await bot.remove(deleted);
    const fresh = await bot.say(channel, 'new');
    const { order, posts } = await list(`/channels/${channel}/posts?since=${since}`);
    expect(order).not.toContain(old.id);
    expect(order[0]).toBe(fresh.id);
    expect(posts[changed.id]?.message).toBe('changed');
    expect(posts[deleted.id]?.delete_at).toBeGreaterThan(since);
  });

  it('gives with since 300 posts in one answer', { timeout: 30_000 }, async () => {
    const { bot } = here();
    const channel = await quietChannel();
    const { create_at: since } = await bot.say(channel, 'before');
    await here().server.passTime(LATER_MS);
    for (let sent = 0; sent < 300; sent += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => bot.say(channel, `burst ${sent + index}`)));
    const { order, posts } = await list(`/channels/${channel}/posts?since=${since}`);
    expect(order.filter((id) => posts[id]?.message.startsWith('burst')).length).toBe(300);
  });

  it('shows with since a post whose reactions changed', async () => {
    const { alice, bot } = here();
    const channel = await quietChannel();
    const asked = await bot.say(channel, 'approve?');
    const { create_at: since } = await bot.say(channel, 'after');
    await here().server.passTime(LATER_MS);
    await alice.react(asked.id, 'white_check_mark');
    expect((await list(`/channels/${channel}/posts?since=${since}`)).order).toContain(asked.id);
  });

  it('pages after a post, newest first, with the ids on either side', async () => {
    const { bot } = here();
    const channel = await quietChannel();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await bot.say(channel, `n${index}`)).id);
    const page = await list(`/channels/${channel}/posts?after=${ids[0]}&per_page=2`);
    expect(page.order).toEqual([ids[2], ids[1]]);
    expect([page.next_post_id, page.prev_post_id]).toEqual([ids[3], ids[0]]);
  });

  it('pages before a post, and by number', async () => {
    const { bot } = here();
    const channel = await quietChannel();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await bot.say(channel, `n${index}`)).id);
    expect((await list(`/channels/${channel}/posts?before=${ids[3]}&per_page=2`)).order).toEqual([ids[2], ids[1]]);
    expect((await list(`/channels/${channel}/posts?page=1&per_page=2`)).order).toEqual([ids[2], ids[1]]);
  });

  it('gives the root of a reply along with it', async () => {
    const { bot } = here();
    const channel = await quietChannel();
    const root = await bot.say(channel, 'root');
    for (const word of ['between', 'between too']) await bot.say(channel, word);
    const reply = await bot.say(channel, 'reply', { rootId: root.id });
    const { order, posts } = await list(`/channels/${channel}/posts?per_page=1`);
    expect(order).toEqual([reply.id]);
    expect(posts[root.id]?.message).toBe('root');
  });

  it('gives a whole thread', async () => {
    const { alice, bot, ops } = here();
    const root = await alice.say(ops.id, 'root');
    await bot.say(ops.id, 'first', { rootId: root.id });
    await alice.say(ops.id, 'second', { rootId: root.id });
    expect((await bot.thread(root.id)).map((post) => post.message)).toEqual(['root', 'first', 'second']);
  });

  it('gives posts by their ids, unknown ones left out', async () => {
    const { bot, ops } = here();
    const post = await bot.say(ops.id, 'by id');
    const posts = await bot.rest.ask(z.array(SeenPost), 'POST', '/posts/ids', [post.id, 'aaaaaaaaaaaaaaaaaaaaaaaaaa']);
    expect(posts.map((one) => one.id)).toEqual([post.id]);
  });
}
