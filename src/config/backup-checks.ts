import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

type BackupsConfig = NonNullable<Config['backups']>;
type Copy = BackupsConfig['copies'][string];

/** What no single key of `backups` can tell. */
export function backupProblems({ backups, databases }: Config): readonly Finding[] {
  if (backups === undefined) return [];
  return [...targetProblems(backups, Object.keys(databases)), ...copyProblems(backups)];
}

/** A copy in the same folder protects from nothing. */
function copyProblems(backups: BackupsConfig): readonly Finding[] {
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

/** Rules for a name that nothing has protect nobody, and what was meant goes by the common ones. How many backups of a VM stay is `proxmox.backups`. */
function targetProblems({ targets }: BackupsConfig, databases: readonly string[]): readonly Finding[] {
  return Object.keys(targets)
    .filter((name) => !databases.includes(name))
    .map((name) => {
      const meant = nearest(name, databases);
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
  return findings;
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
