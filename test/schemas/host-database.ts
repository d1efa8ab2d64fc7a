import { createDatabases } from '#adapters/databases/create-databases.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Databases } from '#ports/databases.ts';
import type { Reports } from '#ports/reports.ts';
import { shellRemote } from '#test/lab/hosts/shell-remote.ts';
import type { SchemaEngine } from './situations.ts';

/** A server on this machine, and how its clients come to it: as its own account, over its socket. */
export interface HostDatabase {
  readonly engine: SchemaEngine;
  readonly address: string;
  readonly port: number | null;
  readonly runAs: string | null;
  /** The superuser, where it isn't called as the engine calls it. */
  readonly user?: string;
}

/** `pad` on such a server, as vigie has databases on a host; only SSH is missing. */
export function onThisMachine({ engine, ...at }: HostDatabase, reports: Reports): Databases {
  const server = { kind: 'host', name: 'bob' } as const;
  const pad = { name: 'pad', engine, database: 'pad', server, password: null, usedBy: ['pad'], ...at, user: at.user ?? null };
  return createDatabases({
    containers: null,
    hosts: new Map([['bob', shellRemote('bob')]]),
    clock: systemClock,
    reports,
    databases: [pad],
  });
}
