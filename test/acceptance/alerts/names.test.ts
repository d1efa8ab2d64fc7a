import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walkNames } from '#adapters/probe/names.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';
import { DEFAULTS } from '#test/config/rules/written.ts';
import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { ADDRESSES, BOTH } from '#test/lab/network/house.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { makeCertificate } from '#test/lab/tls/certificates.ts';
import { SecureServer } from '#test/lab/tls/secure-server.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { Watchroom } from './watchroom.ts';

const { rules } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });
const NAME = 'team.picasoft.net';

let names: MemoryNames;
let swarm: MemorySwarm;
let room: Watchroom;
beforeEach(() => {
  names = new MemoryNames('picasoft.net');
  names.own = ADDRESSES;
  names.names = [NAME];
  names.set(NAME, BOTH);
  swarm = new MemorySwarm(new WarpClock(20));
});
afterEach(async () => {
  await room.close();
  await swarm.close();
});

/** The starter rule of this name, looking at the lab's names. */
async function watch(name: string, language: Language, port?: number): Promise<void> {
  const sources = { names, routes: null, swarm, hypervisor: null, ...(port === undefined ? {} : { port }) };
  const clock = { now: () => room.clock.now(), sleep: async () => undefined };
  const prober = createProber({ clock, systems: { names: (way, deadline) => walkNames(way, sources, deadline) } });
  room = await Watchroom.open({ rules: rules.filter((rule) => rule.name === name), prober, language });
}

/** The only post, with ordinary spaces and without marks of code. */
function said(): string {
  return room
    .only()
    .text.replaceAll(/[\u00a0\u202f]/gu, ' ')
    .replaceAll('`', '');
}

describe.each(LANGUAGES)('starter rules on names, in %s', (language) => {
  const words = (en: string, fr: string): string => (language === 'en' ? en : fr);

  it('tell of a name that leads to a dead machine, and that it does no more', async () => {
    await watch('Name leads to a dead machine', language);
    await room.until(2.5);
    expect(room.posts()).toEqual([]);
    swarm.setNode('pica02', { state: 'down' });
    await room.until(6);
    expect(said()).toContain(words('A public name leads to a machine that is off', 'Un nom public mène à une machine éteinte'));
    expect(said()).toContain(words('leads to 91.224.148.60, but pica02 is off', 'mène à 91.224.148.60, mais pica02 est éteinte'));
    names.set(NAME, BOTH.slice(0, 1));
    await room.until(10);
    expect(said()).toMatch(/^✅/u);
  });

  it('tell of an address that is nobody’s, and which was meant', async () => {
    await watch('Name leads to a dead machine', language);
    names.set(NAME, ['91.224.57.60']);
    await room.until(6);
    expect(said()).toContain(words('Was 91.224.148.60 meant?', 'Fallait-il lire 91.224.148.60 ?'));
  });

  it('tell of a certificate that Traefik made itself, and that it has a real one', async () => {
    const own = makeCertificate({ names: ['TRAEFIK DEFAULT CERT'] });
    const server = await SecureServer.start(makeCertificate({ names: [NAME] }));
    try {
      names.set(NAME, ['127.0.0.1']);
      await watch('Certificate made by Traefik itself', language, server.port);
      await room.until(2.5);
      expect(room.posts()).toEqual([]);
      server.show(own);
      await room.until(6);
      expect(said()).toContain(words('Every browser refuses it', 'Tous les navigateurs le refusent'));
      expect(said()).toContain(`${NAME} (127.0.0.1)`);
      server.show(makeCertificate({ names: [NAME] }));
      await room.until(10);
      expect(said()).toMatch(/^✅/u);
    } finally {
      await server.stop();
    }
  });
});
