import type { Words } from '../finding.ts';
import { askDocker, askSearch } from './around.ts';
import type { Account } from './files.ts';
import type { Given } from './given.ts';
import type { Interview } from './interview.ts';
import type { Known } from './known.ts';
import { askProxmox } from './proxmox.ts';
import { askMachines, ensureKeys, type Keys } from './ssh.ts';
import type { Findings } from './text.ts';

export interface LookingAround {
  readonly given: Given;
  readonly account: Account;
  readonly credentials: string;
  readonly known: Known | null;
  readonly words: Words;
}

/**
 * Docker, Elasticsearch, machines behind SSH, Proxmox. Where a configuration is there already, nobody is asked about what it has; and where
 * nobody can be asked, only what an option names is looked at: what it lacks was left out by somebody.
 */
export async function lookAround(
  interview: Interview,
  { given, account, credentials, known, words }: LookingAround,
): Promise<Pick<Findings, 'docker' | 'search' | 'proxmox' | 'machines' | 'keyFile'>> {
  let made: Promise<Keys> | null = null;
  const keys = (): Promise<Keys> => (made ??= ensureKeys(interview, credentials, account, given.hostKey ?? []));
  const wanted = (key: string, option: unknown): boolean =>
    option !== undefined || known === null || (interview.asker !== null && !known.keys.includes(key));
  return {
    docker: wanted('swarm', given.docker) ? await askDocker(interview, { given: given.docker, keys, words }) : null,
    search: wanted('elasticsearch', given.elasticsearch) ? await askSearch(interview, given.elasticsearch) : null,
    machines: wanted('hosts', given.machine) ? await askMachines(interview, keys, given.machine ?? []) : [],
    proxmox: wanted('proxmox', given.proxmox) ? await askProxmox(interview, { given: given.proxmox, credentials, account }) : null,
    keyFile: `${credentials}/ssh_key`,
  };
}
