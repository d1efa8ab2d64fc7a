import { existsSync } from 'node:fs';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import type { LoadedConfig } from '#config/load.ts';
import { storeFile } from '../app.ts';
import type { Print } from './terminal.ts';

/** Walks the chain of the audit. */
export async function verifyAudit({ config }: LoadedConfig, print: Print): Promise<number> {
  const file = storeFile(config);
  if (!existsSync(file)) return print(`${file} does not exist: vigie has not run with this configuration`, 1);
  const store = await openStore(file, systemClock, 'shared');
  const { entries, head, broken } = await store.audit.verify();
  await store.close();
  if (broken !== null) return print(`the audit was changed by somebody at entry ${broken}: ${entries} entries before it are intact`, 1);
  return print(`${entries} entries, unbroken; head ${head}`, 0);
}
