import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demo } from '#test/lab/demo/running.ts';
import { emergency, unknown } from '#test/lab/demo/scenes/people.ts';
import { answered, approved, faster, reads } from '#test/lab/demo/scenes/scene.ts';
import { tellStory } from '#test/lab/demo/story.ts';
import { AskedDemo } from './asked-demo.ts';

type Prepared = (demo: Demo) => Promise<void>;

/** Alice asks for it, whoever is asked approves it, and it is done. */
const done =
  (command: string): Prepared =>
  async (demo) => {
    const { people, ops, clock } = demo;
    const since = clock.now();
    await people.alice.say(ops.id, `@vigie ${command}`);
    const post = await answered(demo, /^(?:⏳|✅|❌|❓|🚫)/u, since);
    const asked = post.message.includes('@bob') ? people.bob : people.alice;
    const end = post.message.startsWith('⏳') ? await faster(demo, approved(demo, asked, /^⏳/u)) : post;
    expect(`${command}: ${end.message}`).toContain(': ✅');
  };
const waits: Prepared = async (demo) => {
  const since = demo.clock.now();
  await demo.people.alice.say(demo.ops.id, '@vigie scale mobilizon 0');
  await answered(demo, /^⏳ .*mobilizon/u, since);
};
const underMaintenance: Prepared = async (demo) => {
  const { people, ops, clock } = demo;
  const since = clock.now();
  await people.alice.say(ops.id, '@vigie maintenance wekan 1h its new theme');
  const post = await answered(demo, /^⏳ .*wekan/u, since);
  await people.alice.react(post.id, 'white_check_mark');
  // It runs until its end.
  await reads(people.alice, post, /^⚙️/u);
};
const failing: Prepared = async (demo) => {
  demo.beats.set({ failing: ['etherpad'] });
  await faster(demo, answered(demo, /^🟠 \*\*etherpad/u, demo.clock.now()));
};

/** Ends of what has to be there first, with what brings it about, in this order; `null`: the story has left it. */
const NEED_SOMETHING: readonly (readonly [id: string, Prepared | null])[] = [
  ['deny', null],
  ['cancel', waits],
  ['approve', waits],
  ['ack', failing],
  ['unsilence', done('silence disk_full 30m we know')],
  ['activate', done('drain pica02')],
  ['start', done('stop admin')],
  ['restore-undo', done('restore wiki')],
  ['restore-vm-undo', done('restore-vm admin')],
  ['evacuate-undo', done('evacuate bob')],
  ['close', async (demo) => done('scale mobilizon 1')(demo).then(() => emergency.play(demo))],
  ['failover', done('power-off alice --hard')],
  ['failback', async (demo) => done('failover alice')(demo).then(() => done('power-on alice')(demo))],
  ['settle', async (demo) => done('failback alice')(demo).then(() => unknown.play(demo))],
  ['done', underMaintenance],
  ['unfreeze', done('freeze mattermost tomorrow the assembly')],
];

describe.each(['en', 'fr'] as const)('the demo, in %s', (language) => {
  let asked: AskedDemo;
  beforeAll(async () => {
    asked = await AskedDemo.open(language);
    await tellStory(asked.demo);
  }, 120_000);
  afterAll(() => asked.close());

  /** What becomes of somebody's typed vote: on the post of what it is about. */
  async function voted(text: string): Promise<string> {
    const { demo } = asked;
    const about = await answered(demo, /^⏳/u);
    await demo.people.bob.say(demo.ops.id, `@vigie ${text}`);
    return (await reads(demo.people.bob, about, /^[^⏳]/u)).message;
  }

  it.each(NEED_SOMETHING)(
    'does what the page of help on %s says, of what is there by then',
    async (id, prepared) => {
      await prepared?.(asked.demo);
      const vote = asked.demo.actions.find((each) => each.id === id)?.kind === 'vote';
      const examples = await asked.examplesOf(id);
      expect(examples).not.toEqual([]);
      for (const example of examples) {
        const said = vote ? await voted(example) : await asked.answers(`${example} --dry-run`, asked.demo.people.bob);
        expect(`${example}: ${said}`).not.toMatch(/[🚫❓]|already|déjà/u);
      }
    },
    150_000,
  );
});
