import {
  defineAction,
  diskStorages,
  findTask,
  followTask,
  guest,
  guestToChange,
  nearest,
  requireMayGoOff,
  startAgain,
  together,
  verifyStart,
  VigieError,
  withDetails,
  word,
  guestTarget,
  z,
} from '#kit';

/** A rollback and a start take about as long, where disks aren't huge. */
const OFF_MS = 120_000;

/** Puts a guest's disks back to what they were at a snapshot. If it ran before, it runs afterwards. */
export default defineAction({
  id: 'revert',
  uses: ['hypervisor', 'inventory', 'self', 'swarm'],
  args: ['vm', 'snapshot'],
  input: z.strictObject({ vm: guest(), snapshot: word() }),
  timeout: '1h',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const { hypervisor } = clients;
    const target = await guestToChange(clients, input.vm, signal);
    const [snapshots, storages] = await Promise.all([hypervisor.snapshots(target.vmid, signal), hypervisor.storages(signal)]);
    const names = snapshots.map(({ name }) => name);
    const wanted = snapshots.find(({ name }) => name === input.snapshot);
    if (wanted === undefined)
      throw new VigieError('snapshot_unknown', {
        guest: target.name,
        snapshot: input.snapshot,
        nearest: nearest(input.snapshot, names),
      });
    const newer = snapshots.filter(({ takenAt }) => takenAt > wanted.takenAt).map(({ name }) => name);
    const onZfs = diskStorages(target, storages).some(({ kind }) => kind === 'zfspool');
    if (onZfs && newer.length > 0) throw new VigieError('snapshot_newer', { guest: target.name, snapshot: wanted.name, newer });
    const risks = await requireMayGoOff(clients, target, { goesBack: true }, signal);
    const running = target.state !== 'stopped';
    return {
      basis: {
        guest: target.name,
        vmid: target.vmid,
        node: target.node,
        digest: target.digest,
        snapshot: wanted.name,
        description: wanted.description,
        taken_at: wanted.takenAt,
        newer,
        running,
        with_memory: wanted.withMemory,
        off_ms: OFF_MS,
        ...risks,
      },
      effects: [
        { kind: 'revert', name: wanted.name, taken_at: wanted.takenAt },
        ...(running ? [{ kind: 'start', name: target.name }] : []),
      ],
    };
  },
  risk: 'danger',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`, ...(basis.swarm_node === null ? [] : ['swarm'])],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { hypervisor } = clients;
    const follow = { hypervisor, signal, pause, progress };
    const task = await step('revert', 'once', (stepSignal) => hypervisor.revert(basis.vmid, basis.snapshot, stepSignal));
    const back = await step('follow', 'repeatable', () => followTask(follow, task, { doing: 'revert' }));
    if (!basis.running) return { ...back, running: false };
    try {
      // Proxmox leaves it off, unless its memory was in the snapshot.
      return { ...together(back, await startAgain(follow, basis.vmid, step)), running: true };
    } catch (error) {
      throw withDetails(error, { reverted: true });
    }
  },
  async verify(context) {
    const { basis, clients, step, startedAt } = context;
    if (step === 'start') return await verifyStart(context);
    if (step !== 'revert') return { state: 'not-done' };
    return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds: ['qmrollback', 'vzrollback'], startedAt });
  },
});
