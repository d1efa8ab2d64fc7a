import {
  defineAction,
  planImage,
  release,
  runImage,
  service,
  verifyImage,
  VigieError,
  z,
  type LedgerRelease,
  type ReadClients,
} from '#kit';

/** Goes back to a release of vigie's ledger, by digest: Docker itself remembers only one, and refuses after a rollback. */
export default defineAction({
  id: 'rollback',
  uses: ['swarm', 'releases', 'inventory', 'self'],
  args: ['service'],
  input: z.strictObject({ service: service(), to: release().optional() }),
  timeout: '30m',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const wanted = await findRelease(clients.releases, current.name, current.image.digest, input.to ?? null);
    return await planImage(clients, current.name, wanted.image, signal);
  },
  risk: (_input, basis) => (basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  locks: (_input, basis) => [`swarm/service:${basis.service}`],
  run: (context) => runImage(context),
  verify: (context) => verifyImage(context),
});

/** The release asked for, or the newest one that doesn't run now. @throws release_unknown, release_none */
async function findRelease(
  releases: ReadClients['releases'],
  service: string,
  running: string | null,
  to: number | null,
): Promise<LedgerRelease> {
  const known = await releases.list(service, 1_000);
  const found = to === null ? known.find((each) => each.digest !== running) : known.find((each) => each.number === to);
  if (found !== undefined) return found;
  throw to === null ? new VigieError('release_none', { service }) : new VigieError('release_unknown', { service, release: to });
}
