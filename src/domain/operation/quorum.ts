import { requirementFor, type Policy, type PolicyRule, type Requirement } from './policy.ts';
import type { Risk } from './states.ts';

/** A kind of request that the policy judges in a way of its own. */
export interface Demand {
  /** The rule that it was made for, by its place in the policy; null: what holds where no rule names anything. */
  readonly rule: number | null;
  readonly requirement: Requirement;
}

/** Risks that somebody has to approve. */
export type ApprovedRisk = Extract<Risk, 'change' | 'danger'>;
const APPROVED: readonly ApprovedRisk[] = ['change', 'danger'];

/**
 * Every kind of request that the policy tells apart and somebody has to approve: what is asked for without a name, and what each rule is for,
 * as the rules behind it leave it.
 * @param risksOf the risks that the actions of a pattern have by themselves
 */
export function demandsOf(policy: Policy, risksOf: (rule: PolicyRule['match']) => readonly Risk[]): readonly Demand[] {
  const plain = APPROVED.map((risk): Demand => ({ rule: null, requirement: asked(policy, {}, risk) }));
  const ruled = policy.rules.flatMap(({ match }, rule) =>
    [...new Set(match.risk === undefined ? risksOf(match) : [match.risk])].map((risk): Demand => {
      return { rule, requirement: asked(policy, match, risk) };
    }),
  );
  return [...plain, ...ruled].filter(({ requirement }) => requirement.approvers > 0);
}

/** What is asked of something that a rule is for: a pattern fits itself. */
function asked(policy: Policy, { action = '', target, environment }: PolicyRule['match'], risk: Risk): Requirement {
  return requirementFor(policy, { action, target: target ?? null, environment: environment ?? null, risk });
}

/** How many must hold a role that approves. Nobody approves a danger of their own: where all who may ask are approvers, one more has to be there. */
export function approversNeeded(
  { approvers, requesterCounts }: Requirement,
  asking: Iterable<string>,
  approving: ReadonlySet<string>,
): number {
  const others = [...asking].some((who) => !approving.has(who));
  return requesterCounts || others ? approvers : approvers + 1;
}
