import { isAlike } from '#kernel/wildcard.ts';
import { PROVEN, type Means, type Proof } from './means.ts';
import type { Risk } from './states.ts';

/** A role of the configuration: what its people may ask for, and what they may approve. */
export interface Role {
  readonly name: string;
  readonly may: readonly Risk[];
  readonly approves: readonly Risk[];
}

/** A line of `policy`: where it matches, it replaces what it names. Later lines win. */
export interface PolicyRule {
  readonly match: {
    readonly action?: string | undefined;
    readonly target?: string | undefined;
    readonly environment?: string | undefined;
    readonly risk?: Risk | undefined;
  };
  readonly set: {
    readonly risk?: Risk | undefined;
    readonly approvers?: number | undefined;
    readonly roles?: readonly string[] | undefined;
    readonly approvedBy?: readonly string[] | undefined;
    /** How long somebody must have had a role that approves, in milliseconds. */
    readonly settledMs?: number | undefined;
  };
}

export interface Policy {
  readonly roles: readonly Role[];
  readonly rules: readonly PolicyRule[];
}

/** What an operation needs before it may run. */
export interface Requirement {
  readonly risk: Risk;
  /** How many people have to agree. */
  readonly approvers: number;
  /** Whether the requester's own vote is one of them. */
  readonly requesterCounts: boolean;
  /** Whether the requester has to say, in a way that nobody can borrow, that it was them. */
  readonly confirm: boolean;
  /** Roles whose people may ask. */
  readonly roles: readonly string[];
  /** Roles whose people may approve. */
  readonly approvedBy: readonly string[];
  /** A slash command never counts; a button only for a change. */
  readonly means: readonly Means[];
  /** How long an approver must have had their role, in milliseconds; 0: however short. */
  readonly settledMs: number;
  readonly emergency: boolean;
}

export interface Subject {
  readonly action: string;
  /** Another action that it is as well: what holds for that one holds for it. */
  readonly alsoAction?: string;
  readonly target: string | null;
  /** What the target is called besides. */
  readonly also?: readonly string[];
  readonly environment: string | null;
  readonly risk: Risk;
}

const APPROVERS: Readonly<Record<Risk, number>> = { read: 0, safe: 0, change: 1, danger: 1 };
/** What the policy asks of an operation. A handler proposes its risk; only the configuration can raise or lower it. */
export function requirementFor(policy: Policy, subject: Subject): Requirement {
  const rules = policy.rules.filter((rule) => matches(rule, subject));
  const last = <K extends keyof PolicyRule['set']>(key: K): PolicyRule['set'][K] =>
    rules.findLast((rule) => rule.set[key] !== undefined)?.set[key];
  const risk = last('risk') ?? subject.risk;
  const asked = last('approvers') ?? APPROVERS[risk];
  const danger = risk === 'danger';
  return {
    risk,
    // A danger always needs a second person, whatever the configuration says.
    approvers: danger ? Math.max(1, asked) : asked,
    requesterCounts: !danger,
    confirm: false,
    roles: last('roles') ?? rolesWhere(policy, (role) => role.may.includes(risk)),
    approvedBy: last('approvedBy') ?? rolesWhere(policy, (role) => role.approves.includes(risk)),
    means: danger ? PROVEN : [...PROVEN, 'button'],
    settledMs: last('settledMs') ?? 0,
    emergency: false,
  };
}

/** How an operation was asked for, and by whom. */
export interface Asker {
  readonly proof: Proof;
  readonly emergency: boolean;
  /** Whether they hold a role that approves such an operation. */
  readonly mayApprove: boolean;
}

/**
 * The same, by how it was asked for. What somebody may have asked for in another's name waits for that other: a danger unless it
 * came the requester's own way, everything where nothing was signed. An emergency replaces one second person, by somebody who
 * could have been one, and nothing else of the policy.
 */
export function demandOf(requirement: Requirement, { proof, emergency, mayApprove }: Asker): Requirement {
  const confirm = emergency || proof === 'unsigned' || (proof === 'signed' && requirement.risk === 'danger');
  if (!emergency) return { ...requirement, confirm };
  const others = Math.max(0, requirement.approvers - (requirement.requesterCounts ? 1 : 0));
  const left = others === 0 ? 0 : Math.max(mayApprove ? 0 : 1, others - 1);
  return { ...requirement, approvers: left, requesterCounts: false, confirm, emergency };
}

/** Whether somebody has to say something before it runs. */
export function asksSomebody({ approvers, confirm }: Requirement): boolean {
  return approvers > 0 || confirm;
}

function rolesWhere(policy: Policy, holds: (role: Role) => boolean): readonly string[] {
  return policy.roles.filter(holds).map((role) => role.name);
}

function matches(rule: PolicyRule, subject: Subject): boolean {
  const { action, target, environment, risk } = rule.match;
  return (
    (fits(action, subject.action) || (subject.alsoAction !== undefined && fits(action, subject.alsoAction))) &&
    (fits(target, subject.target) || (subject.also ?? []).some((name) => fits(target, name))) &&
    fits(environment, subject.environment) &&
    (risk === undefined || risk === subject.risk)
  );
}

/** `*` stands for any run of letters; capitals don't matter; a pattern never fits where there is nothing. */
function fits(pattern: string | undefined, value: string | null): boolean {
  if (pattern === undefined) return true;
  if (value === null) return false;
  return isAlike(pattern.toLowerCase(), value.toLowerCase());
}
