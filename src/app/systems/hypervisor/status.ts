import type { ClusterView, GuestView, HypervisorReader } from '#ports/hypervisor.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Quorum, machines that are away, guests that are off and shouldn't be; of one of them, where it is and since when. */
export async function hypervisorStatus(
  hypervisor: HypervisorReader,
  { names, seen, inventory }: StatusAbout,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  const read = seen ?? hypervisor;
  const [cluster, all] = await Promise.all([read.cluster(signal), read.guests(signal)]);
  const guests = all.filter(({ template }) => !template);
  if (names !== null) return factsOf(cluster, guests, names);
  const down = guests.filter(({ name, state }) => state !== 'running' && !inventory.guest(name).mayBeOff);
  const troubles = [
    ...(cluster.quorate ? [] : [trouble('no-quorum', {})]),
    ...cluster.nodes.filter(({ online }) => !online).map(({ name }) => trouble('machine-away', { name })),
    ...down.map(({ name, state, node }) => trouble('guest-down', { name, state, node })),
  ];
  const running = guests.filter(({ state }) => state === 'running').length;
  return [...troubles, { level: 'well', says: 'hypervisor', about: { quorate: cluster.quorate, running, guests: guests.length } }];
}

function trouble(says: string, about: StatusLine['about']): StatusLine {
  return { level: 'trouble', says, about };
}

function factsOf({ nodes }: ClusterView, guests: readonly GuestView[], names: readonly string[]): readonly StatusLine[] {
  const guest = guests
    .filter(({ name }) => names.includes(name))
    .map(({ name, state, node, uptimeMs, memoryBytes }): StatusLine => {
      const about = { name, state, node, up: uptimeMs, memory: memoryBytes };
      return { level: state === 'running' ? 'fact' : 'trouble', says: state === 'running' ? 'guest' : 'guest-down', about };
    });
  const machine = nodes
    .filter(({ name }) => names.includes(name))
    .map(({ name, online }): StatusLine => {
      const there = guests.filter(({ node }) => node === name);
      const about = { name, guests: there.map((each) => each.name), running: there.filter(({ state }) => state === 'running').length };
      return { level: online ? 'fact' : 'trouble', says: online ? 'machine' : 'machine-away', about };
    });
  return [...guest, ...machine];
}
