import { randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import type { DatabaseProperties } from '#domain/backup/backup.ts';
import { siblingName } from '#domain/backup/sibling.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Containers } from '#ports/containers.ts';
import type { DatabaseFacts, Loadable, Scratch, Statements } from '#ports/databases.ts';
import type { Reports } from '#ports/reports.ts';
import type { Dialect, Server } from './dialect.ts';
import { inContainer, inService } from './place.ts';
import { untilReady } from './ready.ts';

export interface ScratchOptions {
  readonly containers: Containers;
  readonly facts: DatabaseFacts;
  readonly service: string;
  readonly runAs: string | null;
  readonly operation: string;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly reports: Reports;
  /** The one that it stands beside. */
  readonly live: () => Promise<Server>;
}

/** By these a throwaway server is found again. */
function labelsOf({ operation, service }: Pick<ScratchOptions, 'operation' | 'service'>): Readonly<Record<string, string>> {
  return { 'vigie.operation': operation, 'vigie.beside': service };
}

/** Starts a server of the same image on the same node, without network and with data of its own, and waits until it answers. */
export async function startScratch(options: ScratchOptions, signal?: AbortSignal): Promise<Scratch> {
  const { containers, facts, dialect, service, runAs, clock, reports } = options;
  const like = await inService(containers, { service, database: facts.name, user: runAs }, signal);
  const password = randomBytes(24).toString('hex');
  const container = await containers.run(
    { node: like.node, image: like.image, like, env: dialect.scratchEnv(password), labels: labelsOf(options) },
    signal,
  );
  const access = { user: dialect.superuser, password: null, address: null, port: null };
  const server: Server = { facts, access, reports, place: inContainer(containers, container, runAs) };
  const remove = async (): Promise<void> => void (await containers.remove(container));
  const late = (): VigieError =>
    new VigieError('database_server_down', { database: facts.name, server: service, reason: 'the throwaway server never answered' });
  try {
    await untilReady(clock, async () => (await dialect.state(server, signal)) === 'ready', late, signal);
    await likeLive(options, server, signal);
  } catch (error) {
    await remove();
    throw error;
  }
  const restore = (what: Loadable, stop?: AbortSignal): Promise<Statements | null> => restoreAlone(server, options, what, stop);
  return {
    load: async (dump, stop) => void (await restore({ dump, without: [] }, stop)),
    loadRestorable: restore,
    look: (stop) => dialect.look(server, facts.database, stop),
    catalogue: (stop) => dialect.catalogue(server, facts.database, stop),
    remove,
  };
}

/**
 * All that a restore does: loaded beside, and put into the place of a live database, which is an empty one here. It comes last: what is loaded is made like whatever stands there. (What MongoDB's swap
 * does is to copy it twice: of its dumps a drill would learn nothing by it.)
 */
async function restoreAlone(
  server: Server,
  { dialect, facts, operation, live: liveServer }: ScratchOptions,
  what: Loadable,
  signal?: AbortSignal,
): Promise<Statements | null> {
  const live = facts.database;
  const swapped = facts.engine !== 'mongodb';
  const fresh = swapped ? siblingName(live, { role: 'new', operation }) : live;
  const like = what.like ?? (await propertiesOf(dialect, liveServer, signal));
  await dialect.create(server, fresh, signal, like);
  const statements = await dialect.load(server, fresh, what, signal);
  if (!swapped) return statements;
  await dialect.create(server, live, signal, like);
  await dialect.swap(server, { live, fresh, kept: siblingName(live, { role: 'old', operation }), into: false, like }, signal);
  return statements;
}

async function likeLive({ dialect, live }: ScratchOptions, scratch: Server, signal?: AbortSignal): Promise<void> {
  await ifItSays(async () => await dialect.prepareScratch?.(scratch, await live(), signal));
}

/** What a backup of an older vigie doesn't say: what the live database is today. */
async function propertiesOf(dialect: Dialect, live: ScratchOptions['live'], signal?: AbortSignal): Promise<DatabaseProperties | null> {
  const found = await ifItSays(async () => {
    const server = await live();
    return await dialect.properties?.(server, server.facts.database, signal);
  });
  return found ?? null;
}

/** The live server may be down: a dump is tried out all the same. */
async function ifItSays<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof VigieError) || !error.code.startsWith('database_')) throw error;
    return null;
  }
}

/** @returns how many there were */
export async function removeScratch(
  options: Pick<ScratchOptions, 'containers' | 'operation' | 'service'>,
  signal?: AbortSignal,
): Promise<number> {
  const { containers } = options;
  const found = await containers.throwaways(labelsOf(options), signal);
  for (const container of found) await containers.remove(container, signal);
  return found.length;
}
