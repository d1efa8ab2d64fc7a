import { VigieError } from '#kernel/errors.ts';
import type { Clients } from '#ports/clients.ts';
import type { ServiceChange, ServiceView } from '#ports/swarm.ts';
import type { StepFinding } from '../definition.ts';

/** The part of a basis that every update of a service starts from. */
export interface ServiceBasis {
  readonly service: string;
  readonly spec_hash: string;
}

/** Sends one update, if the service is still what was approved. @returns when, in milliseconds since the epoch */
export async function sendUpdate(
  clients: Pick<Clients, 'swarm' | 'self'>,
  basis: ServiceBasis,
  change: ServiceChange,
  signal: AbortSignal,
): Promise<number> {
  const current = await clients.swarm.service(basis.service, signal);
  if (current.specHash !== basis.spec_hash) throw new VigieError('service_changed', { service: basis.service });
  const sentAt = clients.self.now();
  await clients.swarm.update(basis.service, current.version, change, signal);
  return sentAt;
}

/** Docker's clock and vigie's may differ by so much. */
export const CLOCK_SKEW_MS = 5_000;

/**
 * Whether an update was sent: the specification is the old one (not sent, or sent and rolled back since), or the wanted
 * one, or somebody else's: then nobody can tell.
 */
export async function verifyUpdate(
  context: { readonly clients: Pick<Clients, 'swarm'>; readonly basis: ServiceBasis; readonly startedAt: number },
  isWanted: (now: ServiceView) => boolean,
): Promise<StepFinding> {
  const { basis, clients, startedAt } = context;
  const now = await clients.swarm.service(basis.service);
  const done: StepFinding = { state: 'done', result: startedAt };
  const since = now.update?.startedAt ?? 0;
  const rolledBack = now.update !== null && now.update.state.startsWith('rollback') && since >= startedAt - CLOCK_SKEW_MS;
  if (rolledBack) return done;
  if (now.specHash === basis.spec_hash) return { state: 'not-done' };
  return isWanted(now) ? done : { state: 'unknown' };
}
