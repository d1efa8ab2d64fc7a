import { VigieError } from '#kernel/errors.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import type { Scene, Told } from './scene.ts';
import { answered, approved, faster } from './scene.ts';

/** Nobody can tell whether it was done: vigie says so instead of guessing. */
export const unknown: Scene = {
  name: 'unknown',
  title: { en: 'Unknown: an answer is lost', fr: 'Inconnu : une réponse se perd' },
  async play(demo) {
    const { people, ops, swarm, language, clock } = demo;
    if (!(swarm instanceof MemorySwarm)) return;
    const since = clock.now();
    const { replicas } = await swarm.service('dokuwiki');
    await people.bob.say(ops.id, `@vigie ${language === 'fr' ? 'dimensionner' : 'scale'} dokuwiki ${replicas === 2 ? 1 : 2}`);
    await answered(demo, /dokuwiki\*\*/u, since);
    loseNextAnswer(swarm, 'dokuwiki', 3);
    await approved(demo, people.bob, /dokuwiki\*\*/u);
  },
};

/** The update's answer is lost, and another hand changes the same service at that moment. */
function loseNextAnswer(swarm: MemorySwarm, service: string, replicas: number): void {
  const update = swarm.update.bind(swarm);
  swarm.update = async () => {
    swarm.update = update;
    const { version } = await swarm.service(service);
    await update(service, version, { replicas });
    throw new VigieError('swarm_unreachable', { host: 'lab', reason: 'connection reset' });
  };
}

const ONCALL: Record<string, Told> = {
  ask: { en: 'Who is woken tonight?', fr: 'Qui est réveillé cette nuit ?' },
  swap: { en: 'I take over for three days, Alice travels.', fr: 'Je prends le relais trois jours, Alice voyage.' },
};

/** Who is on call, and somebody who takes over. */
export const rota: Scene = {
  name: 'rota',
  title: { en: 'The rota: who is on call', fr: 'L’astreinte : à qui le tour' },
  async play(demo) {
    const { people, ops, language, clock } = demo;
    const since = clock.now();
    await people.zoe.say(ops.id, ONCALL['ask']?.[language] ?? '');
    await people.zoe.say(ops.id, `@vigie ${language === 'fr' ? 'astreinte' : 'oncall'}`);
    await people.bob.say(ops.id, ONCALL['swap']?.[language] ?? '');
    await people.bob.say(ops.id, `@vigie ${language === 'fr' ? 'astreinte échange bob 3j' : 'oncall swap bob 3d'}`);
    await answered(demo, /^✅ .*(?:swap|échange)/u, since);
  },
};

/** Nobody else is awake: Alice goes alone, says why, and everybody sees it until somebody else has. */
export const emergency: Scene = {
  name: 'emergency',
  title: { en: 'An emergency: nobody else is awake', fr: 'Une urgence : personne d’autre ne veille' },
  async play(demo) {
    const { people, ops, language, clock } = demo;
    const since = clock.now();
    const command = {
      en: '@vigie scale mobilizon 0 --emergency "it floods the database, nobody answers"',
      fr: '@vigie dimensionner mobilizon 0 --urgence "il noie la base, personne ne répond"',
    };
    await people.alice.say(ops.id, command[language]);
    await answered(demo, /mobilizon\*\*/u, since);
    await faster(demo, approved(demo, people.alice, /mobilizon\*\*/u));
  },
};
