import { defineQuery, VigieError, z, type ReadClients } from '#kit';

type State = 'well' | 'wrong' | 'none';

interface Look {
  readonly what: string;
  readonly ask: (clients: DoctorClients, signal: AbortSignal) => Promise<unknown>;
}

type DoctorClients = Pick<ReadClients, 'swarm' | 'hypervisor' | 'alerts' | 'jobs' | 'rota' | 'self'>;

/** How long each may take: whoever asks stands beside it. */
const PATIENCE_MS = 8_000;

const LOOKS: readonly Look[] = [
  { what: 'swarm', ask: ({ swarm }, signal) => swarm.nodes(signal) },
  { what: 'hypervisor', ask: ({ hypervisor }, signal) => hypervisor.cluster(signal) },
  { what: 'oncall', ask: ({ rota, self }) => calendarOf(rota, self.now()) },
];

/** Whether what vigie depends on answers now, in a few lines; `vigie doctor` on its machine looks at everything. */
export default defineQuery({
  id: 'doctor',
  uses: ['swarm', 'hypervisor', 'alerts', 'jobs', 'rota', 'self'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const checks = await Promise.all(LOOKS.map((look) => examine(look, clients, signal)));
    const own = clients.alerts.open().filter((alert) => String(alert['rule']).startsWith('vigie:'));
    const jobs = await jobsOf(clients);
    const failing = jobs.filter(({ last }) => last !== null && last.state !== 'succeeded' && last.state !== 'started');
    return {
      checks,
      blind: own.map((alert) => ({ id: alert.id, rule: String(alert['rule']), key: String(alert['key']) })),
      rules: clients.alerts.rules().length,
      jobs: jobs.length,
      failing: failing.map(({ name }) => name),
      version: clients.self.about().version,
      wrong: checks.filter(({ state }) => state === 'wrong').length + own.length + failing.length,
    };
  },
});

async function examine({ what, ask }: Look, clients: DoctorClients, signal: AbortSignal) {
  try {
    await ask(clients, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    return { what, state: 'well' as State, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const problem =
      error instanceof VigieError ? error : new VigieError('internal', { reason: error instanceof Error ? error.message : '' });
    const state: State = problem.code.endsWith('_not_configured') ? 'none' : 'wrong';
    return { what, state, problem: { code: problem.code, params: problem.params } };
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
