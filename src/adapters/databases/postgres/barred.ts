import { randomBytes } from 'node:crypto';
import { askClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { told } from '../failures.ts';
import { loaderAccess } from './loader.ts';
import { connectionArgs, pgClient } from './psql.ts';

/** No way in for whoever is unknown there, in whatever language the server speaks: no rule takes them, or one that asks for something else than a password; or nothing listens where they come. */
const CLOSED = /pg_hba\.conf|\b(?:peer|ident|cert(?:ificate)?|GSSAPI|SSPI|LDAP|PAM|BSD|RADIUS)\b|Connection refused/iu;

/**
 * Whether the server's rules let in who loads: a role, and a database, that nobody has named there. It is tried with a role that isn't there, so that nothing comes of it but the server's word.
 */
export async function barred(server: Server, signal?: AbortSignal): Promise<string | null> {
  const database = `${server.facts.database}_vigie_new_doctor`;
  const password = randomBytes(8).toString('hex');
  const access = { ...loaderAccess(server, database), password };
  const args = ['-X', '-q', '-A', '-t', ...connectionArgs(access, database), '-c', 'select 1'];
  const answer = await askClient(server.place, pgClient('psql', { access }, args), signal);
  return answer.code !== 0 && CLOSED.test(answer.stderr) ? (await told(server, answer)).reason : null;
}
