import { backup, database, defineAction, planDrill, runDrill, target, z } from '#kit';

/** Restores a dump into a throwaway server, compares it with the ledger, and throws it away: an untested dump isn't a backup. */
export default defineAction({
  id: 'drill',
  uses: ['databases', 'backups', 'operations', 'self'],
  args: ['database'],
  input: z.strictObject({ database: database(), from: backup().optional() }),
  timeout: '12h',
  cancel: 'between-steps',
  plan: async ({ input, clients, signal }) => await planDrill(clients, input, signal),
  risk: 'safe',
  target: (_input, basis) => target(basis.name, `db:${basis.name}`),
  locks: (_input, basis) => [`database:${basis.server}/${basis.name}`],
  run: async (context) => await runDrill(context),
  // Whatever was under way was in a throwaway server: it begins anew.
  verify: async () => ({ state: 'not-done' }),
});
