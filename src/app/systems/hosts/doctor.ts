import type { DockerSpace, HostsReader, Space } from '#ports/hosts.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each machine of the configuration is reached, and shows what `space` and `clean` look at. */
export async function lookAtHosts(hosts: HostsReader | null, { config, words }: Examination): Promise<readonly Finding[]> {
  if (hosts === null) return [absent('hosts', 'none configured: no space, no clean')];
  return await Promise.all(Object.keys(config.hosts).map((name) => lookAtHost(hosts, name, words)));
}

async function lookAtHost(hosts: HostsReader, name: string, words: Words): Promise<Finding> {
  const what = `host ${name}`;
  try {
    return { what, ...judged(await hosts.space(name)) };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  }
}

function judged({ fileSystems, docker }: Space): Omit<Finding, 'what'> {
  const disks = fileSystems.length === 1 ? '1 file system' : `${fileSystems.length} file systems`;
  const trouble = troubleWith(docker);
  if (trouble !== null) return { ok: false, detail: `${disks}, but ${trouble}` };
  return { ok: true, detail: docker.answers ? `${disks}, Docker answers` : `${disks}, no Docker there` };
}

function troubleWith(docker: DockerSpace): string | null {
  if (docker.answers) return docker.logs === null ? 'the account may not see the logs of containers: it needs root for that' : null;
  return docker.reason === null ? null : `Docker does not answer (${docker.reason}). May the account use it, and does it run?`;
}
