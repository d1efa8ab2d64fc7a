import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demo } from '#test/lab/demo/running.ts';
import { SCENES } from '#test/lab/demo/scenes/scenes.ts';
import { keepWaiting, tellStory } from '#test/lab/demo/story.ts';
import { startDemo } from '#test/lab/demo/world.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';

/** Votes and ends of what has to be asked for first: their examples name an operation that may be over. */
const NEED_SOMETHING_OPEN = /^(?:ack|approve|cancel|deny|close|settle|done|unfreeze|unsilence|restore-undo|activate|start)$/u;

describe.each(['en', 'fr'] as const)('the demo, in %s', (language) => {
  let demo: Demo;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-demo-'));
    demo = await startDemo({ port: 0, language, docker: null, folder });
  });
  afterAll(async () => {
    await demo.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const botPosts = async (): Promise<readonly SeenPost[]> =>
    (await demo.people.alice.posts(demo.ops.id)).filter(({ user_id: user }) => user === demo.bot.id);

  /** What Alice is told for what she types behind `/ops`: at once, and then in the channel. */
  async function answers(text: string): Promise<string> {
    const before = new Set((await botPosts()).map(({ id }) => id));
    const said = await demo.slash(demo.people.alice, text);
    if (!said.startsWith('👍')) return said;
    const answer = async () => (await botPosts()).findLast(({ id }) => !before.has(id));
    await expect.poll(answer, { timeout: 5_000, interval: 20 }).toBeDefined();
    const post = await answer();
    return `${post?.message ?? ''} ${JSON.stringify(post?.props ?? {})}`;
  }

  it('tells its story to the end: what waits for Bob', async () => {
    await tellStory(demo);
    expect((await botPosts()).at(-1)?.message).toMatch(/^⏳ \*\*(?:scale|dimensionner) mobilizon\*\*/u);
  }, 120_000);

  it('asks again for what nobody approved in time', async () => {
    const waits = async () =>
      (await botPosts()).filter(({ message }) => /^⏳ \*\*(?:scale|dimensionner) mobilizon/u.test(message)).map(({ id }) => id);
    const before = await waits();
    expect(before).toHaveLength(1);
    demo.clock.warp(31 * 60_000);
    const stop = keepWaiting(demo, 100);
    await expect.poll(waits, { timeout: 20_000, interval: 100 }).not.toEqual(before);
    stop();
    expect(await waits()).toHaveLength(1);
  }, 60_000);

  it('knows the way of its public names, and where one breaks', async () => {
    const words = (en: string, fr: string): string => (language === 'en' ? en : fr);
    const plain = async (text: string): Promise<string> => (await answers(text)).replaceAll('\u00a0', ' ');
    expect(await plain(words('why pad.picasoft.net', 'pourquoi pad.picasoft.net'))).toContain(
      words('is well, all the way', 'va bien, d’un bout à l’autre'),
    );
    expect(await plain(words('why board.picasoft.net', 'pourquoi board.picasoft.net'))).toContain(
      words('is nobody’s: was `91.224.148.60` meant?', 'n’est à personne : fallait-il lire `91.224.148.60` ?'),
    );
    expect(await plain('routes')).toMatch(/`pad\.picasoft\.net` → `etherpad` 2\/2 · 200/u);
    expect(await plain(words('dns', 'noms'))).toContain('91.224.57.60');
    expect(await plain(words('certificates', 'certificats'))).toMatch(/board\.picasoft\.net/u);
  }, 60_000);

  it('does what every page of help says', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const { id, kind } of demo.actions.filter(({ id: one }) => !NEED_SOMETHING_OPEN.test(one))) {
      const page = await demo.slash(demo.people.alice, `help ${id}`);
      const line = page.split('\n').find((each) => /^(?:For example|Par exemple)/u.test(each)) ?? '';
      for (const [, example = ''] of line.matchAll(/`([^`]+)`/gu)) {
        tried += 1;
        const said = await answers(kind === 'action' && !/--(?:dry-run|simulation)/u.test(example) ? `${example} --dry-run` : example);
        if (/[🚫❓]/u.test(said)) wrong.push(`${example}: ${said.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  }, 60_000);

  // The menu is the same in both languages; a scene that is stuck says so by itself.
  if (language === 'fr')
    it.each(SCENES.map((scene) => [scene.name, scene] as const))(
      'plays the scene %s to its end',
      async (_, scene) => scene.play(demo),
      60_000,
    );
});
