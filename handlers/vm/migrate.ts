import {
  byName,
  awaitHa,
  copiedTo,
  defineAction,
  diskStorages,
  findTask,
  followTask,
  guest,
  guestToChange,
  leftNothing,
  nearest,
  node,
  requireMemory,
  VigieError,
  guestTarget,
  z,
} from '#kit';

/** Moves a guest to another machine, live if it runs. */
export default defineAction({
  id: 'migrate',
  uses: ['hypervisor', 'self'],
  args: ['vm', 'node'],
  input: z.strictObject({ vm: guest(), node: node() }),
  timeout: '6h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const { hypervisor } = clients;
    const target = await guestToChange(clients, input.vm, signal);
    const [{ nodes }, storages] = await Promise.all([hypervisor.cluster(signal), hypervisor.storages(signal)]);
    const names = nodes.map(({ name }) => name);
    const to = byName(nodes, input.node, ({ name }) => [name]);
    if (to === undefined) throw new VigieError('node_unknown', { node: input.node, nearest: nearest(input.node, names) });
    const basis = { guest: target.name, vmid: target.vmid, from: target.node, to: to.name, live: target.state === 'running', copied: 0 };
    if (to.name === target.node) return { basis, effects: [] };
    if (!to.online) throw new VigieError('node_offline', { node: to.name });
    if (basis.live) requireMemory(to, target.memoryBytes);
    const local = diskStorages(target, storages).filter(({ shared }) => !shared);
    if (local.length > 0) {
      const snapshots = (await hypervisor.snapshots(target.vmid, signal)).map(({ name }) => name);
      if (snapshots.length > 0) throw new VigieError('migrate_snapshots', { guest: target.name, snapshots });
    }
    return { basis: { ...basis, copied: copiedTo(to.name, target, storages, local) }, effects: [{ kind: 'migrate', name: to.name }] };
  },
  risk: 'change',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { hypervisor } = clients;
    const task = await step('migrate', 'once', (stepSignal) => hypervisor.migrate(basis.vmid, basis.to, stepSignal));
    const follow = { hypervisor, signal, pause, progress };
    return await step('follow', 'repeatable', async () => {
      const moved = await followTask(follow, task, { doing: 'migrate', stoppable: true });
      await awaitHa(follow, task, { vmid: basis.vmid, reached: (guest) => guest.node === basis.to });
      return moved;
    });
  },
  async verify({ basis, clients, step, startedAt }) {
    if (step !== 'migrate') return { state: 'not-done' };
    const { node: now } = await clients.hypervisor.guest(String(basis.vmid));
    if (now === basis.to) return { state: 'done', result: null };
    return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds: ['qmigrate', 'vzmigrate', 'hamigrate'], startedAt }, leftNothing);
  },
});
