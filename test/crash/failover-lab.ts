import { Scene } from '#test/acceptance/scene.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import { LabStorage } from '#test/lab/hypervisor/storage.ts';
import { LabHosts } from '#test/lab/machines/lab-hosts.ts';
import { ON } from '#test/lab/machines/lab-machine.ts';
import { LabPower } from '#test/lab/machines/lab-power.ts';
import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { serveHouse } from './house-rpc.ts';
import { serveHypervisor } from './hypervisor-rpc.ts';
import { playStory, type Stage } from './play.ts';
import { serveSwarm } from './swarm-rpc.ts';

const ZONE = 'picasoft.net';
const NAME = `team.${ZONE}`;
const [DEAD, ALIVE, FLOATING] = ['10.79.0.57', '10.79.0.60', '10.79.0.99'] as const;
const ON_ALICE: readonly string[] = ['alice', 'pica01'];

/**
 * alice with pica01 (a node of the Swarm, and an address of a public name), a floating address that pica02 may have, and `admin`, whose disks are on a
 * storage that bob shares. All of it is in memory, and outlives the vigie that is killed.
 */
class FailingHouse {
  readonly #owned = new AsyncDisposableStack();
  readonly names = new MemoryNames(ZONE);
  readonly network = new MemoryNetwork(
    [
      { address: DEAD, machine: 'pica01', purpose: null, spare: false, movesTo: [] },
      { address: ALIVE, machine: 'pica02', purpose: null, spare: false, movesTo: [] },
      { address: FLOATING, machine: 'alice', purpose: null, spare: false, movesTo: ['pica02'] },
    ],
    { alice: ['10.79.0.1', FLOATING], pica01: ['10.79.0.11', DEAD], pica02: ['10.79.0.12', ALIVE] },
  );
  readonly lab: LabPower;
  readonly hosts: LabHosts;
  readonly scene: Scene;
  #stage: Stage | null = null;

  private constructor(lab: LabPower, scene: Scene) {
    this.lab = lab;
    this.scene = scene;
    this.hosts = new LabHosts(lab.machines);
    this.#owned.defer(() => lab.close());
    this.#owned.defer(() => scene.close());
    this.network.isOff = (machine) => ON_ALICE.includes(machine) && lab.alice.state !== ON;
    this.names.names = [NAME];
    this.names.own = [
      { address: DEAD, machine: 'pica01', purpose: null, spare: false },
      { address: ALIVE, machine: 'pica02', purpose: null, spare: false },
    ];
    this.names.set(NAME, [DEAD, ALIVE]);
    this.#share();
  }

  static async open(): Promise<FailingHouse> {
    return new FailingHouse(await LabPower.open(new WarpClock(20)), await Scene.open({ start: false, speed: 1 }));
  }

  async close(): Promise<void> {
    await this.#owned.disposeAsync();
  }

  #share(): void {
    const { hypervisor } = this.scene;
    const shared = { name: 'ceph', kind: 'rbd', content: ['images'], sizeBytes: 900 * GB, shared: true, path: null, pool: null };
    for (const node of ['alice', 'bob']) hypervisor.addStorage(new LabStorage({ ...shared, node }, 0));
    const admin = hypervisor.known('admin');
    admin.disks = [{ key: 'scsi0', storage: 'ceph', bytes: 32 * GB }];
    this.hosts.settings.set('alice/104', 'onboot: 1\nscsi0: ceph:vm-104-disk-0,size=32G\n');
    this.hosts.taken = (_vmid, node) => Object.assign(admin, { node, startedAt: null });
    hypervisor.qdevice = true;
  }

  async stage(): Promise<Stage> {
    if (this.#stage !== null) return this.#stage;
    const { scene, names, network, hosts, lab } = this;
    const house = await serveHouse({ names, network, hosts }, ZONE);
    const [hypervisor, swarm] = await Promise.all([serveHypervisor(scene.hypervisor, scene.guestFiles), serveSwarm(scene.swarm)]);
    for (const served of [house, hypervisor, swarm]) this.#owned.defer(() => served.close());
    this.#stage = { scene, swarm: { amt: lab.reached, house: house.at, hypervisorUrl: hypervisor.url, swarmUrl: swarm.url } };
    return this.#stage;
  }

  hang(): void {
    this.hosts.hung.add('alice');
    for (const machine of ON_ALICE) this.network.away.add(machine);
    this.scene.hypervisor.setOnline('alice', false);
  }

  back(): void {
    this.lab.alice.goOn();
    this.hosts.hung.clear();
    this.network.away.clear();
    this.scene.hypervisor.setOnline('alice', true);
  }

  /** Where everything is. */
  async where() {
    const nodes = await this.scene.swarm.nodes();
    const holds = async (machine: string): Promise<boolean> =>
      ((await this.network.addresses(machine).catch(() => null))?.held ?? []).some(({ address }) => address === FLOATING);
    return {
      records: this.names.copy(`ns2.${ZONE}`).records[NAME],
      holders: [...((await holds('alice')) ? ['alice'] : []), ...((await holds('pica02')) ? ['pica02'] : [])],
      node: nodes.find(({ hostname }) => hostname === 'pica01')?.availability,
      guest: this.scene.hypervisor.known('admin').node,
    };
  }

  /** What may be done once alone. */
  done() {
    return {
      power: [...this.lab.alice.changes],
      names: [...this.names.changed],
      guests: this.scene.hypervisor.history().map(({ kind, node, vmid }) => `${kind} ${vmid} ${node}`),
    };
  }
}

/** A failover of alice, which hangs, with a name, an address, a node and a guest, by a vigie that is killed at the given point. */
export async function playWholeFailover(killAt: string | null) {
  const house = await FailingHouse.open();
  try {
    house.hang();
    const story = await playStory(await house.stage(), { command: 'failover alice', approver: 'bob', killAt });
    return { ...story, where: await house.where(), done: house.done() };
  } finally {
    await house.close();
  }
}

/** The way back of such a failover, by a vigie that is killed at the given point. */
export async function playWholeFailback(killAt: string | null) {
  const house = await FailingHouse.open();
  try {
    house.hang();
    await playStory(await house.stage(), { command: 'failover alice', approver: 'bob', killAt: null });
    house.back();
    const story = await playStory(await house.stage(), { command: 'failback alice', approver: 'bob', killAt });
    return { ...story, where: await house.where(), done: house.done() };
  } finally {
    await house.close();
  }
}

export const HOME = { records: [DEAD, ALIVE], holders: ['alice'], node: 'active', guest: 'alice' };
export const AWAY = { records: [ALIVE], holders: ['pica02'], node: 'drain', guest: 'bob' };
export { NAME, FLOATING };
