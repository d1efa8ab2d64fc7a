import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Clients } from '#ports/clients.ts';
import { listed, type NameBasis } from './set-name.ts';

const LOOK_EVERY_MS = 1_000;
/** A server that isn't told of a change looks for one by itself after its refresh time. */
const COPIED_MS = 180_000;

/** What changing one name needs. */
export interface NameRun {
  readonly basis: NameBasis;
  readonly clients: Pick<Clients, 'names' | 'self'>;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly step: <R extends JsonObject | null>(name: string, mode: 'repeatable', act: (signal: AbortSignal) => Promise<R>) => Promise<R>;
}

/** Servers of a zone, by what they say. */
interface Copied {
  readonly servers: number;
  readonly silent: readonly string[];
}

/**
 * Changes the name at its primary, which looks itself whether it still is as planned. The change done twice is one.
 * @param before what has to hold right before it
 * @returns when it was done
 * @throws names_others, names_refused, and what `before` throws
 */
export async function changeName(
  { basis, clients: { names, self }, step }: Pick<NameRun, 'basis' | 'clients' | 'step'>,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const { name, from, to, new_ttl: ttl } = basis;
  const { at } = await step('change', 'repeatable', async (signal) => {
    await before();
    await names.change(name, { from, to, ttl }, signal);
    return { at: self.now() };
  });
  return at;
}

/**
 * Waits until every server of the zone that answers says the same as its primary.
 * @param at when that was told
 * @param waits is told who still says something else, at each look
 * @throws names_behind with who still does after three minutes
 */
export async function followName(
  { basis: { name, to }, clients: { names, self }, signal, pause, step }: NameRun,
  at: number,
  waits: (servers: readonly string[]) => Promise<void>,
): Promise<Copied> {
  return await step('follow', 'repeatable', async () => {
    for (;;) {
      const { servers } = await names.look(name, signal);
      const behind = servers.filter(({ answer }) => answer?.authoritative === true && listed(answer.records) !== to.join(' '));
      const silent = servers.filter(({ answer }) => answer === null).map(({ server }) => server);
      await waits(behind.map(({ server }) => server));
      if (behind.length === 0) return { servers: servers.length - silent.length, silent };
      if (self.now() - at >= COPIED_MS)
        throw new VigieError('names_behind', { name, servers: behind.map(({ server }) => server), waited: COPIED_MS });
      await pause(LOOK_EVERY_MS);
    }
  });
}

/** Until when somebody may remember what the name was. */
export function forgottenAt({ ttl }: Pick<NameBasis, 'ttl'>, at: number): number {
  return at + ttl * 1_000;
}

/** Changes one name, and follows that. @throws names_others, names_refused, names_behind */
export async function runName(run: NameRun & { readonly progress: (data: JsonObject) => Promise<void> }): Promise<JsonObject> {
  const at = await changeName(run);
  const copied = await followName(run, at, async (behind) => {
    if (behind.length > 0) await run.progress({ doing: 'dns-copy', behind: [...behind] });
  });
  return { ...copied, forgotten_at: forgottenAt(run.basis, at) };
}
