import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Proposal } from '#domain/operation/inbound.ts';
import { asksSomebody } from '#domain/operation/policy.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { hashPlan } from '#domain/operation/plan.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { AnyAction } from '#actions/definition.ts';
import type { Entry } from './catalogue.ts';
import { requirementOf, typedTarget } from './authorize.ts';
import { warmthFor } from '../people/people.ts';
import { clientsFor } from './clients.ts';
import { mayGoOn, requesterOf, requirementOfRequester } from './requester.ts';
import type { Context } from './context.ts';
import { refuseFrozen } from './frozen.ts';

let make: (operation: Operation, proposal: Proposal) => Planned;

/** Fifth stage: what would happen, and what the policy asks for it. Made here and nowhere else. */
export class Planned {
  readonly #planned = true;
  readonly operation: Operation;
  readonly proposal: Proposal;

  private constructor(operation: Operation, proposal: Proposal) {
    this.operation = operation;
    this.proposal = proposal;
    Object.freeze(this);
  }

  static {
    make = (operation, proposal) => new Planned(operation, proposal);
  }

  get isPlanned(): boolean {
    return this.#planned;
  }
}

/** How long looking may take before anybody is asked. */
const PLAN_TIMEOUT_MS = 30_000;

/**
 * Plans an operation that was authorized when it was stored; only reads. The requester is judged again, by the risk that
 * the plan turns out to have.
 * @param round the post that the plan is for
 * @throws VigieError from the handler, or not_allowed, quorum_impossible, emergency_not_allowed, directory_unreachable
 */
export async function plan(context: Context, operation: Operation, round: number, signal: AbortSignal): Promise<Planned> {
  const { entry, handler } = actionOf(context, operation);
  const person = await requesterOf(context, operation);
  const late = deadline(PLAN_TIMEOUT_MS, () => new VigieError('too_slow', { action: operation.action, limit: PLAN_TIMEOUT_MS }));
  const within = AbortSignal.any([signal, late]);
  const clients = clientsFor<ReadClients>(context.clients, handler.uses);
  const { basis, effects } = await handler.plan({ input: operation.input, clients, person, signal: within, operation: operation.id });
  const risk = typeof handler.risk === 'string' ? handler.risk : handler.risk(operation.input, basis);
  const names = handler.target?.(operation.input, basis) ?? null;
  const asked = requirementOf(context, entry, names ?? typedTarget(operation.target), risk);
  const requirement = requirementOfRequester(operation, asked, person);
  mayGoOn(context, operation, person, requirement);
  if (operation.emergency !== null && typeof handler.emergency === 'function' && !handler.emergency(operation.input, basis))
    throw new VigieError('emergency_not_allowed', { action: operation.action });
  const locks = handler.locks(operation.input, basis);
  if (effects.length > 0) await refuseFrozen(context, names ?? typedTarget(operation.target), { risk, locks, by: person.id });
  const eligible = asksSomebody(requirement) ? await context.people.holding(requirement.approvedBy, warmthFor(operation.means)) : [];
  const judged: Operation = { ...operation, target: names?.name ?? operation.target, requester: person };
  refuseImpossible(
    judged,
    requirement,
    eligible.map((each) => each.id),
  );
  const hashed = hashPlan(operation, round, { basis, effects, locks, risk: requirement.risk });
  return make(judged, { plan: hashed, target: judged.target, requirement, eligible });
}

/** @throws quorum_impossible when not enough people are left who could approve */
function refuseImpossible(operation: Operation, requirement: Proposal['requirement'], eligible: readonly string[]): void {
  if (operation.dryRun || requirement.approvers === 0) return;
  const others = eligible.filter((id) => id !== operation.requester.id).length;
  const available = others + (requirement.requesterCounts ? 1 : 0);
  if (available < requirement.approvers)
    throw new VigieError('quorum_impossible', { action: operation.action, needed: requirement.approvers, available });
}

/** The action of an operation, as loaded now: it may have been removed since. @throws action_unknown */
export function actionOf(context: Pick<Context, 'entries'>, operation: Operation): { entry: Entry; handler: AnyAction } {
  const entry = context.entries.get(operation.action);
  if (entry === undefined || entry.handler.kind !== 'action')
    throw new VigieError('action_unknown', { word: operation.action, nearest: null });
  return { entry, handler: entry.handler };
}
