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
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';
import { SecureServer } from '#test/lab/tls/secure-server.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { Watchroom } from './watchroom.ts';

const { rules } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });
const NAME = 'team.picasoft.net';
const AUTHORITY = makeAuthority('Lab authority');
const DAY_MS = 86_400_000;

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
  // Certificates are checked by the time of this machine, which the room's isn't.
  const now = () => Date.now();
  const sources = { names, routes: null, swarm, hypervisor: null, now, ca: [AUTHORITY.cert], ...(port === undefined ? {} : { port }) };
  const clock = { now: () => room.clock.now(), sleep: async () => undefined };
  const prober = createProber({ clock, systems: { names: (way, deadline) => walkNames(way, sources, deadline) } });
  room = await Watchroom.open({ rules: rules.filter((rule) => rule.name === name), prober, language });
}

/** The only post, with ordinary spaces and without marks of code. */
function said(pattern?: RegExp): string {
  return room
    .only(pattern)
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

describe.each(LANGUAGES)('starter rules on certificates, in %s', (language) => {
  const words = (en: string, fr: string): string => (language === 'en' ? en : fr);
  const goodFor = (days: number, certified = NAME) =>
    makeCertificate({ names: [certified], by: AUTHORITY, from: Date.now() - 90 * DAY_MS, to: Date.now() + days * DAY_MS });

  it.each([
    ['Certificate ends soon', 25, 15],
    ['Certificate about to end', 15, 2],
  ])('%s: rings with %i days no more than with %i, and says when it is renewed', async (rule, well, ill) => {
    const server = await SecureServer.start(goodFor(well + 0.5));
    try {
      names.set(NAME, ['127.0.0.1']);
      await watch(rule, language, server.port);
      await room.until(2.5);
      expect(room.posts()).toEqual([]);
      server.show(goodFor(ill + 0.5));
      await room.until(6);
      expect(said()).toContain(
        words(`${NAME} (127.0.0.1): the certificate ends in ${ill} days`, `${NAME} (127.0.0.1) : le certificat expire dans ${ill} jours`),
      );
      server.show(goodFor(60));
      await room.until(10);
      expect(said()).toMatch(/^✅/u);
    } finally {
      await server.stop();
    }
  });

  it.each([
    ['has ended', -1.5, NAME],
    ['is for another name', 60, 'pad.picasoft.net'],
  ])('tell of one that %s', async (_what, days, certified) => {
    const server = await SecureServer.start(goodFor(days, certified));
    try {
      names.set(NAME, ['127.0.0.1']);
      await watch('Certificate about to end', language, server.port);
      await room.until(6);
      expect(said()).toContain(`${NAME} (127.0.0.1)`);
    } finally {
      await server.stop();
    }
  });
});

describe('what can not be asked', () => {
  /** The alert's own post: a rule that can't look is told of beside it. */
  const OWN = /A public name leads/u;

  it('ends no alert: nobody can tell whether the machine is back', async () => {
    await watch('Name leads to a dead machine', 'en');
    swarm.setNode('pica02', { state: 'down' });
    await room.until(6);
    expect(said(OWN)).toContain('pica02 is off');
    swarm.beUnreachable();
    await room.until(12);
    expect(said(OWN)).not.toMatch(/^✅/u);
    swarm.beUnreachable(null);
    swarm.setNode('pica02', { state: 'ready' });
    await room.until(18);
    expect(said(OWN)).toMatch(/^✅/u);
  });

  it('is an alert where no name server answers', async () => {
    await watch('Name leads to a dead machine', 'en');
    for (const copy of names.servers.values()) copy.answers = false;
    await room.until(6);
    expect(said()).toMatch(/name server .* does not answer/u);
  });
});
