import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import { matchersFor } from '#domain/alert/matchers-for.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext, StepFinding } from '../definition.ts';

const DAY_MS = 86_400_000;
/** A silence that may cover critical alerts ends within a day. */
const LONGEST_MS = DAY_MS;
/** Between two looks whether somebody has ended it. */
const LOOK_EVERY_MS = 5_000;

export type MaintenanceBasis = {
  readonly scope: string;
  readonly kind: 'service' | 'host';
  readonly ms: number;
  readonly reason: string;
  /** Whether its people are told. */
  readonly told: boolean;
};

interface Asked {
  readonly word: string;
  readonly ms: number;
  readonly reason: string;
}

/** @throws service_unknown, with the nearest name; maintenance_long */
export async function planMaintenance(
  clients: Pick<ReadClients, 'swarm' | 'inventory' | 'announcements'>,
  { word, ms, reason }: Asked,
  signal: AbortSignal,
): Promise<{ basis: MaintenanceBasis; effects: Effect[] }> {
  if (ms > LONGEST_MS) throw new VigieError('maintenance_long', { limit: LONGEST_MS });
  const services = await namesOfServices(clients, signal);
  const isService = services.includes(word);
  if (!isService && !clients.inventory.knows(word))
    throw new VigieError('service_unknown', { service: word, nearest: nearest(word, services) });
  const [scope = word] = isService ? [word] : clients.inventory.namesOf(word);
  const kind = isService ? 'service' : 'host';
  return { basis: { scope, kind, ms, reason, told: clients.announcements.reaches() }, effects: [{ kind: 'maintenance', name: scope, ms }] };
}

/** None where nobody can tell: a machine may be what was meant. */
async function namesOfServices({ swarm }: Pick<ReadClients, 'swarm'>, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await swarm.services(signal)).map(({ name }) => name);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError) return [];
    throw error;
  }
}

type MaintenanceRun = Pick<RunContext<never, never, MaintenanceBasis>, 'basis' | 'operation' | 'pause' | 'person' | 'putBack' | 'step'> & {
  readonly clients: Pick<Clients, 'freezes' | 'alerts' | 'announcements' | 'self'>;
};

/** Begins it, waits for its end or for somebody's, and ends it; cancelled, it ends as well. */
export async function runMaintenance(context: MaintenanceRun): Promise<JsonObject> {
  const { basis, clients, operation, pause, person, step } = context;
  const until = await step('begin', 'repeatable', async () => {
    const { scope, reason } = basis;
    const end = clients.self.now() + basis.ms;
    await clients.freezes.set({ scope, reason, until: end, lets: person.id }, operation, person);
    await clients.announcements.say('begun', operation, { scope, reason, until: end, by: person.username });
    return end;
  });
  const silences: string[] = [];
  for (const matchers of matchersFor(basis.kind, basis.scope))
    silences.push(
      await step(`silence ${Object.keys(matchers).join()}`, 'once', () =>
        clients.alerts.addSilence({ matchers, ms: Math.max(1, until - clients.self.now()), reason: basis.reason }, person),
      ),
    );
  try {
    while (clients.self.now() < until && (await isOpen(context))) await pause(LOOK_EVERY_MS);
  } catch (error) {
    await context.putBack(() => end(context, silences));
    throw error;
  }
  return await step('end', 'repeatable', async () => {
    const early = clients.self.now() < until;
    await end(context, silences);
    return { early };
  });
}

async function isOpen({ clients, operation }: Pick<MaintenanceRun, 'clients' | 'operation'>): Promise<boolean> {
  return (await clients.freezes.open()).some((freeze) => freeze.operation === operation);
}

/** What is over already is left alone; its people are told once. */
async function end({ basis, clients, operation, person }: MaintenanceRun, silences: readonly string[]): Promise<void> {
  await clients.freezes.end(operation, person);
  for (const id of silences) await clients.alerts.endSilence(id, person);
  await clients.announcements.say('over', operation, { scope: basis.scope, by: person.username });
}

/** A silence is found again by what it covers and who made it; everything else may be done twice. */
export async function verifyMaintenance({
  clients,
  person,
  step,
  startedAt,
}: {
  readonly clients: Pick<ReadClients, 'alerts'>;
  readonly person: { readonly id: string };
  readonly step: string;
  readonly startedAt: number;
}): Promise<StepFinding> {
  const field = /^silence (.+)$/u.exec(step)?.[1];
  if (field === undefined) return { state: 'not-done' };
  const made = clients.alerts
    .silences()
    .find(({ startsAt, by, matchers }) => startsAt >= startedAt && by.id === person.id && Object.keys(matchers).join() === field);
  return made === undefined ? { state: 'not-done' } : { state: 'done', result: made.id };
}
