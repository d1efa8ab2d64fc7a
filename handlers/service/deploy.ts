import { defineAction, flag, image, imageLocks, planImage, runImage, service, verifyImage, target, z } from '#kit';

/** Runs another image of a service, and sees it through: the new tasks run, or the old ones are back and it says why. */
export default defineAction({
  id: 'deploy',
  uses: ['swarm', 'releases', 'inventory', 'self', 'databases', 'backups'],
  args: ['service', 'image'],
  input: z.strictObject({ service: service(), image: image().optional(), 'no-dump': flag().optional() }),
  timeout: '2h',
  cancel: 'between-steps',
  plan: ({ input, clients, signal }) =>
    planImage(clients, input.service, { wanted: input.image ?? null, noDump: input['no-dump'] === true, wayBack: [] }, signal),
  risk: (_input, basis) => (basis.outside || basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  target: (_input, basis) => target(basis.service),
  locks: (_input, basis) => imageLocks(basis),
  run: (context) => runImage(context),
  verify: (context) => verifyImage(context),
});
