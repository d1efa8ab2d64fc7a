import type { Requirement } from '#domain/operation/policy.ts';
import { approversNeeded, demandsOf } from '#domain/operation/quorum.ts';
import type { Finding } from './finding.ts';
import { policyOf } from './parts.ts';
import type { Config } from './schema.ts';

type Role = Config['roles'][string];

/** The people of some roles; null where a group or a channel says who they are, and only Mattermost knows. */
function peopleIn(roles: readonly Role[]): ReadonlySet<string> | null {
  if (roles.some(({ groups, channels }) => groups.length + channels.length > 0)) return null;
  return new Set(roles.flatMap(({ users }) => users.map((name) => name.toLowerCase())));
}

/** What no number of the people named could approve: rules of which even the lesser risk could be approved by nobody. */
export function quorumProblems(config: Config): Finding[] {
  const { roles, policy } = config;
  const unknown = policy.some(({ set }) => [...(set.roles ?? []), ...(set.approved_by ?? [])].some((name) => !Object.hasOwn(roles, name)));
  // Said already, and who is meant isn't known.
  if (unknown) return [];
  const named = (names: readonly string[]): ReadonlySet<string> | null => peopleIn(names.flatMap((name) => roles[name] ?? []));
  return demandsOf(policyOf(config), ({ risk }) => [risk ?? 'change']).flatMap(({ rule, requirement }) => {
    const set = rule === null ? undefined : policy[rule]?.set;
    if (rule === null || (set?.approvers === undefined && set?.approved_by === undefined)) return [];
    const [asking, approving] = [named(requirement.roles), named(requirement.approvedBy)];
    if (asking === null || approving === null || approving.size >= approversNeeded(requirement, asking, approving)) return [];
    const message = `wants ${peopleCounted(requirement)}, and ${approving.size === 1 ? 'one has' : `${approving.size} have`} a role that may approve`;
    return [{ path: ['policy', rule, 'set', set.approvers === undefined ? 'approved_by' : 'approvers'], message }];
  });
}

function peopleCounted({ approvers, requesterCounts }: Requirement): string {
  const people = approvers === 1 ? 'one person' : `${approvers} people`;
  return requesterCounts ? people : `${people} besides whoever asks`;
}

/** A danger is approved by somebody else than its requester: of one person alone nobody approves any. */
export function loneWarnings({ roles }: Config): Finding[] {
  const all = Object.values(roles);
  const asking = peopleIn(all.filter(({ may }) => may.includes('danger')));
  const approving = peopleIn(all.filter(({ approves }) => approves.includes('danger')));
  if (asking === null || approving?.size !== 1 || asking.size !== 1) return [];
  const [name] = approving;
  if (name === undefined || !asking.has(name)) return [];
  const message = `nobody approves a danger of ${name}, who is alone: all of them are refused until a second person has a role that approves them`;
  return [{ path: ['roles'], message }];
}

/** Who has an account here or is on call, and could do nothing. */
export function rolelessProblems({ roles, socket, oncall }: Config): Finding[] {
  const known = peopleIn(Object.values(roles));
  if (known === null) return [];
  const named = [
    ...Object.entries(socket.accounts).map(([account, name]) => ({ path: ['socket', 'accounts', account], name })),
    ...(oncall?.people ?? []).map((name, index) => ({ path: ['oncall', 'people', index], name })),
    ...Object.entries(oncall?.ics?.names ?? {}).map(([label, name]) => ({ path: ['oncall', 'ics', 'names', label], name })),
  ];
  return named
    .filter(({ name }) => !known.has(name.toLowerCase()))
    .map(({ path, name }) => ({ path, message: `${name} has no role: what they ask for is refused` }));
}
