import { answered, approved, reads } from './scenes/scene.ts';
import type { Demo } from './running.ts';

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
    again: 'Nobody was there: I am asking again. @bob, when you are back…',
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
    again: 'Personne n’était là, je redemande. @bob, quand tu reviens…',
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
  demo.stage.open(demo);
}

/** How often somebody looks whether what waited for Bob has expired. */
const LOOK_MS = 20_000;

/** Whoever comes later finds something that waits, too: Alice asks again when nobody approved in time. @returns ends it */
export function keepWaiting({ people, ops, bot, language }: Demo, lookMs: number = LOOK_MS): () => void {
  const look = async (): Promise<void> => {
    const posts = (await people.alice.posts(ops.id)).filter((post) => post.user_id === bot.id);
    // A reminder of what waits isn't what waits.
    const last = posts.findLast(({ message }) => /^(?!⏰).*mobilizon\*\*/u.test(message));
    if (last === undefined || !/"title":"Expir/u.test(JSON.stringify(last.props))) return;
    await people.alice.say(ops.id, WORDS[language].again);
    await people.alice.say(ops.id, `@vigie ${COMMANDS[language].scale} mobilizon 0`);
  };
  const timer = setInterval(() => void look().catch(() => undefined), lookMs);
  return () => clearInterval(timer);
}

/** Etherpad answers with errors: an alert, its remedy with one click, and its end. */
async function padFails(demo: Demo, words: string): Promise<void> {
  const { people, ops, beats } = demo;
  beats.set({ failing: ['etherpad'] });
  const alert = await answered(demo, /^🟠 \*\*etherpad/u);
  await people.bob.say(ops.id, words);
  await people.bob.react(alert.id, 'eyes');
  await people.bob.react(alert.id, 'arrow_forward');
  await approved(demo, people.bob, /⏳ \*\*(?:restart|redémarrer) etherpad\*\*/u);
  beats.set({ failing: [] });
  await reads(people.bob, alert, /^✅/u);
}

/** To the present, in steps that nobody would call a jump: the disk goes on filling meanwhile. */
async function catchUp({ clock }: Demo): Promise<void> {
  while (clock.now() < Date.now() - 1_000) {
    clock.warp(Math.min(5_000, Date.now() - clock.now()));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
