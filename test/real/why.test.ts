import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createNames } from '#adapters/names/create-names.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { createRoutes, type RoutesConnection } from '#adapters/routes/create-routes.ts';
import { Scene, textOf, until } from '#test/acceptance/scene.ts';
import { TraefikStandIn } from '#test/lab/network/traefik-api.ts';
import { makeAuthority, makeCertificate } from '#test/lab/tls/certificates.ts';
import { SecureServer } from '#test/lab/tls/secure-server.ts';
import { NameServers, SERVERS, ZONE } from './names/name-servers.ts';

const NAME = `team.${ZONE}`;
const DAY_MS = 86_400_000;
const ADDRESSES = ['127.0.54.1', '127.0.54.2', '127.0.54.3'] as const;
/** Nobody listens there. */
const DEAD = '127.0.54.9';
const authority = makeAuthority('Lab Authority');
const signed = (days: number, names: readonly string[] = [NAME]) =>
  makeCertificate({ names, by: authority, to: Date.now() + days * DAY_MS + 60_000 });
const GOOD = signed(60);
/** As Traefik makes it. */
const OWN = makeCertificate({ names: ['TRAEFIK DEFAULT CERT', 'x.traefik.default'] });
const RULE = `Host(\`${NAME}\`)`;

describe('the way of a name, on real name servers and real TLS', () => {
  let dns: NameServers;
  let servers: readonly SecureServer[];
  let traefik: TraefikStandIn;
  let routes: RoutesConnection;
  let scene: Scene;
  beforeAll(async () => {
    dns = await NameServers.open();
    servers = await Promise.all(ADDRESSES.map((address) => SecureServer.start(GOOD, address, 443)));
    traefik = await TraefikStandIn.start({ version: 3, routers: [] });
    routes = createRoutes({
      swarm: { services: (signal) => scene.swarm.services(signal), networks: (signal) => scene.swarm.networks(signal) },
      apis: { traefik: { url: traefik.url, timeoutMs: 2_000 } },
      settings: { exposedByDefault: true, tlsEntryPoints: ['websecure'] },
    });
    const own = [...ADDRESSES, DEAD].map((address, index) => ({ address, machine: `pica0${index + 1}`, purpose: null, spare: false }));
    const names = createNames({ names: [], addresses: own, mostTtl: 600, resolver: SERVERS[0], zones: {}, timeoutMs: 1_000 });
    const prober = createProber({ clock: systemClock, systems: {}, ca: [authority.cert] });
    scene = await Scene.open({ speed: 1, systems: { names, routes }, parts: { prober } });
    const labels = {
      'traefik.http.routers.team.rule': RULE,
      'traefik.http.routers.team.entrypoints': 'websecure',
      'traefik.http.services.team.loadbalancer.server.port': '8065',
    };
    scene.swarm.createService({ name: 'team', image: 'registry.lab:5000/pad:v1', labels });
  });
  beforeEach(async () => {
    traefik.played.routers = [{ name: 'team', rule: RULE }];
    await dns.set(NAME, ADDRESSES.slice(0, 2), [0, 1]);
  });
  afterEach(() => {
    for (const server of servers) {
      server.show(GOOD);
      server.said = { status: 200, text: 'well' };
    }
  });
  afterAll(async () => {
    await scene.close();
    await routes.close();
    await traefik.stop();
    for (const server of servers) await server.stop();
    await dns.close();
  });

  /** What a person reads, with ordinary spaces, and how long that took (ms). */
  async function ask(command: string): Promise<{ readonly text: string; readonly broken: string; readonly ms: number }> {
    const before = new Set((await scene.vigiePosts()).map(({ id }) => id));
    const from = Date.now();
    await scene.say('alice', `@vigie ${command}`);
    const post = await until(async () => (await scene.vigiePosts()).find(({ id }) => !before.has(id)), `${command} to be answered`);
    const text = textOf(post).replaceAll('\u00a0', ' ');
    return { text, broken: text.split('\n').find((line) => line.includes('⬅️')) ?? '', ms: Date.now() - from };
  }

  it('is well, and each address was asked for the name', async () => {
    const { text } = await ask(`why ${NAME}`);
    expect(text).toContain(`🟢 **${NAME}** is well, all the way.`);
    expect(servers.slice(0, 2).map(({ hosts }) => hosts.at(-1))).toEqual([NAME, NAME]);
  });

  it('breaks where the name is not there', async () => {
    await dns.set(NAME, null, [0, 1]);
    expect((await ask(`why ${NAME}`)).broken).toMatch(/\*\*DNS\*\*.*no such name/u);
  });

  it('breaks at an address of the round robin that is dead', async () => {
    await dns.set(NAME, [ADDRESSES[0], DEAD], [0, 1]);
    const { broken } = await ask(`why ${NAME}`);
    expect(broken).toMatch(/\*\*TCP\*\*.*127\.0\.54\.9.*ECONNREFUSED.*`127\.0\.54\.1` answers/u);
  });

  it.each([
    ['for another name', signed(60, ['blog.lab.test']), /ALTNAME/u],
    ['that is over', makeCertificate({ names: [NAME], by: authority, from: Date.now() - 9 * DAY_MS, to: Date.now() - 2 * DAY_MS }), /end/u],
    ['of Traefik’s own making', OWN, /ACME failed/u],
    ['signed by nobody', makeCertificate({ names: [NAME] }), /SELF_SIGNED/u],
  ])('breaks at a certificate %s, on one of its addresses', async (_, certificate, words) => {
    servers[1]?.show(certificate);
    const { broken } = await ask(`why ${NAME}`);
    expect(broken).toMatch(/\*\*TLS\*\*.*127\.0\.54\.2/u);
    expect(broken).toMatch(words);
  });

  it('breaks at Traefik that serves no such name', async () => {
    for (const server of servers) server.said = { status: 404, text: '404 page not found\n' };
    expect((await ask(`why ${NAME}`)).broken).toMatch(/\*\*HTTP\*\*.*404: Traefik knows no router/u);
    traefik.played.routers = [];
    expect((await ask(`why ${NAME}`)).broken).toMatch(/\*\*Router\*\*.*`traefik` does not serve it/u);
  });

  it('is said within ten seconds, whatever hangs', async () => {
    for (const server of [0, 1]) await dns.stop(server);
    try {
      const { text, ms } = await ask(`why ${NAME}`);
      expect(ms).toBeLessThan(10_000);
      expect(text).toMatch(/❔ \*\*DNS\*\*/u);
    } finally {
      for (const server of [0, 1]) await dns.start(server);
    }
  });

  it('shows each certificate on each address: soon over, for another name, of Traefik’s own making', async () => {
    await dns.set(NAME, ADDRESSES, [0, 1]);
    servers[0]?.show(signed(12));
    servers[1]?.show(signed(60, ['blog.lab.test']));
    servers[2]?.show(OWN);
    const { text } = await ask('certificates');
    expect(text).toMatch(/🔴 `team\.lab\.test` · `127\.0\.54\.3` · \*\*made by Traefik itself: ACME failed\*\*/u);
    expect(text).toMatch(/🔴 `team\.lab\.test` · `127\.0\.54\.2` · Lab Authority[^]*It is for `blog\.lab\.test`/u);
    expect(text).toMatch(/⚠️ `team\.lab\.test` · `127\.0\.54\.1` · Lab Authority · 12 days/u);
  });

  it('finds the slip of a pen, and a server that is behind', async () => {
    await dns.set(NAME, [ADDRESSES[0], '127.54.0.2'], [0]);
    const { text } = await ask(`dns ${NAME}`);
    expect(text).toMatch(/`127\.54\.0\.2` is nobody’s\. Was `127\.0\.54\.2`/u);
    expect(text).toMatch(/`ns2\.lab\.test` is behind/u);
    await dns.set(NAME, ADDRESSES, [1]);
  });
});
