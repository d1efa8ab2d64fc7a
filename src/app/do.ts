import { userInfo } from 'node:os';
import { systemClock } from '#kernel/clock.ts';
import { callSocket, NotListening } from '#adapters/socket/client.ts';
import { socketPathIn } from '#config/socket-path.ts';
import type { Tell } from '#ports/gateway.ts';
import type { Terminal } from './terminal.ts';

/** How long the taken-over vigie keeps running for what waits; then the next `vigie do` goes on. */
const SETTLE_MS = 500;
/** How long a vigie that has its store and no socket yet is waited for, and how often it is looked. */
const STARTING = { most: 20_000, every: 200 } as const;

/**
 * Gives a command to the running vigie over its socket; if none runs, takes the store over and runs it here. Only the
 * latter needs the secrets: any account of `socket.accounts` may speak to a vigie that runs.
 */
export async function doCommand(configPath: string, text: string, terminal: Pick<Terminal, 'print' | 'say' | 'load'>): Promise<number> {
  const { print, say, load } = terminal;
  if (text.trim() === '') return print('say what: vigie do "services"', 2);
  const given = await giveToRunning(configPath, text, say);
  if (given !== null) return given;
  const loaded = await load(configPath);
  const [{ startApp }, { loadPhrases }, { storeFile }, { isHeld }] = await Promise.all([
    import('../app.ts'),
    import('./words.ts'),
    import('./state-folder.ts'),
    import('#adapters/store/held.ts'),
  ]);
  const phrases = await loadPhrases(loaded);
  const file = storeFile(loaded.config);
  if (isHeld(file)) say(phrases('starting', {}));
  for (const end = systemClock.now() + STARTING.most; isHeld(file) && systemClock.now() < end;) {
    await systemClock.sleep(STARTING.every);
    const answer = await giveToRunning(configPath, text, say);
    if (answer !== null) return answer;
  }
  say(phrases('taken-over', {}));
  // What there is to say is said by the command: its log would be noise on a terminal.
  const app = await startApp(loaded, { waits: false, logLevel: 'silent' });
  const { ok } = await app.vigie.gateway.local({ account: userInfo().username, text }, say, new AbortController().signal);
  await systemClock.sleep(SETTLE_MS);
  await app.stop();
  return ok ? 0 : 1;
}

/** @returns the exit code; null when nobody listens */
async function giveToRunning(configPath: string, text: string, say: Tell): Promise<number | null> {
  try {
    return (await callSocket(socketPathIn(configPath), text, say)) ? 0 : 1;
  } catch (error) {
    if (error instanceof NotListening) return null;
    throw error;
  }
}
