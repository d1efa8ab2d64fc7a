import type { Server } from '../dialect.ts';
import { between } from './at-once.ts';
import { sql } from './client.ts';
import { usualOf, whileRaised } from './raised.ts';

/**
 * Lets somebody without rights make triggers and functions while `act` takes, where the server writes a binary log and asks for a superuser, or for a promise of the function, for its replicas' sake.
 * Nobody gains by it: what is made runs in the name of an account that may nothing outside, and functions in packages the server lets everybody make as it is.
 */
export async function whileCreatorsAreTrusted<T>(
  server: Server,
  database: string,
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const [[log = '0'] = []] = await sql(server, 'select @@global.log_bin;', signal);
  const usual = await usualOf(server, database, 'log_bin_trust_function_creators', signal);
  if (log === '0' || usual === 1) return await act();
  return await whileRaised(server, { database, setting: 'log_bin_trust_function_creators', usual, to: 1 }, act, signal);
}

/** The same for a statement of vigie's own that makes a function, as a part of what is done `atOnce`: the server asks even a superuser for the promise. */
export function trusting(statement: string): string {
  const trust = (value: 0 | 1): string => `set global log_bin_trust_function_creators = ${value};`;
  return `if @@global.log_bin and not @@global.log_bin_trust_function_creators then
${between(trust(1), statement, trust(0))}
else ${statement}
end if;`;
}
