import { isAlike } from '#kernel/wildcard.ts';
import type { Policy, PolicyRule } from '#domain/operation/policy.ts';
import { approversNeeded, demandsOf, type Demand } from '#domain/operation/quorum.ts';
import type { Risk } from '#domain/operation/states.ts';
import type { AnyHandler } from '#actions/definition.ts';
import type { Freshness, People } from './people.ts';

/** For one kind of request: how many people its approval takes, and who could be among them. */
export interface Quorum {
  /** `danger`, or the rule of the policy that it is for: `policy.2 (deploy, production, danger)`. */
  readonly of: string;
  readonly needed: number;
  readonly holders: readonly string[];
  readonly possible: boolean;
  /** Whether a rule of the policy is for it. */
  readonly ruled: boolean;
}

/** What there is to ask for. */
export type Entries = ReadonlyMap<string, { readonly handler: AnyHandler }>;

/** Whether the people there are could approve all that the policy tells apart. @throws directory_unreachable */
export async function quorums(
  { policy, entries }: { readonly policy: Policy; readonly entries: Entries },
  people: Pick<People, 'holding'>,
  freshness: Freshness,
): Promise<readonly Quorum[]> {
  const known = new Map<string, Promise<readonly string[]>>();
  const holding = (roles: readonly string[]): Promise<readonly string[]> => {
    const key = JSON.stringify(roles);
    const found = known.get(key) ?? people.holding(roles, freshness).then((all) => all.map(({ username }) => username));
    known.set(key, found);
    return found;
  };
  return await Promise.all(
    told(demandsOf(policy, risksIn(entries))).map(async ({ rule, requirement }): Promise<Quorum> => {
      const [holders, asking] = await Promise.all([holding(requirement.approvedBy), holding(requirement.roles)]);
      const needed = approversNeeded(requirement, asking, new Set(holders));
      return { of: nameOf(policy, { rule, requirement }), needed, holders, possible: holders.length >= needed, ruled: rule !== null };
    }),
  );
}

/** Each once; of a rule, only where it isn't what holds anyway. */
function told(demands: readonly Demand[]): readonly Demand[] {
  const seen = new Set<string>();
  return demands.filter(({ rule, requirement }) => {
    const what = JSON.stringify(requirement);
    const keys = [`any ${what}`, `${rule} ${what}`];
    if (keys.some((key) => seen.has(key))) return false;
    seen.add(`${rule ?? 'any'} ${what}`);
    return true;
  });
}

function nameOf({ rules }: Policy, { rule, requirement: { risk } }: Demand): string {
  if (rule === null) return risk;
  const { action, target, environment } = rules[rule]?.match ?? {};
  return `policy.${rule} (${[action, target, environment, risk].filter((word) => word !== undefined).join(', ')})`;
}

/** Where it depends on what is asked for, both. */
const BOTH: readonly Risk[] = ['change', 'danger'];

function risksIn(entries: Entries): (match: PolicyRule['match']) => readonly Risk[] {
  return ({ action }) => {
    if (action === undefined) return BOTH;
    const pattern = action.toLowerCase();
    return [...entries.values()].flatMap(({ handler }) => {
      if (handler.kind !== 'action' || ![handler.id, handler.like ?? handler.id].some((id) => isAlike(pattern, id))) return [];
      return typeof handler.risk === 'string' ? [handler.risk] : BOTH;
    });
  };
}
