import { afterEach, expect, it } from 'vitest';
import { launch } from '#test/bench/launch.ts';
import { Scene, until } from '../scene.ts';
import { Inspector } from './inspector.ts';
import { House } from './terminal.ts';

const EVENTS = 1_000_000;
const WARM = 30_000;
/** What a heap of forty megabytes breathes: a byte for each event. */
const BREATH_BYTES = 1_000_000;

let scene: Scene;
let house: House | null = null;
let inspector: Inspector | null = null;
afterEach(async () => {
  inspector?.close();
  await house?.close();
  await scene.close();
});

/** What a busy Mattermost tells a bot of: posts, edits, votes, people who come, type and go. */
function* events(from: number, count: number, channel: string, person: string) {
  const to = { channel_id: channel };
  for (let at = from; at < from + count; at += 1) {
    const id = `e${String(at).padStart(25, '0')}`;
    const post = {
      id, create_at: Date.now(), update_at: Date.now(), edit_at: 0, delete_at: 0, user_id: person, channel_id: channel, root_id: '', original_id: '',
      message: `word ${at} of the evening`, type: '', props: {}, hashtags: '', file_ids: [], pending_post_id: '', reply_count: 0, metadata: {},
    }; // prettier-ignore
    const posted = { channel_display_name: 'Ops', channel_name: 'ops', channel_type: 'O', post: JSON.stringify(post), sender_name: '@zoe', set_online: true, team_id: '' }; // prettier-ignore
    const reaction = { user_id: person, post_id: id, emoji_name: 'thumbsup', create_at: Date.now(), channel_id: channel };
    const kinds = [
      { event: 'posted', data: posted, to },
      { event: 'typing', data: { parent_id: '', user_id: person }, to },
      { event: 'reaction_added', data: { reaction: JSON.stringify(reaction) }, to },
      { event: 'post_edited', data: { post: JSON.stringify({ ...post, edit_at: Date.now() }) }, to },
      { event: 'status_change', data: { status: at % 2 === 0 ? 'online' : 'away', user_id: person }, to: {} },
      { event: 'thread_updated', data: { thread: JSON.stringify({ id, reply_count: 1, post }) }, to },
      { event: 'user_updated', data: { user: { id: person, username: 'zoe', roles: 'system_user', delete_at: 0 } }, to: {} },
      { event: 'channel_viewed', data: { channel_id: channel }, to },
    ];
    const kind = kinds[at % kinds.length];
    if (kind !== undefined) yield kind;
  }
}

it('holds no more after a million events than before', { timeout: 1_200_000 }, async () => {
  scene = await Scene.open({ start: false, speed: 1 });
  const opened = new House(scene);
  house = opened;
  opened.start('--inspect=127.0.0.1:0', ...launch().flags);
  await until(
    () => opened.log.includes('vigie is ready'),
    'vigie to be ready',
    async () => opened.log,
    60_000,
  );
  const seen = await Inspector.connect(opened.log);
  inspector = seen;
  const heapAfter = async (from: number, count: number): Promise<number> => {
    await scene.mattermost.tell(events(from, count, scene.ops.id, scene.who('zoe').id));
    await scene.say('alice', '@vigie whoami');
    await until(
      async () => (await scene.vigiePosts()).length > answers,
      'an answer',
      async () => opened.log,
      60_000,
    );
    answers = (await scene.vigiePosts()).length;
    return await seen.heap();
  };
  let answers = 0;
  const before = await heapAfter(0, WARM);
  const after = await heapAfter(WARM, EVENTS);
  expect(after - before).toBeLessThan(BREATH_BYTES);
  // All of them were heard.
  expect(scene.mattermost.events()).toBeGreaterThan(WARM + EVENTS);
});
