import { afterEach, describe, expect, it } from 'vitest';
import type { Language } from '#messages/templates.ts';
import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { Scene, textOf } from './scene.ts';

const NAME = 'team.picasoft.net';
const [DEAD, ALIVE] = ['91.224.148.57', '91.224.148.60'] as const;

let scene: Scene;
let names: MemoryNames;
afterEach(() => scene.close());

async function open(language: Language = 'en'): Promise<void> {
  names = new MemoryNames('picasoft.net');
  names.names = [NAME];
  names.own = [
    { address: DEAD, machine: 'pica01', purpose: null, spare: false },
    { address: ALIVE, machine: 'pica02', purpose: null, spare: false },
  ];
  names.set(NAME, [DEAD, ALIVE]);
  scene = await Scene.open({ language, speed: 20, systems: { names } });
}

const records = (server = 'ns1.picasoft.net') => names.copy(server).records[NAME];

async function approved(text: string) {
  await scene.say('alice', `@vigie ${text}`);
  const post = await scene.post(/^⏳/u);
  const plan = textOf(post);
  await scene.who('bob').react(post.id, 'white_check_mark');
  return { post, plan };
}

describe('dns-set', () => {
  it.each([
    [
      'en',
      `dns-set ${NAME} --remove ${DEAD}`,
      /Takes.*91\.224\.148\.57.*from.*team/su,
      /the way back: `dns-set team\.picasoft\.net --add 91\.224\.148\.57`/iu,
    ],
    [
      'fr',
      `noms-changer ${NAME} --retirer ${DEAD}`,
      /Retire.*91\.224\.148\.57.*à.*team/su,
      /`noms-changer team\.picasoft\.net --ajouter 91\.224\.148\.57`/u,
    ],
  ] as const)(
    'takes an address out of the round robin, once somebody else agrees, and says the way back, in %s',
    async (language, text, plan, back) => {
      await open(language);
      const asked = await approved(text);
      expect(asked.plan).toMatch(plan);
      const end = await scene.reads(asked.post, /^✅/u);
      expect(textOf(end)).toMatch(back);
      expect(records()).toEqual([ALIVE]);
      expect(records('ns2.picasoft.net')).toEqual([ALIVE]);
    },
  );

  it('puts one back, and warns of one that is nobody’s', async () => {
    await open();
    names.set(NAME, [ALIVE]);
    const { plan, post } = await approved(`dns-set ${NAME} --add 91.224.57.60 --ttl 1m`);
    expect(plan).toMatch(/91\.224\.57\.60`? ⚠️ which is nobody's here/u);
    await scene.reads(post, /^✅/u);
    expect(records()).toEqual([ALIVE, '91.224.57.60']);
    expect(names.ttl).toBe(60);
  });

  it('waits for a server that has still to copy the zone, and says who', async () => {
    await open();
    names.copying = false;
    const { post } = await approved(`dns-set ${NAME} --remove ${DEAD}`);
    await scene.reads(post, /Waiting until every server of the zone says so/u);
    names.set(NAME, [ALIVE]);
    await scene.reads(post, /^✅/u);
  });

  it('is failed in words where a server never copies it', async () => {
    await open();
    names.copying = false;
    const { post } = await approved(`dns-set ${NAME} --remove ${DEAD}`);
    scene.clock.warp(181_000);
    expect(textOf(await scene.reads(post, /^❌/u))).toMatch(
      /is changed at its primary, but after 3\s?min .*ns2\.picasoft\.net.* still says something else/u,
    );
  });

  it('does nothing when the name is another one by the time it is approved', async () => {
    await open();
    await scene.say('alice', `@vigie dns-set ${NAME} --remove ${DEAD}`);
    const post = await scene.post(/^⏳/u);
    names.set(NAME, [DEAD, ALIVE, '91.224.148.58']);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.post(/91\.224\.148\.58/u);
    expect(records()).toEqual([DEAD, ALIVE, '91.224.148.58']);
  });

  it.each([
    [`dns-set ${NAME} --remove ${DEAD},${ALIVE}`, 'without it nobody finds it'],
    [`dns-set ${NAME} --remove 91.224.148.99`, "doesn’t have|doesn't have"],
    [`dns-set ${NAME} --add 91.224.148.999`, 'is no address'],
    [`dns-set ${NAME}`, 'Say what'],
    ['dns-set team.example.org --add 91.224.148.60', 'vigie may not change'],
  ])('refuses %s', async (text, words) => {
    await open();
    const post = await scene.say('alice', `@vigie ${text}`);
    await scene.reply(post, new RegExp(words, 'u'));
    expect(records()).toEqual([DEAD, ALIVE]);
  });

  it('refuses to build on servers that disagree', async () => {
    await open();
    names.set(NAME, [ALIVE], ['ns2.picasoft.net']);
    const post = await scene.say('alice', `@vigie dns-set ${NAME} --remove ${DEAD}`);
    await scene.reply(post, /The servers of .* disagree: .*ns1.*ns2/u);
  });

  it('says so where it is so already', async () => {
    await open();
    await scene.say('alice', `@vigie dns-set ${NAME} --add ${ALIVE}`);
    await scene.post(/it is so already/u);
  });
});
