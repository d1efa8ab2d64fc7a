import { z } from 'zod';
import type { Server, SwapNames } from '../dialect.ts';
import { run } from './mongosh.ts';

const role = z.object({ role: z.string(), db: z.string() });
const users = z.object({ users: z.array(z.object({ user: z.string(), roles: z.array(role) })) });

/** Roles are on names of databases: whoever has one on a name that nobody has yet could read what comes there. In the live database's place they stay what they are. */
export async function widened(server: Server, { live, into }: SwapNames, signal?: AbortSignal): Promise<readonly string[]> {
  if (!into) return [];
  const [answer] = await run(server, [{ db: 'admin', command: { usersInfo: { forAllDBs: true } } }], signal);
  const may = (roles: readonly z.infer<typeof role>[], db: string): boolean => roles.some((each) => each.db === db);
  const more = users.parse(answer).users.filter(({ roles }) => may(roles, live) && !may(roles, server.facts.database));
  return more.map(({ user }) => `${user}: ${live}`).toSorted();
}
