import { nearest } from '#kernel/nearest.ts';
import { databaseProblems } from './database-checks.ts';
import type { Finding } from './finding.ts';
import { alerterProblems } from './alerter-checks.ts';
import { knownAddressProblems, knownAddressWarnings } from './address-checks.ts';
import { glusterProblems } from './gluster-checks.ts';
import { jobProblems } from './job-parts.ts';
import { machineProblems } from './machine-checks.ts';
import { backupProblems, backupWarnings } from './backup-checks.ts';
import { proxmoxProblems } from './proxmox-checks.ts';
import { loneWarnings, quorumProblems, rolelessProblems } from './role-checks.ts';
import type { Config } from './schema.ts';
import type { Path } from './schema-walk.ts';

/** What no single key can tell, and vigie can't start with. */
export function crossChecks(config: Config): readonly Finding[] {
  return [
    ...memberProblems(config),
    ...approvalProblems(config),
    ...policyProblems(config),
    ...quorumProblems(config),
    ...rolelessProblems(config),
    ...alerterProblems(config),
    ...addressProblems(config),
    ...swarmProblems(config),
    ...selfProblems(config),
    ...metricProblems(config),
    ...pagerProblems(config),
    ...escalationProblems(config),
    ...maintenanceProblems(config),
    ...searchProblems(config),
    ...oncallProblems(config),
    ...hostProblems(config),
    ...glusterProblems(config),
    ...machineProblems(config),
    ...knownAddressProblems(config),
    ...jobProblems(config),
    ...proxmoxProblems(config),
    ...backupProblems(config),
    ...databaseProblems(config),
  ];
}

/** What works, and shouldn't stay so. */
export function crossWarnings(config: Config): readonly Finding[] {
  return [
    ...chatWarnings(config),
    ...loneWarnings(config),
    ...escalationWarnings(config),
    ...backupWarnings(config),
    ...knownAddressWarnings(config),
  ];
}

function chatWarnings({ mattermost }: Config): Finding[] {
  const open = mattermost.url.startsWith('http://') && !isLoopback(new URL(mattermost.url).hostname);
  const message = "http:// shows the bot's token to everybody on the way: use https://";
  return open ? [{ path: ['mattermost', 'url'], message }] : [];
}

function memberProblems({ roles }: Config): Finding[] {
  const empty = Object.entries(roles).filter(([, role]) => role.users.length + role.groups.length + role.channels.length === 0);
  return empty.map(([name]) => ({
    path: ['roles', name],
    message: 'nobody has this role: name users, groups or channels',
  }));
}

/** What somebody may ask for, somebody must be able to approve. */
function approvalProblems({ roles }: Config): Finding[] {
  const all = Object.values(roles);
  const stuck = (['change', 'danger'] as const).filter(
    (risk) => all.some((role) => role.may.includes(risk)) && !all.some((role) => role.approves.includes(risk)),
  );
  return stuck.map((risk) => ({
    path: ['roles'],
    message: `somebody may ask for a ${risk}, but no role approves one: add ${risk} to the approves of a role`,
  }));
}

function policyProblems({ roles, policy }: Config): Finding[] {
  const names = Object.keys(roles);
  return policy.flatMap(({ set }, index) => [
    ...(['roles', 'approved_by'] as const).flatMap((key) => unknownNames('role', names, set[key] ?? [], ['policy', index, 'set', key])),
    ...setProblems(set, ['policy', index, 'set']),
  ]);
}

function unknownNames(what: string, known: readonly string[], named: readonly string[], path: Path): Finding[] {
  return named.flatMap((name, position) => {
    if (known.includes(name)) return [];
    const meant = nearest(name, known);
    const hint = meant === null ? '' : `, did you mean ${meant}?`;
    return [{ path: [...path, position], message: `there is no ${what} ${name}${hint}` }];
  });
}

type Settings = Config['policy'][number]['set'];

function setProblems(set: Settings, path: Path): Finding[] {
  if (Object.keys(set).length === 0) return [{ path, message: 'changes nothing: name risk, approvers, roles or approved_by' }];
  if (set.risk !== 'danger' || set.approvers !== 0) return [];
  return [{ path: [...path, 'approvers'], message: 'a danger is always approved by somebody else: at least 1' }];
}

function addressProblems({ http, swarm }: Config): Finding[] {
  const ports = [
    { path: ['http', 'listen'], address: http.listen },
    { path: ['swarm', 'host'], address: swarm?.host.startsWith('unix:') === false ? swarm.host : '' },
  ];
  const findings: Finding[] = ports
    .filter(({ address }) => Number(/:(\d+)$/u.exec(address)?.[1] ?? 0) > 65_535)
    .map(({ path }) => ({
      path,
      message: 'no port is above 65535',
    }));
  if (http.slash_tokens.length > 0 && http.url === undefined)
    findings.push({ path: ['http', 'slash_tokens'], message: 'needs http.url too: the address at which Mattermost reaches vigie' });
  return findings;
}

function swarmProblems({ swarm }: Config): Finding[] {
  if (swarm === undefined) return [];
  const nodes = Object.entries(swarm.nodes).map(([name, address]) => [['swarm', 'nodes', name], address] as const);
  return [[['swarm'], swarm] as const, ...nodes].flatMap(([path, address]) => dockerProblems(path, address));
}

type DockerAddress = NonNullable<Config['swarm']>['nodes'][string];

function dockerProblems(at: readonly string[], { host, tls, ssh }: DockerAddress): Finding[] {
  const path = [...at, 'host'];
  const named = at.join('.');
  if (host.startsWith('ssh://') && ssh === undefined) return [{ path, message: `needs ${named}.ssh with key and host_key` }];
  const tcp = /^tcp:\/\/\[?([^\]/]+?)\]?:\d+$/u.exec(host)?.[1];
  if (tcp !== undefined && !isLoopback(tcp) && tls === undefined)
    return [{ path, message: `needs ${named}.tls: whoever reaches an open Docker port is root there` }];
  const unused: Finding[] = [];
  if (tls !== undefined && tcp === undefined) unused.push({ path: [...at, 'tls'], message: 'is only for tcp://' });
  if (ssh !== undefined && !host.startsWith('ssh://')) unused.push({ path: [...at, 'ssh'], message: 'is only for ssh://' });
  return unused;
}

function isLoopback(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|::1|\[::1\])$/u.test(host);
}

function selfProblems({ services }: Config): Finding[] {
  const [first, ...more] = Object.entries(services).filter(([, service]) => service.self);
  return more.map(([name]) => ({
    path: ['services', name, 'self'],
    message: `only one service can be vigie itself, and ${first?.[0] ?? ''} is`,
  }));
}

/** A password is only for a server that nobody can listen to on the way, and needs an account. */
function pagerProblems({ pagers }: Config): Finding[] {
  return Object.entries(pagers).flatMap(([name, pager]) => {
    if (pager.type !== 'email') return [];
    const path = ['pagers', name];
    if ((pager.user === undefined) !== (pager.password === undefined)) return [{ path, message: 'user and password go together' }];
    const open = pager.security === 'none' && pager.user !== undefined && !isLoopback(pager.host);
    return open ? [{ path: [...path, 'security'], message: 'would show the password to everybody on the way: use tls or starttls' }] : [];
  });
}

/** Somebody must be rung at once, and by something that is there. */
function escalationProblems({ alerts, pagers }: Config): Finding[] {
  const { first, second = [] } = alerts.escalation;
  const names = Object.keys(pagers);
  const path = ['alerts', 'escalation'];
  const unknown = Object.entries({ first: first ?? [], second }).flatMap(([way, list]) =>
    unknownNames('pager', names, list, [...path, way]),
  );
  if (unknown.length > 0 || first !== undefined || second.length === 0) return unknown;
  return names.every((name) => second.includes(name))
    ? [{ path: [...path, 'second'], message: 'holds every pager: none would ring at once, unless first names one too' }]
    : [];
}

/** With both ways written down, a pager that is in neither is easily forgotten. */
function escalationWarnings({ alerts, pagers }: Config): Finding[] {
  const { first, second } = alerts.escalation;
  if (first === undefined || second === undefined) return [];
  const left = Object.keys(pagers).filter((name) => ![...first, ...second].includes(name));
  return left.map((name) => ({ path: ['alerts', 'escalation'], message: `no alert rings ${name}: it is neither in first nor in second` }));
}

function maintenanceProblems({ alerts }: Config): Finding[] {
  return alerts.maintenance.flatMap(({ weekly, once }, index) => {
    const path = ['alerts', 'maintenance', index];
    if ((weekly === undefined) === (once === undefined)) return [{ path, message: 'needs weekly or once, and not both' }];
    return once !== undefined && once.from >= once.to ? [{ path: [...path, 'once', 'to'], message: 'must be after its beginning' }] : [];
  });
}

function searchProblems({ elasticsearch }: Config): Finding[] {
  return Object.entries(elasticsearch).flatMap(([name, cluster]) => clusterProblems(cluster, ['elasticsearch', name]));
}

type ClusterConfig = Config['elasticsearch'][string];

function clusterProblems({ url, ca, api_key: apiKey, username, password, ssh }: ClusterConfig, path: Path): Finding[] {
  const open = url.startsWith('http://');
  const known = apiKey !== undefined || username !== undefined;
  const findings: Finding[] = [];
  if ((username === undefined) !== (password === undefined)) findings.push({ path, message: 'username and password go together' });
  if (apiKey !== undefined && username !== undefined) findings.push({ path, message: 'takes api_key or username and password, not both' });
  if (open && ca !== undefined) findings.push({ path: [...path, 'ca'], message: 'is only for https://' });
  if (open && known && ssh === undefined && !isLoopback(new URL(url).hostname))
    findings.push({ path: [...path, 'url'], message: 'http:// would show the credentials to everybody on the way: use https:// or ssh' });
  return findings;
}

function oncallProblems({ oncall }: Config): Finding[] {
  if (oncall === undefined) return [];
  const { people, starts, ics } = oncall;
  const path = ['oncall'];
  if (ics === undefined) {
    if (people.length === 0) return [{ path, message: 'needs people, who take turns, or a calendar (ics)' }];
    return starts === undefined ? [{ path, message: 'needs starts: a day of the week in which the first of the list begins' }] : [];
  }
  if ((ics.url === undefined) === (ics.file === undefined)) return [{ path: [...path, 'ics'], message: 'needs either url or file' }];
  const nobody = people.length + Object.keys(ics.names).length === 0;
  return nobody ? [{ path, message: 'needs people or ics.names: who else is meant in the calendar?' }] : [];
}

/** A name leads to one machine. */
function hostProblems({ hosts }: Config): Finding[] {
  const taken = new Map(Object.keys(hosts).map((name) => [name, name]));
  return Object.entries(hosts).flatMap(([name, { aliases }]) =>
    aliases.flatMap((alias, index) => {
      const owner = taken.get(alias);
      taken.set(alias, name);
      return owner === undefined ? [] : [{ path: ['hosts', name, 'aliases', index], message: `${alias} is a name of ${owner} already` }];
    }),
  );
}

function metricProblems({ metrics }: Config): Finding[] {
  return Object.entries(metrics)
    .filter(([, { aggregation, field }]) => (aggregation === 'count') !== (field === undefined))
    .map(([name, { field }]) => ({
      path: ['metrics', name],
      message: field === undefined ? 'needs a field, unless its aggregation is count' : 'counts documents: needs no field',
    }));
}
