import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

type Role = Config['roles'][string];

/** The people of some roles; null where a group or a channel says who they are, and only Mattermost knows. */
function peopleIn(roles: readonly Role[]): ReadonlySet<string> | null {
  if (roles.some(({ groups, channels }) => groups.length + channels.length > 0)) return null;
  return new Set(roles.flatMap(({ users }) => users.map((name) => name.toLowerCase())));
}

/** What no number of the people named could approve. */
export function quorumProblems({ roles, policy }: Config): Finding[] {
  const all = Object.values(roles);
  const rules = policy.flatMap(({ set }, index) => {
    if (set.approvers === undefined) return [];
    const approving = set.approved_by?.flatMap((name) => roles[name] ?? []) ?? all.filter(({ approves }) => approves.length > 0);
    const people = peopleIn(approving);
    if (people === null || people.size >= set.approvers) return [];
    const message = `wants ${set.approvers} people, and ${people.size === 1 ? 'one has' : `${people.size} have`} a role that may approve`;
    return [{ path: ['policy', index, 'set', 'approvers'], message }];
  });
  return rules;
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
