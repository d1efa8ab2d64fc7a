import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { configSchema } from './schema.ts';

/**
 * Where the running vigie listens, for whoever may not read the secrets beside it; the default where the file says
 * nothing that can be read.
 * @param path of the configuration
 */
export function socketPathIn(path: string): string {
  const standard = configSchema.shape.socket.parse({}).path;
  try {
    const found: unknown = parseDocument(readFileSync(path, 'utf8')).getIn(['socket', 'path']);
    return typeof found === 'string' ? found : standard;
  } catch {
    return standard;
  }
}
