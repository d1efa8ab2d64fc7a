import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

type Copy = NonNullable<Config['backups']>['copies'][string];

/** What no single key of `backups` can tell. A copy in the same folder protects from nothing. */
export function backupProblems({ backups }: Config): readonly Finding[] {
  if (backups === undefined) return [];
  const taken = new Map([[placeOf(backups), 'the first place']]);
  return Object.entries(backups.copies).flatMap(([name, copy]) => {
    const path = ['backups', 'copies', name];
    const owner = taken.get(placeOf(copy));
    taken.set(placeOf(copy), name);
    const findings: Finding[] = [];
    if (owner !== undefined) findings.push({ path: [...path, 'directory'], message: `is the folder of ${owner} already` });
    if (Number(/:(\d+)$/u.exec(copy.ssh?.host ?? '')?.[1] ?? 0) > 65_535)
      findings.push({ path: [...path, 'ssh', 'host'], message: 'no port is above 65535' });
    return findings;
  });
}

/** Rules for a name that nothing has protect nobody. What VMs there are only Proxmox knows. */
function targetWarnings({ targets }: NonNullable<Config['backups']>, { databases, proxmox }: Config): readonly Finding[] {
  if (proxmox !== undefined) return [];
  const known = Object.keys(databases);
  return Object.keys(targets)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const path = ['backups', 'targets', name];
      return { path, message: `there is no ${name} in databases${meant === null ? '' : `, did you mean ${meant}?`}` };
    });
}

function placeOf({ directory, ssh }: Pick<Copy, 'directory' | 'ssh'>): string {
  return `${ssh?.host ?? ''} ${directory.replace(/\/+$/u, '')}`;
}

/** What works, and loses all or shows all on a bad day. */
export function backupWarnings(config: Config): readonly Finding[] {
  const { backups } = config;
  if (backups === undefined) return [];
  const entries = Object.entries(backups.copies);
  const known = machinesOf(config);
  const open = entries.filter(([, { ssh, age }]) => ssh !== undefined && age === undefined && !known.has(machineOf(ssh.host)));
  const findings: Finding[] = open.map(([name]) => ({
    path: ['backups', 'copies', name],
    message: `copies go unencrypted to a machine that nothing else here names: write age: age1…, unless it is one of yours`,
  }));
  if (!entries.some(([, { ssh }]) => ssh !== undefined))
    findings.push({ path: ['backups'], message: 'no copy leaves this machine: name another one in backups.copies' });
  return [...findings, ...targetWarnings(backups, config)];
}

/** Machines that the configuration names elsewhere: one's own. */
function machinesOf({ hosts, swarm, proxmox }: Config): ReadonlySet<string> {
  const ssh = [
    ...Object.values(hosts).map((host) => host.ssh.host),
    ...Object.values(proxmox?.hosts ?? {}).flatMap((host) => (host.ssh === undefined ? [] : [host.ssh.host])),
    swarm?.host.replace(/^ssh:\/\//u, '') ?? '',
  ];
  return new Set(ssh.map(machineOf));
}

function machineOf(host: string): string {
  return host.replace(/^[^@]*@/u, '').replace(/:\d+$/u, '');
}
