import {
  databaseOrGuest,
  defineAction,
  planDatabaseBackup,
  planVmBackup,
  runDatabaseBackup,
  runVmBackup,
  targetOf,
  verifyDatabaseBackup,
  verifyVmBackup,
  target,
  z,
  type DatabaseBackupBasis,
  type VmBackupBasis,
} from '#kit';

/** Dumps a database or backs a VM up, copies that elsewhere, and removes what is too old. */
export default defineAction({
  id: 'backup',
  uses: ['databases', 'backups', 'hypervisor', 'guestFiles', 'inventory', 'operations', 'self'],
  args: ['target'],
  input: z.strictObject({ target: databaseOrGuest() }),
  timeout: '12h',
  cancel: 'between-steps',
  // It removes old backups.
  emergency: 'never',
  async plan({ input, clients, operation, person, signal }): Promise<{
    basis: DatabaseBackupBasis | VmBackupBasis;
    effects: Awaited<ReturnType<typeof planVmBackup>>['effects'];
  }> {
    const { kind, name } = await targetOf(clients, input.target, signal);
    // Nobody but vigie itself runs its jobs.
    const scheduled = person.kind === 'bot';
    return kind === 'vm'
      ? await planVmBackup(clients, name, scheduled, signal)
      : await planDatabaseBackup(clients, name, { operation, scheduled }, signal);
  },
  risk: 'safe',
  target: (_input, basis) =>
    basis.kind === 'vm' ? target(basis.guest, basis.vmid, `vm:${basis.guest}`) : target(basis.decides.name, `db:${basis.decides.name}`),
  locks: (_input, basis) => [basis.kind === 'vm' ? `vm:${basis.guest}` : `database:${basis.decides.server}/${basis.decides.name}`],
  async run({ basis, person, ...context }) {
    const scheduled = person.kind === 'bot';
    return basis.kind === 'vm'
      ? await runVmBackup({ ...context, basis, scheduled })
      : await runDatabaseBackup({ ...context, basis, scheduled });
  },
  verify: async ({ basis, ...context }) =>
    basis.kind === 'vm' ? await verifyVmBackup({ ...context, basis }) : await verifyDatabaseBackup({ ...context, basis }),
});
