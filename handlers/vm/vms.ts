import { ageOf, defineQuery, VigieError, z, type ReadClients, type SnapshotView } from '#kit';

/** Guests of the hypervisors: where they are, how they are, and how old the newest way back is. */
export default defineQuery({
  id: 'vms',
  uses: ['hypervisor', 'inventory', 'self'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const { hypervisor, inventory, self } = clients;
    const [cluster, all, backups] = await Promise.all([
      hypervisor.cluster(signal),
      hypervisor.guests(signal),
      hypervisor.backups(null, signal),
    ]);
    const guests = all.filter(({ template }) => !template);
    const now = self.now();
    const newest = (moments: readonly number[]): number | null => (moments.length === 0 ? null : ageOf(Math.max(...moments), now));
    const rows = await Promise.all(
      guests.map(async (guest) => {
        const known = guest.state !== 'unknown';
        const snapshots = known ? await snapshotsOf(hypervisor, guest.vmid, signal) : [];
        return {
          name: guest.name,
          vmid: guest.vmid,
          node: guest.node,
          state: guest.state,
          wanted_off: inventory.guest(guest.name).mayBeOff,
          uptime: guest.uptimeMs === null ? null : ageOf(0, guest.uptimeMs),
          lock: guest.lock,
          snapshots: snapshots === null ? null : snapshots.length,
          snapshot_age: newest((snapshots ?? []).map(({ takenAt }) => takenAt)),
          backup_age: newest(backups.files.filter(({ vmid }) => vmid === guest.vmid).map(({ takenAt }) => takenAt)),
          backup_unknown: backups.unknown.length > 0,
        };
      }),
    );
    const nodes = cluster.nodes.map(({ name, online, memoryBytes, memoryUsedBytes }) => ({
      name,
      online,
      memory_share: memoryBytes === null || memoryUsedBytes === null ? null : memoryUsedBytes / memoryBytes,
    }));
    return { quorate: cluster.quorate, nodes, guests: rows, unknown: backups.unknown.map((each) => ({ ...each })) };
  },
});

/** What one guest's node can't answer is unknown, and the others are told all the same. */
async function snapshotsOf(
  hypervisor: ReadClients['hypervisor'],
  vmid: number,
  signal: AbortSignal,
): Promise<readonly SnapshotView[] | null> {
  try {
    return await hypervisor.snapshots(vmid, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError && ['hypervisor_unreachable', 'hypervisor_refused', 'node_offline'].includes(error.code)) return null;
    throw error;
  }
}
