import { isServersOwn, isVigiesOwn } from '#domain/database/names.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

type Entry = readonly [string, Config['databases'][string]];

/** What no single key of `databases` can tell. */
export function databaseProblems(config: Config): Finding[] {
  const entries = Object.entries(config.databases);
  return [...entries.flatMap((entry) => [...placeProblems(entry, config), ...nameProblems(entry)]), ...doubled(entries)];
}

function placeProblems([name, { service, host, used_by: usedBy }]: Entry, { swarm, hosts }: Config): Finding[] {
  const path = ['databases', name];
  if ((service === undefined) === (host === undefined))
    return [{ path, message: 'needs service or host, and not both: where is its server?' }];
  if ((service !== undefined || usedBy.length > 0) && swarm === undefined)
    return [{ path, message: 'needs swarm: its services are there' }];
  if (host === undefined || Object.hasOwn(hosts, host)) return [];
  const meant = nearest(host, Object.keys(hosts));
  return [{ path: [...path, 'host'], message: `there is no ${host} in hosts${meant === null ? '' : `, did you mean ${meant}?`}` }];
}

function nameProblems([name, { engine, tls, database = name }]: Entry): Finding[] {
  const path = ['databases', name];
  if (tls !== undefined && engine !== 'mongodb')
    return [{ path: [...path, 'tls'], message: 'is for mongodb alone: the clients of other servers find out by themselves' }];
  if (isServersOwn(engine, database))
    return [
      {
        path,
        message: `${database} belongs to the server itself: restoring it would end the server. Say another one with database`,
      },
    ];
  if (isVigiesOwn(database)) return [{ path, message: `${database} is a name that vigie gives to what it keeps for a week, then drops` }];
  if (engine !== 'mongodb' || !database.includes('.')) return [];
  return [{ path, message: 'is on MongoDB, where the name of a database has no dots: say it with database' }];
}

/** Two names of one database would be two locks. */
function doubled(entries: readonly Entry[]): Finding[] {
  const seen = new Map<string, string>();
  return entries.flatMap(([name, { engine, service, host, database = name }]) => {
    // Of two that differ in capitals alone, MongoDB has but one.
    const key = `${service ?? ''}/${host ?? ''}/${engine === 'mongodb' ? database.toLowerCase() : database}`;
    const owner = seen.get(key);
    seen.set(key, name);
    return owner === undefined ? [] : [{ path: ['databases', name], message: `is the same database as ${owner}` }];
  });
}
