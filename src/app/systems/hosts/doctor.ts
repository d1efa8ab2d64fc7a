import { VigieError } from '#kernel/errors.ts';
import type { DockerSpace, HostsReader, Space } from '#ports/hosts.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each machine of the configuration is reached, and shows what `space`, `clean` and `logs` look at. */
export async function lookAtHosts(hosts: HostsReader | null, { config, words }: Examination): Promise<readonly Finding[]> {
  if (hosts === null) return [absent('hosts', 'none configured: no space, no clean, no logs of machines')];
  return await Promise.all(Object.keys(config.hosts).map((name) => lookAtHost(hosts, name, words)));
}

async function lookAtHost(hosts: HostsReader, name: string, words: Words): Promise<Finding> {
  const what = `host ${name}`;
  try {
    const { ok, detail } = judged(await hosts.space(name));
    const journal = await lookAtJournal(hosts, name, words);
    return { what, ok: ok && journal.ok, detail: `${detail}; ${journal.detail}` };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  }
}

/** A machine without a journal is well; one whose journal the account may not see isn't. */
async function lookAtJournal(hosts: HostsReader, name: string, words: Words): Promise<Omit<Finding, 'what'>> {
  try {
    await hosts.journal(name, { since: 0, tail: 1 });
    return { ok: true, detail: 'its journal can be read' };
  } catch (error) {
    const missing = error instanceof VigieError && error.code === 'journal_missing';
    return { ok: missing, detail: missing ? 'no journal there' : words(error) };
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
