import { ageOf, defineQuery, guest, SNAPSHOT_PREFIX, target, z } from '#kit';

/** Snapshots of one guest, the newest first. */
export default defineQuery({
  id: 'snapshots',
  uses: ['hypervisor', 'self'],
  args: ['vm'],
  input: z.strictObject({ vm: guest() }),
  async target({ input, clients, signal }) {
    const { name, vmid } = await clients.hypervisor.guest(input.vm, signal);
    return target(name, vmid, `vm:${name}`);
  },
  async run({ input, clients, signal }) {
    const { name, vmid, node } = await clients.hypervisor.guest(input.vm, signal);
    const snapshots = await clients.hypervisor.snapshots(vmid, signal);
    const now = clients.self.now();
    return {
      guest: name,
      node,
      snapshots: snapshots.toReversed().map((each) => ({
        name: each.name,
        description: each.description,
        taken_at: each.takenAt,
        age: ageOf(each.takenAt, now),
        own: each.name.startsWith(SNAPSHOT_PREFIX),
      })),
    };
  },
});
