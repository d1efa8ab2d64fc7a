import { defineQuery, VigieError, z, type ReadClients, type SystemStatus } from '#kit';

type State = 'well' | 'wrong' | 'none';

interface Look {
  readonly what: string;
  readonly name?: string;
  readonly ask: (clients: DoctorClients, signal: AbortSignal) => Promise<unknown>;
}

type DoctorClients = Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases' | 'house' | 'alerts' | 'jobs' | 'rota' | 'self'>;

/** How long each may take: whoever asks stands beside it. */
const PATIENCE_MS = 3_000;

const LOOKS: readonly Look[] = [
  { what: 'swarm', ask: ({ swarm }, signal) => swarm.nodes(signal) },
  { what: 'hypervisor', ask: ({ hypervisor }, signal) => hypervisor.cluster(signal) },
  { what: 'oncall', ask: ({ rota, self }) => calendarOf(rota, self.now()) },
];

/** Whether what vigie depends on answers now, in a few lines; `vigie doctor` on its machine looks at everything. */
export default defineQuery({
  id: 'doctor',
  uses: ['swarm', 'hypervisor', 'databases', 'house', 'alerts', 'jobs', 'rota', 'self'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const [checks, standing] = await Promise.all([
      Promise.all([...LOOKS, ...serversOf(clients)].map((look) => examine(look, clients, signal))),
      clients.house.status(null, signal),
    ]);
    const house = judged(standing);
    const own = clients.alerts.open().filter((alert) => String(alert['rule']).startsWith('vigie:'));
    const jobs = await jobsOf(clients);
    const failing = jobs.filter(({ last }) => last !== null && last.state !== 'succeeded' && last.state !== 'started');
    return {
      checks,
      ...house,
      blind: own.map((alert) => ({ id: alert.id, rule: String(alert['rule']), key: String(alert['key']) })),
      rules: clients.alerts.rules().length,
      jobs: jobs.length,
      failing: failing.map(({ name }) => name),
      version: clients.self.about().version,
      wrong:
        checks.filter(({ state }) => state === 'wrong').length +
        own.length +
        failing.length +
        house.unknown.length +
        house.away.length +
        house.troubles,
    };
  },
});

/** One look at each server of databases, by the first of its databases; none where nobody configured any. */
function serversOf({ databases }: Pick<DoctorClients, 'databases'>): readonly Look[] {
  const servers = new Map(databases.list().map(({ name, server }) => [server.name, name]));
  return [...servers].map(([server, name]) => ({
    what: 'database',
    name: server,
    ask: (clients, signal) => clients.databases.identity(name, signal),
  }));
}

/** These are looked at by themselves. */
const LOOKED_AT: ReadonlySet<string> = new Set(['swarm', 'hypervisor']);
/** What a line is called that says of something that it doesn't answer. */
const AWAY = /-(?:away|silent|unknown)$/u;

/** What of the house answers, what doesn't, and how much else is wrong there. */
function judged(standing: readonly SystemStatus[]) {
  const lines = standing.flatMap((each) => each.lines).filter(({ level }) => level === 'trouble');
  const away = lines.filter(({ says }) => AWAY.test(says));
  const others = standing.filter(({ system }) => !LOOKED_AT.has(system));
  const unknown = others.flatMap(({ system, problem }) =>
    problem === null ? [] : [{ system, problem: { code: problem.code, params: problem.params } }],
  );
  const answers = others.filter((each) => each.lines.length > 0 && each.lines.every(({ says }) => !AWAY.test(says)));
  return { unknown, away, answers: answers.map(({ system }) => system), troubles: lines.length - away.length };
}

async function examine({ what, name, ask }: Look, clients: DoctorClients, signal: AbortSignal) {
  try {
    await ask(clients, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    return { what, name: name ?? null, state: 'well' as State, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const problem =
      error instanceof VigieError ? error : new VigieError('internal', { reason: error instanceof Error ? error.message : '' });
    const state: State = problem.code.endsWith('_not_configured') ? 'none' : 'wrong';
    return { what, name: name ?? null, state, problem: { code: problem.code, params: problem.params } };
  }
}

/** @throws what reading the calendar ran into; oncall_not_configured */
async function calendarOf(rota: DoctorClients['rota'], now: number): Promise<void> {
  rota.duty(now);
  const problem = rota.calendar()?.problem ?? null;
  if (problem !== null) throw new VigieError(problem.code, problem.params);
}

/** None where nobody configured any. */
async function jobsOf({ jobs }: Pick<ReadClients, 'jobs'>) {
  try {
    return await jobs.list();
  } catch (error) {
    if (error instanceof VigieError && error.code === 'jobs_not_configured') return [];
    throw error;
  }
}
