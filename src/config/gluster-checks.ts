import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

/** What no single key of `gluster` can tell. */
export function glusterProblems({ gluster, hosts }: Config): Finding[] {
  if (gluster === undefined) return [];
  const known = Object.keys(hosts);
  const named = [
    ...gluster.hosts.map((host, index) => ({ host, path: ['gluster', 'hosts', index] })),
    ...gluster.mounts.map(({ host }, index) => ({ host, path: ['gluster', 'mounts', index, 'host'] })),
  ];
  return named
    .filter(({ host }) => !known.includes(host))
    .map(({ host, path }) => {
      const meant = nearest(host, known);
      return { path, message: `hosts names no machine ${host}${meant === null ? '' : `, did you mean ${meant}?`}` };
    });
}
