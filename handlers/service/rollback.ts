import {
  defineAction,
  dumpsTakenBefore,
  flag,
  imageLocks,
  planImage,
  release,
  runImage,
  service,
  verifyImage,
  VigieError,
  target,
  z,
  type LedgerRelease,
} from '#kit';

/** Goes back to a release of vigie's ledger, by digest: Docker itself remembers only one, and refuses after a rollback. */
export default defineAction({
  id: 'rollback',
  uses: ['swarm', 'releases', 'inventory', 'self', 'databases', 'backups'],
  args: ['service'],
  input: z.strictObject({ service: service(), to: release().optional(), 'no-dump': flag().optional() }),
  timeout: '2h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const known = await clients.releases.list(current.name, 1_000);
    const wanted = findRelease(known, current.name, current.image.digest, input.to ?? null);
    // What was dumped before the release after it is how the data looked then.
    const left = known.find(({ number }) => number === wanted.number + 1);
    const wayBack = await dumpsTakenBefore(clients, current.name, left?.operation ?? null);
    return await planImage(clients, current.name, { wanted: wanted.image, noDump: input['no-dump'] === true, wayBack }, signal);
  },
  risk: (_input, basis) => (basis.outside || basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  target: (_input, basis) => target(basis.service),
  locks: (_input, basis) => imageLocks(basis),
  run: (context) => runImage(context),
  verify: (context) => verifyImage(context),
});

/** The release asked for, or the newest one that doesn't run now. @throws release_unknown, release_none */
function findRelease(known: readonly LedgerRelease[], service: string, running: string | null, to: number | null): LedgerRelease {
  const found = to === null ? known.find((each) => each.digest !== running) : known.find((each) => each.number === to);
  if (found !== undefined) return found;
  throw to === null ? new VigieError('release_none', { service }) : new VigieError('release_unknown', { service, release: to });
}
