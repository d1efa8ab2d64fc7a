import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import type { Demo } from './world.ts';

/** What people say in the story; vigie's part is its own. */
const WORDS = {
  en: {
    welcome:
      '👋 **Welcome to vigie’s demo.** Everything here is real but the servers: say `@vigie help`, or type `/ops services`. Change who speaks at the top; Alice and Bob are operators, Zoé may only look.',
    look: 'Hello! Pads feel slow, I am having a look.',
    deploy: 'Let us go to 1.9.7, it fixes the leak.',
    bob: 'While you are at it, I am moving the boards to 7.50.',
    sigh: 'It went back by itself: nobody noticed. I will read the release notes first…',
    errors: 'People say that their pads do not load. Ah, vigie has seen it too.',
    stop: 'Last thing: nobody uses Mobilizon this week, I am stopping it for the migration. @bob, this one needs you.',
  },
  fr: {
    welcome:
      '👋 **Bienvenue dans la démo de vigie.** Tout est vrai ici, sauf les serveurs : écris `@vigie aide`, ou tape `/ops services`. On change de personne en haut ; Alice et Bob sont opérateurs, Zoé ne peut que regarder.',
    look: 'Bonjour ! Les pads rament, je regarde.',
    deploy: 'On passe en 1.9.7, ça corrige la fuite.',
    bob: 'Tant qu’on y est, je passe les tableaux en 7.50.',
    sigh: 'Il est revenu en arrière tout seul, personne n’a rien vu. Je vais d’abord lire les notes de version…',
    errors: 'On me dit que les pads ne se chargent pas. Ah, vigie l’a vu aussi.',
    stop: 'Dernière chose : personne n’utilise Mobilizon cette semaine, je l’arrête pour la migration. @bob, celle-ci a besoin de toi.',
  },
} as const;

const COMMANDS = {
  en: { services: 'services', deploy: 'deploy', scale: 'scale' },
  fr: { services: 'services', deploy: 'déployer', scale: 'dimensionner' },
} as const;

/** How fast the past goes by while the story is told. */
const PUMP = { everyMs: 20, byMs: 400 } as const;

/** Tells a short guided story in the channel: a look, a deploy, one that fails and goes back, and one that waits for Bob. */
export async function tellStory(demo: Demo): Promise<void> {
  const { people, ops, bot, language } = demo;
  const words = WORDS[language];
  const commands = COMMANDS[language];
  const pump = setInterval(() => demo.clock.warp(Math.min(PUMP.byMs, Math.max(0, Date.now() - 20_000 - demo.clock.now()))), PUMP.everyMs);
  try {
    await bot.say(ops.id, words.welcome);
    await people.alice.say(ops.id, words.look);
    await people.alice.say(ops.id, `@vigie ${commands.services}`);
    await answered(demo, /🟢 1\/1/u);
    if (demo.real) return;
    await people.alice.say(ops.id, words.deploy);
    await people.alice.say(ops.id, `@vigie ${commands.deploy} etherpad 1.9.7`);
    await approved(demo, people.alice, /etherpad\*\*/u);
    await people.bob.say(ops.id, words.bob);
    await people.bob.say(ops.id, `@vigie ${commands.deploy} wekan 7.50`);
    await approved(demo, people.bob, /wekan\*\*/u);
    await people.bob.say(ops.id, words.sigh);
    await padFails(demo, words.errors);
  } finally {
    clearInterval(pump);
    await catchUp(demo);
  }
  await people.alice.say(ops.id, words.stop);
  await people.alice.say(ops.id, `@vigie ${commands.scale} mobilizon 0`);
  await answered(demo, /mobilizon\*\*/u);
}

/** Etherpad answers with errors: an alert, its remedy with one click, and its end. */
async function padFails(demo: Demo, words: string): Promise<void> {
  const { people, ops, beats } = demo;
  beats.set({ pad: true });
  const alert = await answered(demo, /^🟠 \*\*etherpad/u);
  await people.bob.say(ops.id, words);
  await people.bob.react(alert.id, 'eyes');
  await people.bob.react(alert.id, 'arrow_forward');
  await approved(demo, people.bob, /⏳ \*\*(?:restart|redémarrer) etherpad\*\*/u);
  beats.set({ pad: false });
  await patient(async () => ((await people.bob.post(alert.id)).message.startsWith('✅') ? true : null));
}

/** To the present, in steps that nobody would call a jump: the disk goes on filling meanwhile. */
async function catchUp({ clock }: Demo): Promise<void> {
  while (clock.now() < Date.now() - 1_000) {
    clock.warp(Math.min(5_000, Date.now() - clock.now()));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function approved(demo: Demo, person: Demo['people']['alice'], subject: RegExp): Promise<void> {
  const plan = await answered(demo, subject);
  await person.react(plan.id, 'white_check_mark');
  await patient(async () => (/^(?:✅|❌)/u.test((await person.post(plan.id)).message) ? true : null));
}

async function answered(demo: Demo, pattern: RegExp): Promise<SeenPost> {
  return await patient(
    async () =>
      (await demo.people.alice.posts(demo.ops.id)).findLast((post) => post.user_id === demo.bot.id && pattern.test(post.message)) ?? null,
  );
}

const PATIENCE_MS = 60_000;

async function patient<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error('the story got stuck: please report it, with what the page shows');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
