import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Access, Server } from '../dialect.ts';
import { attempt, run } from './mongosh.ts';

/** The account that loads a database: always the same one, so that what a load that broke off left behind is found again. */
export function loaderOf(database: string): string {
  return `vigie_load_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;
}

/** An account that may do everything in one database and nothing elsewhere, with a password that nobody ever sees. */
export async function makeLoader(server: Server, database: string, signal?: AbortSignal): Promise<Access> {
  const name = loaderOf(database);
  const password = randomBytes(24).toString('hex');
  const roles = ['readWrite', 'dbAdmin'].map((role) => ({ role, db: database }));
  await dropLoader(server, database, signal);
  await run(server, [{ db: 'admin', command: { createUser: name, pwd: password, roles } }], signal);
  return { ...server.access, user: name, password };
}

const users = z.object({ users: z.array(z.unknown()) });

export async function dropLoader(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const name = loaderOf(database);
  const [found] = await run(server, [{ db: 'admin', command: { usersInfo: name } }], signal);
  if (users.parse(found).users.length === 0) return;
  const { refused } = await attempt(server, [{ db: 'admin', command: { dropUser: name } }], signal);
  if (refused !== null && refused.codeName !== 'UserNotFound') throw refused.error;
}
