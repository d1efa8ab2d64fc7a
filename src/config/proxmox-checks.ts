import type { Config } from './schema.ts';
import type { Path } from './schema-walk.ts';
import type { Finding } from './finding.ts';

type Proxmox = NonNullable<Config['proxmox']>;

/** What no single key of `proxmox` can tell. */
export function proxmoxProblems({ proxmox }: Config): Finding[] {
  if (proxmox === undefined) return [];
  const hosts = Object.entries(proxmox.hosts);
  if (hosts.length === 0) return [{ path: ['proxmox', 'hosts'], message: 'names no host of the cluster' }];
  return [
    ...hosts.flatMap(([name, host]) => wayProblems(['proxmox', 'hosts', name], host)),
    ...doubled(hosts),
    ...tokenProblems(proxmox),
    ...nodeProblems(proxmox),
  ];
}

function wayProblems(path: Path, { url, fingerprint, ssh }: Proxmox['hosts'][string]): Finding[] {
  if (url === undefined && fingerprint !== undefined) return [{ path: [...path, 'fingerprint'], message: 'is only for a host with url' }];
  if (url === undefined) return ssh === undefined ? [{ path, message: 'needs url and fingerprint, or ssh: how is it reached?' }] : [];
  if (Number(/:(\d+)$/u.exec(url)?.[1] ?? 0) > 65_535) return [{ path: [...path, 'url'], message: 'no port is above 65535' }];
  if (fingerprint !== undefined) return [];
  return [{ path, message: 'needs the fingerprint of its certificate, which nobody else vouches for: `pvenode cert info` there shows it' }];
}

/** Failing over to the same address helps nobody. */
function doubled(hosts: readonly (readonly [string, Proxmox['hosts'][string]])[]): Finding[] {
  const seen = new Map<string, string>();
  return hosts.flatMap(([name, { url }]) => {
    if (url === undefined) return [];
    const owner = seen.get(url);
    seen.set(url, name);
    return owner === undefined ? [] : [{ path: ['proxmox', 'hosts', name, 'url'], message: `is the address of ${owner} already` }];
  });
}

/** `pvesh` is root's and needs no token; the API takes nobody without. */
function tokenProblems({ hosts, token }: Proxmox): Finding[] {
  const api = Object.values(hosts).some(({ url }) => url !== undefined);
  if (api && token === undefined) return [{ path: ['proxmox'], message: 'needs token: hosts with url are asked with an API token' }];
  return !api && token !== undefined ? [{ path: ['proxmox', 'token'], message: 'is only for hosts with url' }] : [];
}

/** One machine is one node of the Swarm. */
function nodeProblems({ guests }: Proxmox): Finding[] {
  const taken = new Map<string, string>();
  return Object.entries(guests).flatMap(([name, { swarm_node: node }]) => {
    if (node === undefined) return [];
    const owner = taken.get(node);
    taken.set(node, name);
    return owner === undefined ? [] : [{ path: ['proxmox', 'guests', name, 'swarm_node'], message: `${node} is ${owner} already` }];
  });
}
