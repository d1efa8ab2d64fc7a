import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinal } from '#domain/operation/states.ts';
import { widthOf, wrapped } from '#messages/wrapped.ts';
import type { Language } from '#messages/templates.ts';
import { ON } from '#test/lab/machines/lab-machine.ts';
import { LabHosts } from '#test/lab/machines/lab-hosts.ts';
import { LabPower, powerOver } from '#test/lab/machines/lab-power.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import { LabStorage } from '#test/lab/hypervisor/storage.ts';
import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import type { MachineFacts } from '#ports/power.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { REGISTRY, Scene, textOf, until, type SceneOptions } from './scene.ts';

const NAME = 'team.picasoft.net';
const [DEAD, ALIVE, FLOATING] = ['10.79.0.57', '10.79.0.60', '10.79.0.99'] as const;

let scene: Scene;
let lab: LabPower;
let hosts: LabHosts;
let names: MemoryNames;
let network: MemoryNetwork;

/** Those of alice, and of pica01 that runs there: unplugged, or switched off. */
const ON_ALICE: readonly string[] = ['alice', 'pica01'];
let unplugged = false;

/** Something else happens while names are being changed. */
class EventfulNames extends MemoryNames {
  readonly #meanwhile: () => void;

  constructor(meanwhile: () => void) {
    super('picasoft.net');
    this.#meanwhile = meanwhile;
  }

  override async change(...given: Parameters<MemoryNames['change']>): Promise<void> {
    await super.change(...given);
    this.#meanwhile();
  }
}

function fill(): void {
  names.names = [NAME];
  names.own = [
    { address: DEAD, machine: 'pica01', purpose: null, spare: false },
    { address: ALIVE, machine: 'pica02', purpose: null, spare: false },
  ];
  names.set(NAME, [DEAD, ALIVE]);
}

/** More names that lead to both. @returns all of them */
function addNames(count: number): readonly string[] {
  const more = Array.from({ length: count - 1 }, (_, index) => `name${String(index + 1).padStart(2, '0')}.picasoft.net`);
  names.names = [NAME, ...more];
  for (const name of more) names.set(name, [DEAD, ALIVE]);
  return names.names;
}

/** alice holds pica01 and a floating address that pica02 may have; `team` leads to pica01 and pica02. */
beforeEach(() => {
  names = new MemoryNames('picasoft.net');
  fill();
  unplugged = false;
  network = new MemoryNetwork(
    [
      { address: DEAD, machine: 'pica01', purpose: 'services', spare: false, movesTo: [] },
      { address: ALIVE, machine: 'pica02', purpose: 'services', spare: false, movesTo: [] },
      { address: FLOATING, machine: 'alice', purpose: 'mail', spare: false, movesTo: ['pica02'] },
    ],
    { alice: ['10.79.0.1', FLOATING], pica01: ['10.79.0.11', DEAD], pica02: ['10.79.0.12', ALIVE] },
  );
  network.isOff = (machine) => ON_ALICE.includes(machine) && (unplugged || lab.alice.state !== ON);
});

afterEach(async () => {
  await scene.close();
  await lab.close();
});

/** @param facts of the machines, where they aren't the usual ones */
async function open(options: SceneOptions = {}, facts: Partial<MachineFacts> = {}): Promise<void> {
  lab = await LabPower.open(new WarpClock(30));
  hosts = new LabHosts(lab.machines);
  const reached = lab.reached.map((reach) => ({ ...reach, facts: { ...reach.facts, ...facts } }));
  const guests = { pica01: { swarmNode: 'pica01' } };
  scene = await Scene.open({
    guests,
    ...options,
    systems: { power: powerOver(reached, lab.alice.clock), hosts, names, network, ...options.systems },
  });
}

/** alice answers nobody: its system hangs, and all that ran on it with it. */
function hang(): void {
  hosts.hung.add('alice');
  for (const machine of ON_ALICE) network.away.add(machine);
  scene.hypervisor.setOnline('alice', false);
}

/** Its power is off, and nobody on the link hears of it. */
function dead(): void {
  hang();
  lab.alice.goOff();
}

function back(): void {
  lab.alice.goOn();
  hosts.hung.clear();
  network.away.clear();
  unplugged = false;
  scene.hypervisor.setOnline('alice', true);
}

/** Disks of admin are on a storage that both machines share; pica01 has one there, and one on alice alone. */
function share(): void {
  for (const node of ['alice', 'bob'])
    scene.hypervisor.addStorage(
      new LabStorage(
        { node, name: 'ceph', kind: 'rbd', content: ['images'], sizeBytes: 900 * GB, shared: true, path: null, pool: null },
        0,
      ),
    );
  hosts.settings.set('alice/101', 'onboot: 1\nscsi0: ceph:vm-101-disk-0,size=32G\nscsi1: local-lvm:vm-101-disk-1,size=60G\n');
  hosts.settings.set(
    'alice/104',
    'name: admin\nonboot: 1\nide2: none,media=cdrom\nscsi0: ceph:vm-104-disk-0,size=32G\n[before]\nscsi0: local-lvm:old\n',
  );
}

/** Both disks of admin are on ZFS, and Proxmox copies them to bob; they were last the same a quarter of an hour ago. */
function replicate() {
  for (const node of ['alice', 'bob'])
    scene.hypervisor.addStorage(
      new LabStorage(
        { node, name: 'tank', kind: 'zfspool', content: ['images'], sizeBytes: 900 * GB, shared: false, path: null, pool: 'tank/data' },
        0,
      ),
    );
  const admin = scene.hypervisor.known('admin');
  admin.disks = ['scsi0', 'scsi1'].map((key) => ({ key, storage: 'tank', bytes: 32 * GB }));
  const at = Math.floor(scene.clock.now() / 1_000) * 1_000 - 900_000;
  const snapshots = (when: number): readonly string[] =>
    [0, 1].map((disk) => `tank/data/vm-104-disk-${disk}@__replicate_104-0_${when / 1_000}__`);
  hosts.settings.set('alice/104', 'onboot: 1\nscsi0: tank:vm-104-disk-0,size=32G\nscsi1: tank:vm-104-disk-1,size=32G\n');
  hosts.snapshots.set('bob', snapshots(at));
  hosts.taken = (_vmid, node) => Object.assign(admin, { node, startedAt: null });
  scene.hypervisor.qdevice = true;
  return { admin, at, snapshots, job: scene.hypervisor.replication.add(admin, 'bob', at) };
}

function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await scene.post(pattern);
}

async function agreed(command: string, end: RegExp): Promise<{ readonly plan: string; readonly end: string }> {
  const post = await ask(command, /⏳/u);
  const plan = wordsOf(post);
  await scene.who('bob').react(post.id, 'white_check_mark');
  return { plan, end: wordsOf(await scene.reads(post, end)) };
}

const records = (server = 'ns1.picasoft.net') => names.copy(server).records[NAME];
const holders = async (address: string): Promise<readonly string[]> => {
  const seen = await Promise.all(
    network
      .machines()
      .map(async (each) => ((await network.addresses(each).catch(() => null))?.held ?? []).map((one) => `${each} ${one.address}`)),
  );
  return seen
    .flat()
    .filter((each) => each.endsWith(` ${address}`))
    .map((each) => each.split(' ')[0] ?? '');
};
const availability = async (node: string) => (await scene.swarm.nodes()).find(({ hostname }) => hostname === node)?.availability;

describe('failover', () => {
  it.each([
    [
      'en',
      'failover alice',
      'failback alice',
      /Cuts the power.*loses `10\.79\.0\.57` → `10\.79\.0\.60`.*`10\.79\.0\.99` goes from `alice` to `pica02`/su,
    ],
    [
      'fr',
      'basculer alice',
      'rebasculer alice',
      /Coupe d’abord le courant.*perd `10\.79\.0\.57` → `10\.79\.0\.60`.*`10\.79\.0\.99` passe d’`alice` à `pica02`/su,
    ],
  ] as const)(
    'proves a machine off that hangs, moves all that can move, and brings it back, in %s',
    async (language: Language, over, goBack, planned) => {
      await open({ language });
      hang();
      const { plan, end } = await agreed(over, /^(?:✅|❌|🚫)/u);
      expect(plan).toMatch(planned);
      expect(end).toMatch(/✅/u);
      expect(end).toMatch(/[🟢❔] `10\.79\.0\.99` (?:is on|est sur) `pica02`/u);
      expect(lab.alice.changes).toEqual(['off']);
      expect([records(), records('ns2.picasoft.net')]).toEqual([[ALIVE], [ALIVE]]);
      expect(await holders(FLOATING)).toEqual(['pica02']);
      expect(await availability('pica01')).toBe('drain');

      // It takes its address by itself when it boots: two hold it until then.
      back();
      expect(await holders(FLOATING)).toEqual(['alice', 'pica02']);
      const returned = await agreed(goBack, /^(?:✅|❌|🚫)/u);
      expect(returned.end).toMatch(/✅/u);
      expect(records()).toEqual([DEAD, ALIVE]);
      expect(await holders(FLOATING)).toEqual(['alice']);
      expect(await availability('pica01')).toBe('active');
      await ask(goBack, language === 'fr' ? /n’est ailleurs/u : /is elsewhere any more/u);
    },
  );

  it('takes many names and the address elsewhere within a minute, whatever a server of their zone still copies, and brings them back so', async () => {
    // Slow enough for a busy machine: what it takes itself is within the minute, too.
    await open({ speed: 5 });
    const many = addNames(15);
    hang();
    names.copying = false;
    const moved: (readonly [changed: number, at: number])[] = [];
    const take = network.take.bind(network);
    network.take = async (...given) => {
      await take(...given);
      moved.push([names.changed.length, scene.clock.now()]);
    };
    const over = await ask('failover alice', /⏳/u);
    const approvedAt = scene.clock.now();
    await scene.who('bob').react(over.id, 'white_check_mark');
    await scene.reads(over, /Waiting until every server of the zone says so/u);
    expect(many.map((name) => names.copy('ns1.picasoft.net').records[name])).toEqual(many.map(() => [ALIVE]));
    expect(await holders(FLOATING)).toEqual(['pica02']);
    expect(moved.map(([changed]) => changed)).toEqual([15]);
    expect((moved[0]?.[1] ?? Number.POSITIVE_INFINITY) - approvedAt).toBeLessThan(60_000);
    for (const name of many) names.set(name, [ALIVE], ['ns2.picasoft.net']);
    const end = wordsOf(await scene.reads(over, /^(?:✅|❌)/u));
    expect(end).toMatch(/^✅[^]*Old answers live until \d\d:\d\d/u);

    back();
    const home = await ask('failback alice', /⏳/u);
    await scene.who('bob').react(home.id, 'white_check_mark');
    await scene.reads(home, /Waiting until every server of the zone says so/u);
    expect(many.map((name) => names.copy('ns1.picasoft.net').records[name])).toEqual(many.map(() => [DEAD, ALIVE]));
    scene.clock.warp(181_000);
    expect(wordsOf(await scene.reads(home, /^(?:✅|❌)/u))).toMatch(
      /^❌[^]*name03\.picasoft\.net[^]*ns2\.picasoft\.net[^]*Old answers live until/u,
    );
    expect(names.changed.toSorted()).toEqual([...many, ...many].toSorted());
  });

  it.each([
    [
      'en',
      'failover alice',
      /`ns2\.picasoft\.net` does not answer now: it may give out old addresses later/u,
      /Silent: `ns2\.picasoft\.net`/u,
    ],
    ['fr', 'basculer alice', /`ns2\.picasoft\.net` ne répond pas en ce moment : ce serveur peut/u, /Sans réponse : `ns2\.picasoft\.net`/u],
  ] as const)('warns of a server of the zone that is silent, and names it at the end, in %s', async (language, command, planned, done) => {
    await open({ language });
    hang();
    names.copy('ns2.picasoft.net').answers = false;
    const { plan, end } = await agreed(command, /^(?:✅|❌)/u);
    expect(plan).toMatch(planned);
    expect(end).toMatch(/^✅/u);
    expect(end).toMatch(done);
  });

  it('moves nothing of a machine that cannot be proven off, until a person says that it is', async () => {
    await open();
    hang();
    lab.alice.lab.drop = 1_000;
    const refused = wordsOf(await ask('failover alice', /🚫/u));
    expect(refused).toMatch(/Nobody can prove that `alice` is off.*`failover alice --confirmed-off`/su);
    expect([records(), await holders(FLOATING)]).toEqual([[DEAD, ALIVE], []]);
    unplugged = true;
    const { plan, end } = await agreed('failover alice --confirmed-off', /^(?:✅|❌)/u);
    expect(plan).toContain('Nobody can prove that it is off');
    expect(end).toMatch(/✅/u);
    expect([records(), await holders(FLOATING)]).toEqual([[ALIVE], ['pica02']]);
    expect(lab.alice.changes).toEqual([]);
  });

  it('says what another machine sees, and takes nobody’s word while that one reaches it', async () => {
    await open({}, { address: '10.79.0.1', seenFrom: ['pica02'] });
    hang();
    network.away.add('pica02');
    expect(wordsOf(await ask('failover alice', /⏳/u))).toContain('· from `pica02` ❔ unknown');
    network.away.delete('pica02');
    lab.alice.lab.drop = 1_000;
    expect(wordsOf(await ask('failover alice --confirmed-off', /🚫/u))).toContain('answers: it is neither dead nor cut off');
    unplugged = true;
    expect(wordsOf(await ask('failover alice --confirmed-off', /⏳[^]*Nobody can prove/u))).toContain('· from `pica02` silent');
  });

  it.each([
    ['en', 'failover alice', /`10\.79\.0\.99` [^\n]*· from `pica01` answers\n/u],
    ['fr', 'basculer alice', /`10\.79\.0\.99` [^\n]*· depuis `pica01` répond\n/u],
  ] as const)(
    'asks other machines too whether a moved address answers, but for the one that holds it, in %s',
    async (language, command, done) => {
      await open({ language }, { address: '10.79.0.1', seenFrom: ['pica02', 'pica01'] });
      dead();
      network.away.delete('pica01');
      const { end } = await agreed(command, /^(?:✅|❌)/u);
      expect(end).toMatch(done);
      expect(end).not.toMatch(/· (?:from|depuis) `pica02`/u);
    },
  );

  it('takes an address off a machine that is off by a word alone, and whose SSH answers again', async () => {
    names = new EventfulNames(() => network.away.delete('alice'));
    fill();
    await open();
    hang();
    lab.alice.lab.drop = 1_000;
    unplugged = true;
    const { end } = await agreed('failover alice --confirmed-off', /^(?:✅|❌)/u);
    expect(end).toMatch(/^✅/u);
    network.away.clear();
    expect(await holders(FLOATING)).toEqual(['pica02']);
  });

  it('moves nothing when the power does not go off', async () => {
    await open();
    hang();
    lab.alice.stuck = true;
    const { end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌/u);
    expect([records(), await holders(FLOATING), await availability('pica01')]).toEqual([[DEAD, ALIVE], [], 'active']);
  });

  it('leaves a machine alone that answers', async () => {
    await open();
    expect(wordsOf(await ask('failover alice', /🚫/u))).toMatch(/answers: it is neither dead nor cut off.*`power-off alice`/su);
  });

  it('leaves a machine alone whose SSH nobody can ask, and that Proxmox sees', async () => {
    await open({}, { host: null });
    expect(wordsOf(await ask('failover alice', /🚫/u))).toContain('answers: it is neither dead nor cut off');
  });

  it('waits until Proxmox HA has proven the machine off by itself, then cuts its power', async () => {
    await open();
    hang();
    scene.hypervisor.known('pica01').ha = 'follows';
    const post = await ask('failover alice', /⏳/u);
    expect(wordsOf(post)).toMatch(
      /Proxmox HA proves it off by itself and starts `pica01` elsewhere.*`pica01`: Proxmox HA starts it elsewhere/su,
    );
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Waiting for Proxmox HA/u);
    expect(lab.alice.changes).toEqual([]);
    scene.hypervisor.known('pica01').node = 'bob';
    expect(wordsOf(await scene.reads(post, /^(?:✅|❌)/u))).toMatch(/^✅/u);
    expect(lab.alice.changes).toEqual(['off']);
    // What comes back elsewhere keeps its name's address and its node.
    expect([records(), await availability('pica01')]).toEqual([[DEAD, ALIVE], 'active']);
  });

  it('takes a guest to the other machine whose disks both have, and starts it there', async () => {
    await open();
    share();
    const admin = scene.hypervisor.known('admin');
    hosts.taken = (_vmid, node) => Object.assign(admin, { node, startedAt: null });
    scene.hypervisor.qdevice = true;
    hang();
    const { plan, end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(plan).toMatch(/`pica01` stays away until the machine is back, as its disks are there alone/u);
    expect(plan).toMatch(/`admin` goes to `bob` and starts there: both machines have its disks/u);
    expect(end).toMatch(/^✅/u);
    expect([...hosts.settings.keys()]).toEqual(['alice/101', 'bob/104']);
    expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'bob', state: 'running' });
    expect(end).toContain('`pica01` is away; from its last backup: `restore-vm pica01`');
    expect(end).not.toContain('`admin` is away');
  });

  it.each([
    ['en', ['failover alice', 'failback alice'], /`admin` goes back to `alice`, without stopping it\n/u, /Back on `alice`: `admin`\./u],
    ['fr', ['basculer alice', 'rebasculer alice'], /`admin` revient sur `alice`, sans s’arrêter\n/u, /De retour sur `alice` : `admin`\./u],
  ] as const)('brings the guest home again that it took elsewhere, in %s', async (language, [over, goBack], planned, done) => {
    await open({ language });
    share();
    const admin = scene.hypervisor.known('admin');
    admin.disks = [{ key: 'scsi0', storage: 'ceph', bytes: 32 * GB }];
    hosts.taken = (_vmid, node) => Object.assign(admin, { node, startedAt: null });
    scene.hypervisor.qdevice = true;
    hang();
    await agreed(over, /^(?:✅|❌)/u);
    back();
    const { plan, end } = await agreed(goBack, /^(?:✅|❌)/u);
    expect(plan).toMatch(planned);
    expect(end).toMatch(/^✅/u);
    expect(end).toMatch(done);
    expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'alice', state: 'running' });
    await ask(goBack, language === 'fr' ? /n’est ailleurs/u : /is elsewhere any more/u);
  });

  it('takes a guest whose disks were replicated, says what is lost, and brings it home once they are replicated back', async () => {
    await open();
    const { admin, at } = replicate();
    hang();
    const { plan, end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(plan).toMatch(
      /⚠️ `admin` goes to `bob` and starts there with its disks as they were replicated [^:]+ at \d\d:\d\d: \*\*what was written since is lost/u,
    );
    expect(end).toMatch(/^✅/u);
    expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'bob', state: 'running' });
    back();
    const post = await ask('failback alice', /⏳/u);
    expect(wordsOf(post)).toMatch(
      /`admin` goes back to `alice`, without stopping it, once its disks are replicated there: what `alice` held beyond the last replication is overwritten/u,
    );
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Replicating its disks/u);
    expect(wordsOf(await scene.reads(post, /^(?:✅|❌)/u))).toMatch(/^✅[^]*Back on `alice`: `admin`\./u);
    const [job] = await scene.hypervisor.replications(admin.vmid);
    expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'alice', state: 'running' });
    expect(job?.target).toBe('bob');
    expect(at).toBeLessThan(scene.clock.now());
  });

  it.each([/Replicating its disks/u, /Moving(?! an)/u])(
    'goes on when vigie starts again at %s, and moves a guest once',
    async (meanwhile) => {
      await open();
      replicate();
      hang();
      await agreed('failover alice', /^(?:✅|❌)/u);
      back();
      const post = await ask('failback alice', /⏳/u);
      await scene.who('bob').react(post.id, 'white_check_mark');
      await scene.reads(post, meanwhile);
      await scene.stopVigie();
      await scene.startVigie();
      expect(wordsOf(await scene.reads(post, /^(?:✅|❌)/u))).toMatch(/^✅/u);
      expect(scene.hypervisor.history().map(({ kind, node }) => `${kind} ${node}`)).toEqual(['qmstart bob', 'qmigrate bob']);
      expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'alice', state: 'running' });
    },
  );

  it('leaves a guest elsewhere whose disks nobody replicates back, or whose replication fails, and says what helps', async () => {
    await open();
    const { admin, job } = replicate();
    hang();
    await agreed('failover alice', /^(?:✅|❌)/u);
    back();
    job.disabled = true;
    const { plan } = await agreed('failback alice', /^(?:✅|❌)/u);
    expect(plan).toMatch(/`admin` stays where it is: No replication leads back to `alice`.*`pvesr create-local-job 104-0 alice`/u);
    job.disabled = false;
    await scene.hypervisor.replications(admin.vmid);
    job.breaks = 'cannot receive: out of space';
    const { end } = await agreed('failback alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌.*`admin`: The disks of `admin` could not be replicated to `alice` \(`cannot receive: out of space`\)/su);
    expect(await scene.hypervisor.guest('admin')).toMatchObject({ node: 'bob', state: 'running' });
  });

  it('takes no guest whose replicated disks are of different moments', async () => {
    await open();
    const { at, snapshots } = replicate();
    hosts.snapshots.set('bob', [snapshots(at)[0] ?? '', ...snapshots(at - 900_000).slice(1)]);
    hang();
    expect(wordsOf(await ask('failover alice', /⏳/u))).toMatch(
      /`admin` stays away until the machine is back, as its replicated disks are of different moments/u,
    );
  });

  it('starts no guest whose replicated disks are no longer as the plan saw them', async () => {
    names = new EventfulNames(() => void hosts.snapshots.delete('bob'));
    fill();
    await open();
    replicate();
    hang();
    const { end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌.*`admin`: What was replicated of `admin` to `bob` is not what the plan saw: it was not started/su);
    expect([...hosts.settings.keys()]).toContain('alice/104');
  });

  it('brings a guest home that Proxmox HA started elsewhere, by HA', async () => {
    await open();
    hang();
    scene.hypervisor.known('pica01').ha = 'follows';
    const post = await ask('failover alice', /⏳/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Waiting for Proxmox HA/u);
    Object.assign(scene.hypervisor.known('pica01'), { node: 'bob', disks: [{ key: 'scsi0', storage: 'ceph', bytes: 32 * GB }] });
    share();
    expect(wordsOf(await scene.reads(post, /^(?:✅|❌)/u))).toMatch(/^✅/u);
    back();
    const { plan, end } = await agreed('failback alice', /^(?:✅|❌)/u);
    expect(plan).toContain('`pica01` goes back to `alice`');
    expect(end).toMatch(/^✅/u);
    expect(await scene.hypervisor.guest('pica01')).toMatchObject({ node: 'alice', state: 'running' });
  });

  it('leaves a guest where it is that its machine has no memory for, and brings back the rest', async () => {
    await open();
    const { admin } = replicate();
    hang();
    await agreed('failover alice', /^(?:✅|❌)/u);
    back();
    scene.hypervisor.createGuest({ vmid: 190, name: 'big', node: 'alice', memoryBytes: 28 * GB });
    const { plan, end } = await agreed('failback alice', /^(?:✅|❌)/u);
    expect(plan).toMatch(/`admin` stays where it is: too little memory is free elsewhere/u);
    expect(end).toMatch(/^✅[^]*Still elsewhere: `admin`\./u);
    expect([admin.node, await holders(FLOATING)]).toEqual(['bob', ['alice']]);
  });

  it.each([
    ['en', 'failover alice --confirmed-off', /Node `pica01` of the Swarm is left as it is: `postgres` keeps data there/u],
    ['fr', 'basculer alice --éteinte-confirmée', /Le nœud `pica01` du Swarm reste tel quel : `postgres` y garde des données/u],
  ] as const)('drains no node that holds a database on a word alone, in %s', async (language, command, planned) => {
    await open({ language, services: { postgres: { database: true } } });
    scene.swarm.createService({ name: 'postgres', image: `${REGISTRY}/pad:v1`, constraints: ['node.hostname==pica01'] });
    hang();
    unplugged = true;
    lab.alice.lab.drop = 1_000;
    const { plan, end } = await agreed(command, /^(?:✅|❌)/u);
    expect(plan).toMatch(planned);
    expect(end).toMatch(/^✅[^]*`(?:drain|vider) pica01`/u);
    expect([await availability('pica01'), records()]).toEqual(['active', [ALIVE]]);
  });

  it('drains no node of a machine that somebody switched on again in between', async () => {
    names = new EventfulNames(() => lab.alice.goOn());
    fill();
    await open();
    network.addressesKnown = network.addressesKnown.map((each) => ({ ...each, movesTo: [] }));
    hang();
    const { end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌.*`pica01`: .*`alice` is not off any more/su);
    expect(await availability('pica01')).toBe('active');
  });

  it('takes no guest on a word alone: two would write to its disks', async () => {
    await open();
    share();
    scene.hypervisor.qdevice = true;
    hang();
    unplugged = true;
    lab.alice.lab.drop = 1_000;
    expect(wordsOf(await ask('failover alice --confirmed-off', /⏳/u))).toMatch(
      /`admin` stays away until the machine is back, as a word is too little/u,
    );
  });

  it('goes back as far as it can while the Swarm is silent, and names what stays', async () => {
    await open();
    hang();
    await agreed('failover alice', /^✅/u);
    back();
    scene.swarm.beUnreachable();
    const { plan } = await agreed('failback alice', /^(?:✅|❌)/u);
    expect(plan).toMatch(/`pica01` stays where it is: /u);
    expect([records(), await holders(FLOATING)]).toEqual([[DEAD, ALIVE], ['alice']]);
  });

  it('takes no address that somebody answers for still, moves the rest, and says what is left', async () => {
    await open();
    hang();
    network.stranger = { address: FLOATING, mac: '02:00:00:00:00:99' };
    const { end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌.*`10\.79\.0\.99`: .*answers already, from `02:00:00:00:00:99`/su);
    expect([records(), await availability('pica01')]).toEqual([[ALIVE], 'drain']);
    network.stranger = null;
    dead();
    expect((await agreed('failover alice', /^(?:✅|❌)/u)).end).toMatch(/✅/u);
    expect(await holders(FLOATING)).toEqual(['pica02']);
  });

  it('goes on without a Swarm, a zone or a hypervisor that does not answer, and names it', async () => {
    await open();
    dead();
    scene.swarm.beUnreachable();
    scene.hypervisor.beUnreachable();
    names.mayChange = false;
    const plan = wordsOf(await ask('failover alice', /⏳/u));
    expect(plan).toMatch(/The Swarm is left as it is: .*Which guests ran there nobody can tell/su);
  });

  it('leaves addresses to keepalived, and those that are on no link', async () => {
    await open();
    dead();
    network.keepers.add('pica02');
    expect(wordsOf(await ask('failover alice', /⏳/u))).toContain('`10.79.0.99` of `alice` stays: keepalived moves it');
  });

  it('brings nothing back of what was never taken, or to a machine that is off', async () => {
    await open();
    expect(wordsOf(await ask('failback alice', /🚫/u))).toContain('No failover of `alice` is known');
    dead();
    await agreed('failover alice', /^✅/u);
    await scene.say('alice', '@vigie failback alice');
    expect(wordsOf(await scene.post(/is not back: it is off/u))).toContain('`power-on alice` first');
  });

  it('knows the nearest machine', async () => {
    await open();
    expect(wordsOf(await ask('failover alise', /🚫/u))).toContain('Did you mean `alice`?');
  });

  it('stops when somebody switched the machine on again in between', async () => {
    names = new EventfulNames(() => lab.alice.goOn());
    fill();
    await open();
    hang();
    const { end } = await agreed('failover alice', /^(?:✅|❌)/u);
    expect(end).toMatch(/❌.*`10\.79\.0\.99`: .*`alice` is not off any more/su);
    expect(await holders(FLOATING)).toEqual([]);
  });

  it('ends the night that began with the chat, from a terminal, and tells the channel once that is back', async () => {
    await open();
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
    dead();
    await scene.mattermost.stop();
    /** As it stands on a terminal of 40 columns. */
    const shown: string[] = [];
    const typed = async (text: string): Promise<string> => {
      const lines: string[] = [];
      const tell = (line: string, isCode = false): void => {
        lines.push(line);
        if (!isCode) shown.push(...wrapped(line, 40).split('\n'));
      };
      await scene.vigie.gateway.local({ account: 'root', text }, tell, AbortSignal.timeout(60_000));
      return lines.join('\n');
    };
    const wentAhead = async (text: string): Promise<string> => {
      const plan = await typed(`${text} --emergency "Mattermost was on alice"`);
      const [, approve = ''] = /To go ahead, type: vigie do "(approve \w+ \w+)"/u.exec(plan) ?? [];
      await typed(approve);
      const id = approve.split(' ')[1] ?? '';
      await until(async () => isFinal((await scene.store.operations.operation(id))?.state ?? 'received'), `the end of ${text}`);
      return await typed(`show ${id}`);
    };
    expect(await typed('machines')).toMatch(/alice off/u);
    expect(await typed('console alice')).toMatch(/alice is off/u);
    expect(await typed('failover alice')).toMatch(/another account/u);
    const ended = await wentAhead('failover alice');
    expect(ended).toContain('succeeded');
    // Read on a phone: words, and neither marks nor tables.
    expect(ended).not.toMatch(/\*\*|`|\|/u);
    expect([records(), await holders(FLOATING)]).toEqual([[ALIVE], ['pica02']]);
    await scene.mattermost.restart();
    expect(wordsOf(await scene.post(/failover alice[^]*what could go elsewhere is there/u))).toContain('Mattermost was on alice');
    expect(await wentAhead('power-on alice')).toContain('succeeded');
    back();
    expect(await wentAhead('failback alice')).toContain('succeeded');
    expect([records(), await holders(FLOATING)]).toEqual([[DEAD, ALIVE], ['alice']]);
    expect(shown.filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(shown.length).toBeGreaterThan(50);
  });
});
