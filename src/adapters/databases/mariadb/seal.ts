import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { sql } from './client.ts';

/** An account that nobody comes in as: nobody knows its password, and what the server keeps of it is a secret that those alone can read who may read the server's own tables. */
const KEEPER = 'vigie_notes';

const MAC_CHARACTERS = 64;

/**
 * What vigie writes down on the server for itself stands where others may write as well: whoever may make tables in a database, or whatever its dump says while it is loaded. So it is believed only
 * with a mark that nobody else can make, and of the place that it was made for.
 */
export interface Seal {
  readonly seal: (text: string, place: string) => string;
  /** Null: vigie didn't write it, or not there. */
  readonly open: (sealed: string, place: string) => string | null;
}

/** @throws database_refused where the account was made by somebody else, without a password */
export async function sealOf(server: Server, signal?: AbortSignal): Promise<Seal> {
  const password = randomBytes(24).toString('hex');
  const made = `create user if not exists ${KEEPER}@localhost identified by '${password}' account lock;`;
  const [[secret = ''] = []] = await sql(server, `${made}\n${SECRET}`, signal);
  if (secret !== '') return sealWith(secret);
  const reason = `the account ${KEEPER}@localhost has no password: drop it, vigie makes it again`;
  throw new VigieError('database_refused', { database: server.facts.name, server: server.facts.server.name, reason });
}

/** Where the server keeps the secret. */
export const SECRET = `select json_value(priv, '$.authentication_string') from mysql.global_priv where user = '${KEEPER}' and host = 'localhost';`;

export function sealWith(secret: string): Seal {
  const mac = (text: string, place: string): string => createHmac('sha256', secret).update(`${place}\n${text}`).digest('hex');
  return {
    seal: (text, place) => `${mac(text, place)} ${text}`,
    open(sealed, place) {
      const text = sealed.slice(MAC_CHARACTERS + 1);
      const [given, wanted] = [Buffer.from(sealed.slice(0, MAC_CHARACTERS)), Buffer.from(mac(text, place))];
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? text : null;
    },
  };
}
