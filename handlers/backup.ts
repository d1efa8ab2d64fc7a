import { databaseOrGuest, defineAction, planDatabaseBackup, runDatabaseBackup, verifyDatabaseBackup, z } from '#kit';

/** Dumps a database, copies the dump, and removes what retention lets go. */
export default defineAction({
  id: 'backup',
  uses: ['databases', 'backups', 'operations', 'self'],
  args: ['target'],
  input: z.strictObject({ target: databaseOrGuest() }),
  timeout: '12h',
  cancel: 'between-steps',
  // It removes old backups.
  emergency: 'never',
  plan: async ({ input, clients, operation, signal }) =>
    await planDatabaseBackup(clients, input.target.replace(/^db:/u, ''), operation, signal),
  risk: 'safe',
  locks: (_input, { decides }) => [`database:${decides.server}/${decides.name}`],
  run: async (context) => await runDatabaseBackup(context),
  verify: async (context) => await verifyDatabaseBackup(context),
});
