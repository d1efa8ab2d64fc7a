import type { Means } from './means.ts';
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
  };
}

export interface Policy {
  readonly roles: readonly Role[];
  readonly rules: readonly PolicyRule[];
}

/** What an operation needs before it may run. */
export interface Requirement {
  readonly risk: Risk;
  /** How many people have to agree; 0 runs at once. */
  readonly approvers: number;
  /** Whether the requester's own vote is one of them. */
  readonly requesterCounts: boolean;
  /** Roles whose people may ask. */
  readonly roles: readonly string[];
  /** Roles whose people may approve. */
  readonly approvedBy: readonly string[];
  /** A slash command never counts; a button only for a change. */
  readonly means: readonly Means[];
  readonly emergency: boolean;
}

export interface Subject {
  readonly action: string;
  readonly target: string | null;
  readonly environment: string | null;
  readonly risk: Risk;
}

const APPROVERS: Readonly<Record<Risk, number>> = { read: 0, safe: 0, change: 1, danger: 1 };
/** The websocket and vigie's own socket: the two ways in which nobody can speak in another's name. */
const PROVEN: readonly Means[] = ['reaction', 'post', 'socket'];

/**
 * What the policy asks of an operation. A handler proposes its risk; only the configuration can raise or lower it.
 * @param emergency the second person is replaced, nothing else
 */
export function requirementFor(policy: Policy, subject: Subject, emergency: boolean): Requirement {
  const rules = policy.rules.filter((rule) => matches(rule, subject));
  const last = <K extends keyof PolicyRule['set']>(key: K): PolicyRule['set'][K] =>
    rules.findLast((rule) => rule.set[key] !== undefined)?.set[key];
  const risk = last('risk') ?? subject.risk;
  const asked = last('approvers') ?? APPROVERS[risk];
  const danger = risk === 'danger';
  return {
    risk,
    // A danger always needs a second person, whatever the configuration says.
    approvers: emergency ? 1 : danger ? Math.max(1, asked) : asked,
    requesterCounts: emergency || !danger,
    roles: last('roles') ?? rolesWhere(policy, (role) => role.may.includes(risk)),
    approvedBy: last('approvedBy') ?? rolesWhere(policy, (role) => role.approves.includes(risk)),
    means: danger ? PROVEN : [...PROVEN, 'button'],
    emergency,
  };
}

function rolesWhere(policy: Policy, holds: (role: Role) => boolean): readonly string[] {
  return policy.roles.filter(holds).map((role) => role.name);
}

function matches(rule: PolicyRule, subject: Subject): boolean {
  const { action, target, environment, risk } = rule.match;
  return (
    fits(action, subject.action) &&
    fits(target, subject.target) &&
    fits(environment, subject.environment) &&
    (risk === undefined || risk === subject.risk)
  );
}

/** `*` stands for any run of letters; a pattern never fits where there is nothing. */
function fits(pattern: string | undefined, value: string | null): boolean {
  if (pattern === undefined) return true;
  if (value === null) return false;
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'u').test(value);
}
