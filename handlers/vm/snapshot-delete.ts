import { defineAction, findTask, followTask, guest, guestToChange, leftNothing, nearest, VigieError, word, guestTarget, z } from '#kit';

/** Removes one snapshot: what it could go back to is lost. */
export default defineAction({
  id: 'snapshot-delete',
  uses: ['hypervisor', 'self'],
  args: ['vm', 'snapshot'],
  input: z.strictObject({ vm: guest(), snapshot: word() }),
  timeout: '1h',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, signal }) {
    const target = await guestToChange(clients, input.vm, signal);
    const snapshots = await clients.hypervisor.snapshots(target.vmid, signal);
    const names = snapshots.map(({ name }) => name);
    const gone = snapshots.find(({ name }) => name === input.snapshot);
    if (gone === undefined)
      throw new VigieError('snapshot_unknown', {
        guest: target.name,
        snapshot: input.snapshot,
        nearest: nearest(input.snapshot, names),
      });
    return {
      basis: {
        guest: target.name,
        vmid: target.vmid,
        snapshot: gone.name,
        description: gone.description,
        taken_at: gone.takenAt,
        left: names.length - 1,
      },
      effects: [{ kind: 'snapshot-delete', name: gone.name, taken_at: gone.takenAt }],
    };
  },
  risk: 'danger',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { hypervisor } = clients;
    const task = await step('delete', 'once', (stepSignal) => hypervisor.deleteSnapshot(basis.vmid, basis.snapshot, stepSignal));
    return await step('follow', 'repeatable', () =>
      followTask({ hypervisor, signal, pause, progress }, task, { doing: 'snapshot-delete' }),
    );
  },
  async verify({ basis, clients, step, startedAt }) {
    if (step !== 'delete') return { state: 'not-done' };
    const snapshots = await clients.hypervisor.snapshots(basis.vmid);
    if (!snapshots.some(({ name }) => name === basis.snapshot)) return { state: 'done', result: null };
    return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds: ['qmdelsnapshot', 'vzdelsnapshot'], startedAt }, leftNothing);
  },
});
