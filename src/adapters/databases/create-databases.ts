import { byName } from '#kernel/by-name.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Containers } from '#ports/containers.ts';
import type { DatabaseFacts, Databases, Engine, Loadable, Statements, SwapNames } from '#ports/databases.ts';
import type { Remote } from '#ports/remote.ts';
import type { Reports } from '#ports/reports.ts';
import type { Access, Dialect, TlsFiles, Server, ServerState, SwapNames as DialectSwap } from './dialect.ts';
import { diskOf } from './disk.ts';
import { freshVolume } from './fresh-volume.ts';
import { requireOwn, requirePlace } from './names.ts';
import { MARIADB } from './mariadb/mariadb.ts';
import { MONGODB } from './mongodb/mongodb.ts';
import { inService, onHost } from './place.ts';
import { POSTGRES } from './postgres/postgres.ts';
import { removeScratch, startScratch } from './scratch.ts';

export interface ConfiguredDatabase extends DatabaseFacts {
  /** The superuser: null for the one that the image was told, or the engine's usual one. */
  readonly user: string | null;
  readonly password: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly tls?: TlsFiles | null;
  /** The account that the clients run as, inside of the container or on the host. */
  readonly runAs: string | null;
}

export interface DatabasesOptions {
  readonly databases: readonly ConfiguredDatabase[];
  /** Null where no database is in a service. */
  readonly containers: Containers | null;
  /** By the names of the hosts. */
  readonly hosts: ReadonlyMap<string, Remote>;
  readonly clock: Clock;
  readonly reports: Reports;
}

const DIALECTS: Readonly<Record<Engine, Dialect>> = { postgres: POSTGRES, mariadb: MARIADB, mongodb: MONGODB };

/** Databases behind their servers' own clients, which run beside them: in their containers, or on their hosts. */
export function createDatabases(options: DatabasesOptions): Databases {
  const { databases, clock } = options;
  const facts = (name: string): ConfiguredDatabase => {
    const found = byName(databases, name, (each) => [each.name]);
    if (found !== undefined) return found;
    throw new VigieError('database_unknown', {
      database: name,
      nearest: nearest(
        name,
        databases.map((each) => each.name),
      ),
    });
  };
  const on = async <T>(
    name: string,
    signal: AbortSignal | undefined,
    work: (dialect: Dialect, server: Server) => Promise<T>,
  ): Promise<T> => {
    const configured = facts(name);
    return await work(DIALECTS[configured.engine], await serverOf(options, configured, signal));
  };
  const loaded = (name: string, database: string, what: Loadable, signal?: AbortSignal): Promise<Statements | null> =>
    on(name, signal, (dialect, server) => {
      requireOwn(database, liveOn(databases, server.facts));
      return dialect.load(server, database, what, signal);
    });
  return {
    list: () => databases.map(factsOf),
    facts: (name) => factsOf(facts(name)),
    identity: (name, signal) =>
      on(name, signal, async (dialect, server) => {
        const { node, container } = server.place;
        const found = await dialect
          .identity(server, signal)
          .catch(async (error: unknown) => await confirmed(error, dialect, server, signal));
        return { ...found, node, container };
      }),
    databases: (name, signal) => on(name, signal, (dialect, server) => dialect.databases(server, signal)),
    look: (name, database, signal) =>
      on(name, signal, (dialect, server) => dialect.look(server, database ?? server.facts.database, signal)),
    catalogue: (name, database, signal) =>
      on(name, signal, (dialect, server) => dialect.catalogue(server, database ?? server.facts.database, signal)),
    properties: (name, signal) =>
      on(name, signal, async (dialect, server) => (await dialect.properties?.(server, server.facts.database, signal)) ?? null),
    async *dump(name, signal) {
      const configured = facts(name);
      const server = await serverOf(options, configured, signal);
      yield* DIALECTS[configured.engine].dump(server, configured.database, signal);
    },
    create: (name, database, signal, like = null) =>
      on(name, signal, (dialect, server) => {
        requireOwn(database, liveOn(databases, server.facts));
        return dialect.create(server, database, signal, like);
      }),
    load: async (name, database, dump, signal) => void (await loaded(name, database, { dump, without: [] }, signal)),
    loadRestorable: (name, database, what, signal) => loaded(name, database, what, signal),
    inspect: (name, dump, signal) => on(name, signal, (dialect, server) => dialect.inspect(server, dump, signal)),
    swap: (name, names, signal) =>
      on(name, signal, (dialect, server) => dialect.swap(server, swapOf(databases, server.facts, names), signal)),
    barred: (name, signal) => on(name, signal, async (dialect, server) => (await dialect.barred?.(server, signal)) ?? null),
    unmovable: (name, signal) => on(name, signal, async (dialect, server) => (await dialect.unmovable?.(server, signal)) ?? []),
    replication: (name, signal) =>
      on(
        name,
        signal,
        async (dialect, server) => (await dialect.replication?.(server, server.facts.database, signal)) ?? { slots: [], subscriptions: [] },
      ),
    disk: (name, signal) =>
      on(name, signal, async (dialect, server) => {
        const folder = await dialect.dataFolder(server, signal);
        return folder === null ? null : await diskOf(server.place, folder, signal);
      }),
    widened: (name, names, signal) =>
      on(name, signal, (dialect, server) => dialect.widened(server, swapOf(databases, server.facts, names), signal)),
    drop: (name, database, signal) =>
      on(name, signal, (dialect, server) => {
        requireOwn(database, liveOn(databases, server.facts));
        return dialect.drop(server, database, signal);
      }),
    async scratch(name, operation, signal) {
      const configured = facts(name);
      return await startScratch(
        {
          ...options,
          ...inSwarm(options, configured),
          dialect: DIALECTS[configured.engine],
          operation,
          live: () => serverOf(options, configured, signal),
        },
        signal,
      );
    },
    async removeScratch(name, operation, signal) {
      return await removeScratch({ ...inSwarm(options, facts(name)), operation }, signal);
    },
    async freshVolume(name, operation, signal) {
      const configured = facts(name);
      if (configured.server.kind === 'host') return null;
      const place = inSwarm(options, configured);
      const dialect = DIALECTS[configured.engine];
      const state = async (): Promise<ServerState> => await dialect.state(await serverOf(options, configured, signal), signal);
      return await freshVolume({ ...place, dialect, operation, clock, state }, signal);
    },
  };
}

/**
 * Whoever hears that a server is down may take all of its data away: it is asked once more, another way.
 * @throws what it was told, or database_refused, database_server_starting where the server answers after all
 */
async function confirmed(error: unknown, dialect: Dialect, server: Server, signal?: AbortSignal): Promise<never> {
  if (!(error instanceof VigieError) || error.code !== 'database_server_down') throw error;
  const state = await dialect.state(server, signal);
  if (state === 'away') throw error;
  const reason = `${String(error.params['reason'])}; but it answers on 127.0.0.1: are address and port right in vigie.yaml?`;
  throw new VigieError(state === 'ready' ? 'database_refused' : 'database_server_starting', { ...error.params, reason });
}

function factsOf({ name, engine, database, server, usedBy }: ConfiguredDatabase): DatabaseFacts {
  return { name, engine, database, server, usedBy };
}

/** Names of the configuration's databases on one server: whatever is asked for, none of them is vigie's to make or to drop. */
function liveOn(databases: readonly ConfiguredDatabase[], { server }: DatabaseFacts): readonly string[] {
  const there = databases.filter((each) => each.server.kind === server.kind && each.server.name === server.name);
  return there.map(({ database }) => database);
}

/** @throws database_foreign, database_refused, database_reserved */
function swapOf(
  databases: readonly ConfiguredDatabase[],
  facts: DatabaseFacts,
  { fresh, kept, place, like = null, dumped = null }: SwapNames,
): DialectSwap {
  const others = liveOn(databases, facts);
  for (const each of [fresh, kept]) requireOwn(each, others);
  const live = place ?? facts.database;
  requirePlace(facts.engine, live, facts.server.name);
  return { live, fresh, kept, into: live !== facts.database, like, dumped };
}

/** Where the server is now: a container may have moved since the last call. */
async function serverOf(
  { containers, hosts, reports }: DatabasesOptions,
  configured: ConfiguredDatabase,
  signal?: AbortSignal,
): Promise<Server> {
  const { name, server, runAs } = configured;
  if (server.kind === 'host') {
    const remote = hosts.get(server.name);
    if (remote === undefined) throw new VigieError('host_unknown', { host: server.name, nearest: null, known: [...hosts.keys()] });
    return { facts: factsOf(configured), access: accessOf(configured, {}), reports, place: onHost(server.name, remote, runAs) };
  }
  if (containers === null) throw new VigieError('swarm_not_configured');
  const place = await inService(containers, { service: server.name, database: name, user: runAs }, signal);
  return { facts: factsOf(configured), access: accessOf(configured, place.users), reports, place };
}

/** @param users that the image was made with, by its variables */
function accessOf(
  { engine, user, password, address, port, tls = null }: ConfiguredDatabase,
  users: Readonly<Record<string, string>>,
): Access {
  const { superuser, superuserVariable } = DIALECTS[engine];
  return { user: user ?? users[superuserVariable ?? ''] ?? superuser, password, address, port, tls };
}

interface InSwarm {
  readonly containers: Containers;
  readonly facts: DatabaseFacts;
  readonly service: string;
  readonly runAs: string | null;
}

/** @throws database_refused for a server on a host: there is no image to make a throwaway server of */
function inSwarm({ containers }: DatabasesOptions, configured: ConfiguredDatabase): InSwarm {
  const { server, name, runAs } = configured;
  if (server.kind === 'service' && containers !== null) return { containers, facts: factsOf(configured), service: server.name, runAs };
  throw new VigieError('database_refused', {
    database: name,
    server: server.name,
    reason: 'it is in no container: there is no image of it',
  });
}
