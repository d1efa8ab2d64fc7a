import { VigieError } from '#kernel/errors.ts';
import type { Unmade } from '#ports/databases.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { ALL_MADE } from '../statements.ts';
import { asleepIn, dropSlots, noted, putToSleep, wake } from './asleep.ts';
import { drop, endConnections } from './create.ts';
import { existing } from './look.ts';
import { giveProperties, readProperties, sameProperties } from './properties.ts';
import { identifier, MAINTENANCE, psql } from './psql.ts';

function rename(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .flatMap(([from, to]) => [
      `alter database ${identifier(from)} rename to ${identifier(to)};`,
      `alter database ${identifier(to)} with allow_connections true;`,
    ])
    .join('\n');
}

/**
 * Both names change in one transaction, while nobody is connected or can connect. What a swap that broke off has left is done.
 * @throws database_missing, database_exists
 */
export async function swap(server: Server, names: SwapNames, signal?: AbortSignal): Promise<Unmade> {
  await exchange(server, names, signal);
  return ALL_MADE;
}

async function exchange(server: Server, names: SwapNames, signal?: AbortSignal): Promise<void> {
  const { live, fresh, kept, into } = names;
  const there = await existing(server, [live, fresh, kept], signal);
  if (there.has(live) && there.has(kept) && !there.has(fresh)) return into ? undefined : await settle(server, names, signal);
  if (!there.has(fresh)) throw new VigieError('database_missing', { database: fresh, server: server.facts.server.name });
  if (there.has(live) && (into || there.has(kept))) throw taken(server, into ? live : kept);
  if (there.has(live)) await replace(server, names, signal);
  else await fill(server, names, there.has(kept), signal);
}

function taken(server: Server, database: string): VigieError {
  return new VigieError('database_exists', { database, server: server.facts.server.name });
}

async function replace(server: Server, { live, fresh, kept }: SwapNames, signal?: AbortSignal): Promise<void> {
  const closed = [live, fresh].map((name) => `alter database ${identifier(name)} with allow_connections false;`).join('\n');
  const renames = rename([
    [live, kept],
    [fresh, live],
  ]);
  const asleep = await asleepIn(server, fresh, signal);
  const ended = `${endConnections([live, fresh])}\n${dropSlots(live)}`;
  // Nobody but superusers comes into what is kept: whoever wrote there would write into the past.
  const shut = `alter database ${identifier(kept)} connection limit 0;`;
  const same = await sameProperties(server, live, fresh, signal);
  const still = asleep === null ? '' : noted(fresh, asleep);
  const sql = `${same}\n${still}\n${closed}\n${ended}\nbegin;\n${renames}\n${shut}\ncommit;`;
  try {
    await sleepIfItLets(server, live, signal);
    await psql(server, MAINTENANCE, sql, signal);
  } catch (error) {
    // Whatever went wrong, the live database must be open again; what says so is the first error.
    const soon = AbortSignal.timeout(REOPEN_MS);
    await reopen(server, [live], soon).catch(() => undefined);
    await wake(server, { live, kept: live }, soon).catch(() => undefined);
    throw error;
  }
  await wake(server, { live, kept }, signal);
}

/** One that lets nobody in says nothing of what works in it. */
async function sleepIfItLets(server: Server, live: string, signal?: AbortSignal): Promise<void> {
  try {
    await putToSleep(server, live, signal);
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
  }
}

/** What a swap that broke off after its renames has left. */
async function settle(server: Server, { live, kept }: SwapNames, signal?: AbortSignal): Promise<void> {
  await reopen(server, [live, kept], signal);
  await wake(server, { live, kept }, signal);
}

const REOPEN_MS = 10_000;

/**
 * The live database was gone before, or nobody has the name: an empty one is kept in its place, so that a second look knows how far this went. Whoever takes the name meanwhile keeps it, since a
 * name that is there is nobody else's.
 */
async function fill(server: Server, { live, fresh, kept, like, into }: SwapNames, begun: boolean, signal?: AbortSignal): Promise<void> {
  if (!begun) await psql(server, MAINTENANCE, `create database ${identifier(kept)} template template0;`, signal);
  const wanted = into ? null : readProperties(like);
  if (wanted !== null) await giveProperties(server, fresh, wanted, signal);
  const closed = `alter database ${identifier(fresh)} with allow_connections false;`;
  const script = `${closed}\n${endConnections([fresh])}\nbegin;\n${rename([[fresh, live]])}\ncommit;`;
  try {
    await psql(server, MAINTENANCE, script, signal);
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_exists') throw error;
    // Nothing came into that place, and nothing must look so.
    await drop(server, kept, AbortSignal.timeout(REOPEN_MS));
    throw taken(server, live);
  }
}

async function reopen(server: Server, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const there = await existing(server, names, signal);
  const sql = [...there].map((name) => `alter database ${identifier(name)} with allow_connections true;`).join('\n');
  await psql(server, MAINTENANCE, sql, signal);
}
