import { VigieError } from '#kernel/errors.ts';
import type { ErrorCode } from '#kernel/error-codes.ts';
import type { Backups } from '#ports/backups.ts';
import type { Databases } from '#ports/databases.ts';
import type { GuestFiles } from '#ports/guest-files.ts';
import type { Hosts } from '#ports/hosts.ts';
import type { Hypervisor } from '#ports/hypervisor.ts';
import type { JobsReader } from '#ports/jobs.ts';
import type { Swarm } from '#ports/swarm.ts';

/** What a vigie may be without: each is null, or left out, where the configuration has none of it. */
export interface Infrastructure {
  readonly swarm?: Swarm | null;
  readonly hosts?: Hosts | null;
  readonly hypervisor?: Hypervisor | null;
  /** Files of the hypervisors that are reached over SSH. */
  readonly guestFiles?: GuestFiles | null;
  readonly databases?: Databases | null;
  readonly backups?: Backups | null;
  readonly jobs?: JobsReader | null;
}

/** Says what is missing instead of failing somewhere deeper. */
function refusing(code: ErrorCode): () => Promise<never> {
  return async () => {
    throw new VigieError(code);
  };
}

const noSwarm = refusing('swarm_not_configured');
export const NO_SWARM: Swarm = {
  services: noSwarm,
  service: noSwarm,
  tasks: noSwarm,
  nodes: noSwarm,
  resolveImage: noSwarm,
  logs: noSwarm,
  update: noSwarm,
};

const noHosts = refusing('hosts_not_configured');
export const NO_HOSTS: Hosts = { space: noHosts, clean: noHosts };

const noHypervisor = refusing('hypervisor_not_configured');
export const NO_HYPERVISOR: Hypervisor = {
  cluster: noHypervisor,
  guests: noHypervisor,
  guest: noHypervisor,
  snapshots: noHypervisor,
  storages: noHypervisor,
  backups: noHypervisor,
  task: noHypervisor,
  taskLog: noHypervisor,
  tasks: noHypervisor,
  snapshot: noHypervisor,
  revert: noHypervisor,
  deleteSnapshot: noHypervisor,
  start: noHypervisor,
  shutdown: noHypervisor,
  stop: noHypervisor,
  migrate: noHypervisor,
  backup: noHypervisor,
  deleteBackup: noHypervisor,
  stopTask: noHypervisor,
};

const noFiles = async ({ node }: { readonly node: string }): Promise<never> => {
  throw new VigieError('node_without_ssh', { node });
};
export const NO_GUEST_FILES: GuestFiles = { reaches: () => false, digest: noFiles, copy: noFiles, remove: noFiles };

const noDatabases = refusing('databases_not_configured');
export const NO_DATABASES: Databases = {
  list: () => [],
  facts() {
    throw new VigieError('databases_not_configured');
  },
  identity: noDatabases,
  databases: noDatabases,
  look: noDatabases,
  catalogue: noDatabases,
  inspect: noDatabases,
  loadRestorable: noDatabases,
  disk: noDatabases,
  widened: noDatabases,
  dump() {
    throw new VigieError('databases_not_configured');
  },
  create: noDatabases,
  load: noDatabases,
  swap: noDatabases,
  drop: noDatabases,
  scratch: noDatabases,
  removeScratch: noDatabases,
  freshVolume: noDatabases,
};

const noBackups = refusing('backups_not_configured');
export const NO_BACKUPS: Backups = {
  list: noBackups,
  get: noBackups,
  places: noBackups,
  prunable: noBackups,
  strangers: noBackups,
  take: noBackups,
  copy: noBackups,
  open: noBackups,
  record: noBackups,
  prune: noBackups,
};

export const NO_JOBS: JobsReader = { list: refusing('jobs_not_configured') };
