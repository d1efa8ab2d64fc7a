import { defineAction, image, planImage, runImage, service, verifyImage, z } from '#kit';

/** Runs another image of a service, and sees it through: the new tasks run, or the old ones are back and it says why. */
export default defineAction({
  id: 'deploy',
  uses: ['swarm', 'releases', 'inventory', 'self'],
  args: ['service', 'image'],
  input: z.strictObject({ service: service(), image: image().optional() }),
  timeout: '30m',
  cancel: 'between-steps',
  plan: ({ input, clients, signal }) => planImage(clients, input.service, input.image ?? null, signal),
  risk: (_input, basis) => (basis.outside || basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  locks: (_input, basis) => [`swarm/service:${basis.service}`],
  run: (context) => runImage(context),
  verify: (context) => verifyImage(context),
});
