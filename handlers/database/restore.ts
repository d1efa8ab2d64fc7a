import { backup, database, defineAction, flag, moment, planRestore, runRestore, verifyRestore, target, z } from '#kit';

/** Puts a dump in the place of a database, which is kept beside for seven days; or into a new one. */
export default defineAction({
  id: 'restore',
  uses: ['databases', 'backups', 'swarm', 'operations', 'self'],
  args: ['database'],
  input: z.strictObject({
    database: database(),
    from: backup().optional(),
    before: moment().optional(),
    into: database().optional(),
    'without-privileged': flag().optional(),
  }),
  timeout: '12h',
  cancel: 'between-steps',
  plan: async ({ input, clients, operation, signal }) => await planRestore(clients, input, operation, signal),
  risk: ({ into }) => (into === undefined ? 'danger' : 'safe'),
  target: ({ into }, { decides }) => target(decides.name, `db:${decides.name}`, ...(into === undefined ? [] : [into])),
  // A fresh volume takes the place of every database on it; a new name is wanted by one at a time.
  locks: (_input, { decides }) => [
    ...(decides.into ? [`database:${decides.server}/${decides.place}`] : []),
    decides.mode === 'down' ? `database:${decides.server}` : `database:${decides.server}/${decides.name}`,
    ...(decides.mode === 'down' ? [`swarm/service:${decides.server}`] : []),
    ...decides.writers.map((service) => `swarm/service:${service}`),
  ],
  run: async (context) => await runRestore(context),
  verify: async (context) => await verifyRestore(context),
});
