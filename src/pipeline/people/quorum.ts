import { requirementFor, type Policy } from '#domain/operation/policy.ts';
import type { Freshness, People } from './people.ts';

/** For one risk: how many people its approval takes, and who could be among them. */
export interface Quorum {
  readonly risk: 'change' | 'danger';
  readonly needed: number;
  readonly holders: readonly string[];
  readonly possible: boolean;
}

/** Whether the people there are could approve changes and dangers at all. @throws directory_unreachable */
export async function quorums(policy: Policy, people: Pick<People, 'holding'>, freshness: Freshness): Promise<readonly Quorum[]> {
  const found: Quorum[] = [];
  for (const risk of ['change', 'danger'] as const) {
    const requirement = requirementFor(policy, { action: '', target: null, environment: null, risk });
    const holders = (await people.holding(requirement.approvedBy, freshness)).map((person) => person.username);
    const needed = requirement.approvers + (requirement.requesterCounts ? 0 : 1);
    found.push({ risk, needed, holders, possible: holders.length >= needed });
  }
  return found;
}
