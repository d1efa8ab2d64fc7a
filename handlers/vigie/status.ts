import { defineQuery, isOpenEmergency, knownThing, lastBackups, pastOf, shownFreezes, thing, z, type SystemStatus } from '#kit';

/** Of alerts and of what happened before: more is what `alerts` and `operations` are for. */
const SHOWN = 5;

/** How things stand, in one look; or all that is known of one machine, service or database. Trouble comes first; what can't be asked is unknown, never well. */
export default defineQuery({
  id: 'status',
  uses: [
    'house',
    'inventory',
    'alerts',
    'operations',
    'backups',
    'jobs',
    'self',
    'freezes',
    'releases',
    'metrics',
    'swarm',
    'hypervisor',
    'databases',
  ],
  args: ['subject'],
  input: z.strictObject({ subject: thing().optional() }),
  async run({ input, clients, signal }) {
    const subject = input.subject === undefined ? null : await knownThing(clients, input.subject, signal);
    const [standing, past, backups, operations, freezes] = await Promise.all([
      clients.house.status(subject, signal),
      pastOf(clients, subject, signal),
      lastBackups(clients),
      clients.operations.list({ open: true, limit: 50 }),
      shownFreezes(clients),
    ]);
    const about = (name: string | null): boolean => subject === null || (name !== null && subject.names.includes(name));
    const lines = standing.flatMap((each) => each.lines);
    const blind = standing.some((each) => each.system === 'search' && isBlind(each));
    const open = clients.alerts
      .open()
      .filter((alert) => alert['state'] !== 'pending' && isAbout(String(alert['key']), subject?.names ?? null));
    return {
      subject: subject?.name ?? null,
      troubles: lines.filter(({ level }) => level === 'trouble'),
      unknown: standing.flatMap(({ system, problem }) =>
        problem === null ? [] : [{ system, problem: { code: problem.code, params: problem.params } }],
      ),
      facts: lines.filter(({ level }) => level === 'fact'),
      well: lines.filter(({ level }) => level === 'well'),
      alerts: open.slice(0, SHOWN),
      firing: open.length,
      // Without Elasticsearch nobody knows whether anything fires that didn't before.
      blind,
      quiet: open.length === 0 && !blind,
      failing_jobs: subject === null ? backups.failing_jobs : [],
      late_backups: backups.late.filter(({ target }) => about(target)),
      backups: backups.backups.filter(({ target }) => about(target)),
      freezes: freezes.filter(({ scope }) => scope === '*' || about(scope)),
      operations: operations
        .filter(({ target }) => about(target))
        .map((each) => ({
          id: each.id,
          action: each.action,
          target: each.target,
          state: each.state,
          emergency: isOpenEmergency(each),
        })),
      ...past,
    };
  },
});

/** A cluster of Elasticsearch is away, or nobody knows. */
function isBlind({ lines, problem }: SystemStatus): boolean {
  return problem !== null || lines.some(({ says }) => says === 'search-away');
}

/** An alert's key is text for people: `pica01, /DATA`. */
function isAbout(key: string, names: readonly string[] | null): boolean {
  return names === null || key.split(/,\s*/u).some((part) => names.includes(part));
}
