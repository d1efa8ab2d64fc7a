import { WEB } from '../beats.ts';
import type { Scene } from './scene.ts';
import { answered, faster, reads } from './scene.ts';

/** Everything fails at once: one digest instead of many posts, and its end. */
export const storm: Scene = {
  name: 'storm',
  title: { en: 'A storm: everything fails at once', fr: 'Une tempête : tout tombe à la fois' },
  async play(demo) {
    const { beats, people, clock } = demo;
    const since = clock.now();
    beats.set({ failing: WEB });
    const digest = await faster(demo, answered(demo, /(?:at once|d’un coup)\*\*/u, since));
    beats.set({ failing: [] });
    await faster(demo, reads(people.alice, digest, /^✅/u));
  },
};

/** A disk that fills: said hours before it is full. */
export const forecast: Scene = {
  name: 'forecast',
  title: { en: 'A forecast: a disk that will be full', fr: 'Une prévision : un disque bientôt plein' },
  async play(demo) {
    const { disks, clock } = demo;
    disks.troubles = { ...disks.troubles, growing: clock.now() };
    await faster(demo, answered(demo, /^🟠 .*pica02/u, clock.now()));
  },
};

/** A machine that sends no measurement any more, and is back. */
export const silence: Scene = {
  name: 'silence',
  title: { en: 'No data: a machine falls silent', fr: 'Pas de données : une machine se tait' },
  async play(demo) {
    const { beats, people, clock } = demo;
    beats.set({ silent: ['monitoring'] });
    const alert = await faster(demo, answered(demo, /^🔴 .*monitoring/u, clock.now()));
    beats.set({ silent: [] });
    await faster(demo, reads(people.alice, alert, /^✅/u));
  },
};

/** Elasticsearch answers nobody: vigie says that it is blind, and when it sees again. */
export const blind: Scene = {
  name: 'blind',
  title: { en: 'Blind: Elasticsearch is away', fr: 'Aveugle : Elasticsearch ne répond plus' },
  async play(demo) {
    const { beats, people, clock } = demo;
    beats.search.faults.all('unreachable');
    const alert = await faster(demo, answered(demo, /^🔴 .*(?:Elasticsearch|main)/u, clock.now()));
    beats.search.faults.all(null);
    await faster(demo, reads(people.alice, alert, /^✅/u));
  },
};
