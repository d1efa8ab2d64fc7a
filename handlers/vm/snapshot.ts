import {
  defineAction,
  diskStorages,
  findTask,
  followTask,
  guest,
  guestToChange,
  leftNothing,
  nextSnapshotAt,
  prunableSnapshots,
  requireRoom,
  snapshotName,
  VigieError,
  word,
  guestTarget,
  z,
} from '#kit';

/** Takes a snapshot of a guest, and prunes vigie's own that are older than the configuration keeps them. */
export default defineAction({
  id: 'snapshot',
  uses: ['hypervisor', 'inventory', 'operations', 'self'],
  args: ['vm', 'name'],
  input: z.strictObject({ vm: guest(), name: word().optional() }),
  timeout: '30m',
  cancel: 'never',
  async plan({ input, clients, person, signal, operation }) {
    const { hypervisor, inventory, operations, self } = clients;
    const target = await guestToChange(clients, input.vm, signal);
    // Of when it was asked for: the same however often it is planned.
    const { createdAt } = await operations.get(operation);
    const name = snapshotName(createdAt, self.timezone(), input.name ?? null);
    if (name === null) throw new VigieError('snapshot_name', { name: input.name ?? '' });
    const [snapshots, places] = await Promise.all([hypervisor.snapshots(target.vmid, signal), hypervisor.storages(signal)]);
    if (snapshots.some((each) => each.name === name)) throw new VigieError('snapshot_exists', { guest: target.name, snapshot: name });
    const until = person.kind === 'bot' ? null : nextSnapshotAt(snapshots, createdAt);
    if (until !== null) throw new VigieError('snapshot_many', { guest: target.name, until });
    const storages = diskStorages(target, places);
    const { snapshotKeepMs } = inventory.guest(target.name);
    const pruned = prunableSnapshots(snapshots, createdAt, snapshotKeepMs);
    return {
      basis: {
        guest: target.name,
        vmid: target.vmid,
        node: target.node,
        running: target.state === 'running',
        agent: target.agent,
        name,
        storages: storages.map((storage) => ({ name: storage.name, share: requireRoom(storage) })),
        keep: snapshotKeepMs,
        prune: pruned.map((each) => each.name),
      },
      effects: [
        { kind: 'snapshot', name },
        ...pruned.map((each) => ({ kind: 'snapshot-delete', name: each.name, taken_at: each.takenAt })),
      ],
    };
  },
  risk: 'safe',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`],
  async run({ basis, clients, person, operation, signal, pause, progress, step }) {
    const { hypervisor } = clients;
    const follow = { hypervisor, signal, pause, progress };
    const task = await step('snapshot', 'once', (stepSignal) =>
      hypervisor.snapshot(basis.vmid, basis.name, describe(operation, person.username), stepSignal),
    );
    const taken = await step('follow', 'repeatable', () => followTask(follow, task, { doing: 'snapshot' }));
    const pruned: string[] = [];
    for (const name of basis.prune) {
      const removal = await step(`prune ${name}`, 'once', (stepSignal) => hypervisor.deleteSnapshot(basis.vmid, name, stepSignal));
      await step(`follow ${name}`, 'repeatable', () =>
        followTask(follow, removal, { doing: 'snapshot-delete', details: { taken: true, pruned } }),
      );
      pruned.push(name);
    }
    return { ...taken, pruned };
  },
  async verify({ basis, clients, operation, step, startedAt }) {
    if (step !== 'snapshot' && !step.startsWith('prune ')) return { state: 'not-done' };
    const snapshots = await clients.hypervisor.snapshots(basis.vmid);
    const removed = step === 'snapshot' ? null : step.slice('prune '.length);
    const isThere = snapshots.some(({ name, description }) =>
      removed === null ? name === basis.name && description.startsWith(`vigie ${operation}`) : name === removed,
    );
    if (removed === null ? isThere : !isThere) return { state: 'done', result: null };
    const kinds = removed === null ? ['qmsnapshot', 'vzsnapshot'] : ['qmdelsnapshot', 'vzdelsnapshot'];
    return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds, startedAt }, leftNothing);
  },
});

/** Tells whose it is, in Proxmox and after a crash. */
function describe(operation: string, username: string): string {
  return `vigie ${operation}, ${username}`;
}
