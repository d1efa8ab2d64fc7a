import { VigieError } from '#kernel/errors.ts';
import { VIGIE, type Operation, type Person } from '#domain/operation/operation.ts';
import { demandOf, type Requirement } from '#domain/operation/policy.ts';
import { warmthFor } from '../people/people.ts';
import { mayAskFor } from './authorize.ts';
import type { Context } from './context.ts';

/** Whoever asked for an operation, as they are now. A job needs no chat server for that: it runs when everything else is down. */
export async function requesterOf(context: Context, { means, requester }: Operation): Promise<Person> {
  return means === 'schedule' ? VIGIE : await context.people.person(requester.id, warmthFor(means));
}

/**
 * A job asks for what stands in the configuration, word by word, and for nothing else; what needs approval is approved by others.
 * @throws not_allowed, job_gone
 */
export function mayGoOn(context: Context, operation: Operation, person: Person, { roles }: Requirement): void {
  if (operation.means !== 'schedule') {
    if (!mayAskFor(person, roles)) throw new VigieError('not_allowed', { action: operation.action, roles });
    return;
  }
  const job = context.jobs.find(({ name }) => name === operation.job?.name);
  const input = JSON.stringify(operation.input);
  const asked = job?.commands.some((command) => command.action === operation.action && JSON.stringify(command.input) === input);
  if (asked !== true) throw new VigieError('job_gone', { job: operation.job?.name ?? null, action: operation.action });
}

/** By how it was asked for, and by whom. Nobody votes as vigie: whatever a job needs approval for, people approve. */
export function requirementOfRequester({ means, proof, emergency }: Operation, requirement: Requirement, { roles }: Person): Requirement {
  if (means === 'schedule') return { ...requirement, requesterCounts: false };
  const mayApprove = roles.some((role) => requirement.approvedBy.includes(role));
  return demandOf(requirement, { proof, emergency: emergency !== null, mayApprove });
}
