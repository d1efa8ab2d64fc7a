import { VigieError } from '#kernel/errors.ts';
import { refusing } from '#kernel/refusing.ts';
import type { Databases } from '#ports/databases.ts';
import { connectConfiguredDatabases } from './databases/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('databases_not_configured');
const NO_DATABASES: Databases = {
  list: () => [],
  facts() {
    throw new VigieError('databases_not_configured');
  },
  identity: missing,
  databases: missing,
  look: missing,
  catalogue: missing,
  properties: missing,
  inspect: missing,
  loadRestorable: missing,
  disk: missing,
  widened: missing,
  replication: missing,
  barred: missing,
  unmovable: missing,
  dump() {
    throw new VigieError('databases_not_configured');
  },
  create: missing,
  load: missing,
  swap: missing,
  drop: missing,
  scratch: missing,
  removeScratch: missing,
  freshVolume: missing,
};

/** Databases, in containers of the Swarm or on machines. */
export const databases = defineSystem({
  missing: NO_DATABASES,
  connect: connectConfiguredDatabases,
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./databases/doctor.ts')).lookAtDatabases(client, about),
});
