import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demo } from '#test/lab/demo/running.ts';
import { SCENES } from '#test/lab/demo/scenes/scenes.ts';
import { keepWaiting, tellStory } from '#test/lab/demo/story.ts';
import { AskedDemo } from './asked-demo.ts';

/** Votes and ends need something to be there first: they are tried in demo-ends.test.ts. */
const LATER = new Set([
  'deny',
  'cancel',
  'approve',
  'ack',
  'unsilence',
  'activate',
  'start',
  'restore-undo',
  'restore-vm-undo',
  'evacuate-undo',
  'close',
  'settle',
  'done',
  'unfreeze',
  'failover',
  'failback',
]);

/** Goes by a minute at a time: Beats that were silent for all of it would be an alert, and late documents another one, for a day. */
async function halfAnHour({ clock }: Demo): Promise<void> {
  for (let minute = 0; minute <= 30; minute += 1) {
    clock.warp(60_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

describe.each(['en', 'fr'] as const)('the demo, in %s', (language) => {
  let asked: AskedDemo;
  let demo: Demo;
  beforeAll(async () => {
    asked = await AskedDemo.open(language);
    ({ demo } = asked);
  });
  afterAll(() => asked.close());

  it('tells its story to the end: what waits for Bob', async () => {
    await tellStory(demo);
    expect((await asked.botPosts()).at(-1)?.message).toMatch(/^⏳ \*\*(?:scale|dimensionner) mobilizon\*\*/u);
  }, 120_000);

  it('asks again for what nobody approved in time', async () => {
    const waits = async () =>
      (await asked.botPosts()).filter(({ message }) => /^⏳ \*\*(?:scale|dimensionner) mobilizon/u.test(message)).map(({ id }) => id);
    const before = await waits();
    expect(before).toHaveLength(1);
    await halfAnHour(demo);
    const stop = keepWaiting(demo, 100);
    // What expired waits no longer a moment before it is asked for again.
    await expect.poll(async () => (await waits()).filter((id) => !before.includes(id)), { timeout: 20_000, interval: 100 }).toHaveLength(1);
    stop();
    expect(await waits()).toHaveLength(1);
  }, 60_000);

  it('knows the way of its public names, and where one breaks', async () => {
    const words = (en: string, fr: string): string => (language === 'en' ? en : fr);
    const plain = async (text: string): Promise<string> => (await asked.answers(text)).replaceAll('\u00a0', ' ');
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
    for (const { id, kind } of demo.actions.filter(({ id: one }) => !LATER.has(one)))
      for (const example of await asked.examplesOf(id)) {
        tried += 1;
        const said = await asked.answers(
          kind === 'action' && !/--(?:dry-run|simulation)/u.test(example) ? `${example} --dry-run` : example,
        );
        if (/[🚫❓]/u.test(said)) wrong.push(`${example}: ${said.slice(0, 300)}`);
      }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  }, 180_000);

  // The menu is the same in both languages; a scene that is stuck says so by itself.
  if (language === 'fr')
    it.each(SCENES.map((scene) => [scene.name, scene] as const))(
      'plays the scene %s to its end',
      async (_, scene) => scene.play(demo),
      150_000,
    );
});
