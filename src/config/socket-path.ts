import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/** Unless the configuration says otherwise. */
export const SOCKET_PATH = '/run/vigie/vigie.sock';

/**
 * Where the running vigie listens, for whoever may not read the secrets beside it; the default where the file says
 * nothing that can be read. Without the schema: `vigie do` to a vigie that runs has to be quick.
 * @param path of the configuration
 */
export function socketPathIn(path: string): string {
  try {
    const found: unknown = parseDocument(readFileSync(path, 'utf8')).getIn(['socket', 'path']);
    return typeof found === 'string' ? found : SOCKET_PATH;
  } catch {
    return SOCKET_PATH;
  }
}
