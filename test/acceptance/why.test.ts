import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Language } from '#messages/templates.ts';
import type { Hosts } from '#ports/hosts.ts';
import { BOTH, labHouse, type LabHouse } from '#test/lab/network/house.ts';
import type { ServiceOptions } from '#test/lab/swarm/service-spec.ts';
import { until, REGISTRY, Scene, textOf } from './scene.ts';

const NAME = 'team.picasoft.net';
const LABELS = {
  'traefik.http.routers.team.rule': `Host(\`${NAME}\`)`,
  'traefik.http.routers.team.entrypoints': 'websecure',
  'traefik.http.services.team.loadbalancer.server.port': '8065',
};
const TEAM: ServiceOptions = { name: 'team', image: `${REGISTRY}/pad:v1`, labels: LABELS, networks: ['proxy'] };

let scene: Scene;
let house: LabHouse;
/** How full each disk is. */
let full = 0.4;

async function open(language: Language = 'en', team: ServiceOptions | null = TEAM): Promise<void> {
  full = 0.4;
  const space: Hosts['space'] = async (host) => ({
    host,
    fileSystems: [{ mount: '/', sizeBytes: 100, usedBytes: full * 100, usedShare: full }],
    docker: { answers: false, reason: null },
    partials: [],
  });
  const swarm = { services: () => scene.swarm.services(), networks: () => scene.swarm.networks() };
  house = labHouse(swarm, { now: () => scene.clock.now() }, [NAME]);
  const fileSystems: Hosts['fileSystems'] = async (host) => (await space(host)).fileSystems;
  const notHere = () => Promise.reject(new Error('not here'));
  const hosts: Hosts = {
    list: () => [],
    space,
    fileSystems,
    journal: notHere,
    clean: notHere,
    powerOff: notHere,
    guestSettings: notHere,
    zfsSnapshots: notHere,
    takeGuest: notHere,
  };
  scene = await Scene.open({ language, systems: { hosts, names: house.names, routes: house.network }, parts: { prober: house.network } });
  scene.swarm.registry.push(`${REGISTRY}/traefik:3`);
  scene.swarm.createService({ name: 'traefik', image: `${REGISTRY}/traefik:3`, replicas: 'global', networks: ['proxy'] });
  if (team !== null) scene.swarm.createService(team);
}

/** What a person reads, with ordinary spaces. */
async function ask(command = `why ${NAME}`, title = NAME): Promise<string> {
  const before = new Set((await scene.vigiePosts()).map(({ id }) => id));
  await scene.say('alice', `@vigie ${command}`);
  const post = await until(async () => (await scene.vigiePosts()).find(({ id }) => !before.has(id)), `${title} to be answered`);
  return textOf(post).replaceAll('\u00a0', ' ');
}

/** The line that is marked, and the whole. */
async function broken(): Promise<{ readonly line: string; readonly text: string }> {
  const text = await ask();
  return { line: text.split('\n').find((line) => line.includes('⬅️')) ?? '', text };
}

afterEach(() => scene.close());

describe('why', () => {
  it('says that all is well, hop by hop', async () => {
    await open();
    const text = await ask();
    expect(text).toContain(`🟢 **${NAME}** is well, all the way.`);
    for (const hop of ['DNS', 'Addresses', 'TCP', 'TLS', 'HTTP', 'Router', 'Service', 'Network', 'Tasks'])
      expect(text).toMatch(new RegExp(`🟢 \\*\\*${hop}\\*\\*`, 'u'));
    expect(text).not.toMatch(/⬅️|🔴|❔/u);
  });

  it('no such name', async () => {
    await open();
    house.names.set(NAME, null);
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*DNS\*\*.*there is no such name/u);
    expect(text).toMatch(/Might help: `dns team\.picasoft\.net`/u);
  });

  it('servers that refuse to tell: their word, and not that there is no such name', async () => {
    await open();
    house.names.set(NAME, null);
    const look = house.names.look.bind(house.names);
    house.names.look = async (name, signal) => {
      const { servers, resolver, ...view } = await look(name, signal);
      const refused = <S extends typeof resolver>(server: S): S => ({
        ...server,
        answer: server.answer === null ? null : { ...server.answer, code: 'SERVFAIL', authoritative: false },
      });
      return { ...view, servers: servers.map(refused), resolver: refused(resolver) };
    };
    const { line } = await broken();
    expect(line).toMatch(/🔴 \*\*DNS\*\*.*no name server says where it leads: they answer `SERVFAIL`/u);
    expect(line).not.toContain('no such name');
  });

  it('counts a router that takes whole connections to the name, and none that takes those to all', async () => {
    const tcp = (rule: string) => ({ 'traefik.tcp.routers.team.rule': rule, 'traefik.tcp.services.team.loadbalancer.server.port': '8065' });
    await open('en', { ...TEAM, labels: tcp(`HostSNI(\`${NAME}\`)`) });
    expect(await ask()).toMatch(/🟢 \*\*Router\*\*.*HostSNI/u);
    await scene.close();
    await open('en', { ...TEAM, labels: tcp('HostSNI(`*`)') });
    expect(await ask()).not.toMatch(/🟢 \*\*Router\*\*.*HostSNI/u);
  });

  it('a dead address in the round robin', async () => {
    await open();
    scene.swarm.setNode('pica02', { state: 'down' });
    scene.hypervisor.known('pica02').startedAt = null;
    house.network.closed.add('91.224.148.60');
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Addresses\*\*.*`91\.224\.148\.60` is `pica02`’s, which is off/u);
    expect(text).toMatch(/`dns team\.picasoft\.net` · `start pica02`/u);
  });

  it('an address that is nobody’s: the nearest own one is named', async () => {
    await open();
    house.names.set(NAME, ['91.224.148.57', '91.224.57.60']);
    expect((await broken()).line).toMatch(/🔴 \*\*Addresses\*\*.*`91\.224\.57\.60` is nobody’s: was `91\.224\.148\.60` meant\?/u);
  });

  it('a port that is closed', async () => {
    await open();
    house.network.closed.add('91.224.148.60');
    const { line } = await broken();
    expect(line).toMatch(/🔴 \*\*TCP\*\*.*`91\.224\.148\.60`: .*ECONNREFUSED/u);
    expect(line).toContain('`91.224.148.57` answers.');
  });

  it('a certificate for another name', async () => {
    await open();
    house.network.certificates.set(NAME, { names: ['blog.picasoft.net'], trouble: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*TLS\*\*.*ERR_TLS_CERT_ALTNAME_INVALID/u);
    expect(text).toMatch(/`certificates team\.picasoft\.net` · `logs traefik`/u);
  });

  it('the certificate that Traefik made itself', async () => {
    await open();
    house.network.certificates.set('91.224.148.60', { maker: 'traefik', issuer: 'TRAEFIK DEFAULT CERT' });
    expect((await broken()).line).toMatch(/🔴 \*\*TLS\*\*.*Traefik makes for itself.*ACME failed/u);
  });

  it('a 404 by Traefik although labels ask for the name', async () => {
    await open();
    house.network.forgotten.add(NAME);
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*HTTP\*\*.*404: Traefik knows no router/u);
    expect(text).toMatch(/`routes team\.picasoft\.net` · `logs traefik` · `restart traefik`/u);
  });

  it('a 404 by Traefik that its API explains', async () => {
    await open();
    house.network.api = true;
    house.network.forgotten.add(NAME);
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Router\*\*.*`team` asks for it, and `traefik` does not serve it/u);
    expect(text).toMatch(/🟠 \*\*HTTP\*\*/u);
  });

  it('no router', async () => {
    await open('en', { ...TEAM, labels: {} });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Router\*\*.*no service asks for this name/u);
    expect(text).toMatch(/🟠 \*\*HTTP\*\*: 404/u);
  });

  it.each([
    ['a rule that can not be read', { 'traefik.http.routers.team.rule': `Hots(\`${NAME}\`)` }, /has a rule that can’t be read/u],
    ['no port', { 'traefik.http.services.team.loadbalancer.server.port': '' }, /says no port/u],
  ])('%s', async (_, change, words) => {
    await open('en', { ...TEAM, labels: { ...LABELS, ...change } });
    const { line } = await broken();
    expect(line).toMatch(/🔴 \*\*Router\*\*/u);
    expect(line).toMatch(words);
  });

  it('no task', async () => {
    await open('en', { ...TEAM, constraints: ['node.hostname==nowhere'] });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*(?:Tasks|Service)\*\*.*0\/1/u);
    expect(text).toMatch(/🟠 \*\*HTTP\*\*: 503/u);
  });

  it('a service that is scaled to zero', async () => {
    await open('en', { ...TEAM, replicas: 0 });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Service\*\*.*`team` is scaled to zero/u);
    expect(text).toMatch(/`scale team 1`/u);
  });

  it('a task that is unhealthy', async () => {
    await open('en', null);
    scene.swarm.createService({ ...TEAM, image: `${REGISTRY}/pad:bad` }, false);
    await until(async () => (await scene.swarm.tasks('team')).some(({ state }) => state === 'failed'), 'its task to fail');
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Tasks\*\*.*0\/1 · unhealthy: `.*unhealthy container`/u);
    expect(text).toMatch(/`logs team` · `restart team` · `rollback team`/u);
  });

  it('a database that is down behind it', async () => {
    await open('en', null);
    scene.swarm.removeService('pad');
    scene.swarm.createService({ ...TEAM, name: 'pad' });
    house.network.answers.set('pad', 500);
    const reason = 'no running container';
    scene.databases.failNext('databases', new VigieError('database_server_down', { database: 'pad', server: 'postgres', reason }), {
      times: 5,
    });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Database\*\*.*`pad`: .*postgres/u);
    expect(text).toMatch(/🟠 \*\*HTTP\*\*: 500/u);
    expect(text).toMatch(/`logs postgres` · `restart postgres`/u);
  });

  it('a service that is not on the network of Traefik', async () => {
    await open('en', { ...TEAM, networks: ['own'], labels: { ...LABELS, 'traefik.docker.network': 'proxy' } });
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Network\*\*.*`team` is not on `proxy`/u);
    expect(text).toMatch(/🟠 \*\*HTTP\*\*: 504/u);
  });

  it('a disk that is full', async () => {
    await open();
    full = 1;
    house.network.answers.set('team', 500);
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Disk\*\*.*full: `pica0/u);
    expect(text).toMatch(/`space pica0\d` · `clean pica0\d`/u);
  });

  it('a disk that is full, by what the service says of it', async () => {
    await open();
    house.network.answers.set('team', 500);
    scene.swarm.say('team', 'stderr', 'write /data/x: no space left on device');
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*Disk\*\*.*no space left on device/u);
    expect(text).toContain('Last lines of `team`:');
  });

  it('an error of the service itself', async () => {
    await open();
    house.network.answers.set('team', 500);
    const { line, text } = await broken();
    expect(line).toMatch(/🔴 \*\*HTTP\*\*.*500 from `91\.224\.148\.57`/u);
    expect(text).toMatch(/`logs team` · `restart team`/u);
  });

  it('says what it could not ask, and never that this is well', async () => {
    await open();
    scene.swarm.beUnreachable();
    for (const { server } of [{ server: 'ns1.picasoft.net' }, { server: 'ns2.picasoft.net' }]) house.names.copy(server).answers = false;
    const text = await ask();
    expect(text).toMatch(/❔ \*\*team\.picasoft\.net\*\*: nothing is known to be broken/u);
    expect(text).toMatch(/❔ \*\*DNS\*\*/u);
    expect(text).toMatch(/❔ \*\*Router\*\*/u);
  });

  it('takes a link, a service, and French', async () => {
    await open('fr');
    expect(await ask(`pourquoi https://${NAME}/login?x=1`)).toContain(`🟢 **${NAME}** va bien, d’un bout à l’autre.`);
    house.network.closed.add('91.224.148.60');
    expect(await ask('pourquoi team')).toMatch(/🔴 \*\*TCP\*\* ⬅️ \*\*ici\*\* : `91\.224\.148\.60`/u);
    expect(await ask('pourquoi tema')).toMatch(/Voulais-tu dire `team` \?/u);
  });
});

describe('routes', () => {
  it('shows name, service, tasks and answer, and what is amiss', async () => {
    await open();
    expect(await ask('routes')).toMatch(/\*\*1 route\*\*, nothing amiss[^]*🟢 `team\.picasoft\.net` → `team` 1\/1 · 200/u);
    scene.swarm.createService({ ...TEAM, name: 'other' });
    house.network.forgotten.add(NAME);
    const text = await ask('routes team.picasoft.net');
    expect(text).toMatch(/`team\.picasoft\.net` is asked for by `team` and by `other\/team`/u);
    expect(text).toMatch(/🔴 `team\.picasoft\.net` → `team` 1\/1 · 404/u);
    expect(await ask('routes tem.picasoft.net')).toMatch(/Did you mean `team\.picasoft\.net`/u);
  });
});

describe('certificates', () => {
  it('names those that are bad on each address, worst first', async () => {
    await open();
    expect(await ask('certificates')).toMatch(/\*\*1 name, 2 certificates\*\*: all good, the first ends in/u);
    house.network.certificates.set('91.224.148.60', { maker: 'traefik', issuer: 'TRAEFIK DEFAULT CERT' });
    house.network.certificates.set('91.224.148.57', { endsAt: scene.clock.now() + 12 * 86_400_000 });
    const text = await ask('certificates');
    expect(text).toMatch(
      /🔴 `team\.picasoft\.net` · `91\.224\.148\.60` · \*\*made by Traefik itself: ACME failed\*\*[^]*⚠️ `team\.picasoft\.net` · `91\.224\.148\.57`/u,
    );
  });
});

describe('dns', () => {
  beforeEach(async () => {
    await open();
  });

  it('is well where names lead to machines that are there', async () => {
    expect(await ask('dns')).toMatch(/🟢 \*\*1 name leads where it should\*\*[^]*`91\.224\.148\.57 pica01` and `91\.224\.148\.60 pica02`/u);
  });

  it('says what it could not ask, and looks at what the configuration names', async () => {
    house.names.names = [NAME];
    scene.swarm.beUnreachable();
    const text = await ask('dns');
    expect(text).toMatch(/❔ .*lab.*does not answer[^]*🟢 \*\*1 name leads where it should\*\*/u);
    expect(await ask('certificates')).toMatch(/❔ .*lab.*does not answer[^]*2 certificates/u);
  });

  it('names the slip of a pen, a dead machine, and servers that are behind', async () => {
    house.names.set(NAME, [BOTH[0] ?? '', '91.224.57.60'], ['ns1.picasoft.net']);
    scene.hypervisor.known('pica01').startedAt = null;
    const text = await ask(`dns ${NAME}`);
    expect(text).toMatch(/`91\.224\.57\.60` is nobody’s\. Was `91\.224\.148\.60` \(pica02\) meant\?/u);
    expect(text).toMatch(/`91\.224\.148\.57` is `pica01`’s, which is off/u);
    expect(text).toMatch(/`ns2\.picasoft\.net` is behind/u);
    expect(text).toMatch(/the servers disagree/u);
  });
});
