import { userInfo } from 'node:os';
import { systemClock } from '#kernel/clock.ts';
import { callSocket, NotListening } from '#adapters/socket/client.ts';
import { socketPathIn } from '#config/socket-path.ts';
import type { Print, Terminal } from './terminal.ts';

/** How long the taken-over vigie keeps running for what waits; then the next `vigie do` goes on. */
const SETTLE_MS = 500;

/**
 * Gives a command to the running vigie over its socket; if none runs, takes the store over and runs it here. Only the
 * latter needs the secrets: any account of `socket.accounts` may speak to a vigie that runs.
 */
export async function doCommand(configPath: string, text: string, print: Print, load: Terminal['load']): Promise<number> {
  if (text.trim() === '') return print('say what: vigie do "services"', 2);
  const line = (words: string): void => void print(words, 0);
  try {
    return (await callSocket(socketPathIn(configPath), text, line)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NotListening)) throw error;
  }
  line('vigie is stopped: running this here, on its store');
  const loaded = await load(configPath);
  const { startApp } = await import('../app.ts');
  const quiet = { ...loaded, config: { ...loaded.config, log_level: 'error' as const } };
  const app = await startApp(quiet);
  const { ok } = await app.vigie.gateway.local({ account: userInfo().username, text }, line, new AbortController().signal);
  await systemClock.sleep(SETTLE_MS);
  await app.stop();
  return ok ? 0 : 1;
}
