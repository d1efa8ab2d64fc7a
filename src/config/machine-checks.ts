import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

/** What no single key of `machines` can tell. */
export function machineProblems({ machines, hosts, proxmox }: Config): Finding[] {
  const nodes = Object.keys(proxmox?.hosts ?? {});
  return Object.entries(machines).flatMap(([name, { amt, redfish, host, node, seen_from: from }]) => [
    ...unknown('hosts', Object.keys(hosts), host, ['machines', name, 'host']),
    ...from.flatMap((each, index) => unknown('hosts', Object.keys(hosts), each, ['machines', name, 'seen_from', index])),
    ...unknown('proxmox.hosts', nodes, node, ['machines', name, 'node']),
    ...((amt === undefined) === (redfish === undefined)
      ? [{ path: ['machines', name], message: 'needs either amt or redfish: what answers while it is off?' }]
      : []),
    ...(amt?.vnc !== undefined && amt.vnc_password === undefined
      ? [{ path: ['machines', name, 'amt', 'vnc_password'], message: 'is missing: the console of vnc asks for it' }]
      : []),
  ]);
}

function unknown(list: string, known: readonly string[], named: string | undefined, path: Finding['path']): Finding[] {
  if (named === undefined || known.includes(named)) return [];
  const meant = nearest(named, known);
  return [{ path, message: `${list} names no machine ${named}${meant === null ? '' : `, did you mean ${meant}?`}` }];
}
