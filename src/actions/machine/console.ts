import { deadline } from '#kernel/abort.ts';
import { byName } from '#kernel/by-name.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import { hasChanged } from '#domain/console/changed.ts';
import { textOf } from '#domain/console/text-mode.ts';
import { target, type Target } from '#domain/operation/target.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { Screen } from '#ports/console.ts';
import { namesOfMachine } from '#ports/power.ts';
import { orUnknown } from '../unknown.ts';

type Asked = Pick<ReadClients, 'power' | 'hypervisor' | 'screens' | 'self'>;

/** Who looks longer asks again. */
export const LONGEST_WATCH_MS = 600_000;
/** A picture each is enough, and a console that is looked at can't be switched off. */
const EVERY_MS = 10_000;
const LOOK_MS = 25_000;

/** Whose screen is meant. */
interface Meant {
  readonly kind: 'machine' | 'guest';
  readonly name: string;
  readonly names: readonly string[];
}

/** A machine, where a guest is called so too: that one is `vm:NAME`. @throws console_unknown with the nearest */
export async function screenMeant({ power, hypervisor }: Asked, word: string, signal: AbortSignal): Promise<Meant> {
  const plain = word.replace(/^vm:/u, '');
  const machines = word === plain ? power.machines() : [];
  const machine = byName(machines, plain, namesOfMachine);
  const { known: guests, problem } = await orUnknown(hypervisor.guests(signal));
  const guest = byName(guests ?? [], plain, ({ name, vmid }) => [name, String(vmid)]);
  if (machine !== undefined) return { kind: 'machine', name: machine.name, names: namesOfMachine(machine) };
  if (guest !== undefined) return { kind: 'guest', name: guest.name, names: [guest.name, String(guest.vmid), `vm:${guest.name}`] };
  // Nobody can tell whether there is such a guest: what is wrong with Proxmox says more.
  if (problem !== null && !problem.code.endsWith('_not_configured')) throw new VigieError(problem.code, problem.params);
  const names = [...machines.map(({ name }) => name), ...(guests ?? []).map(({ name }) => name)];
  throw new VigieError('console_unknown', { name: word, nearest: nearest(plain, names) });
}

export function screenTarget({ name, names }: Meant): Target {
  return target(name, ...names);
}

/** What a screen shows now, as a picture, and in words where it is in text mode. */
export async function lookAtConsole(clients: Asked, word: string, signal: AbortSignal): Promise<JsonObject> {
  const meant = await screenMeant(clients, word, signal);
  const state = await stateOf(clients, meant, signal);
  return await shown(clients, meant, state, await screenOf(clients, meant, signal));
}

async function stateOf({ power }: Asked, { kind, name }: Meant, signal: AbortSignal): Promise<string> {
  if (kind === 'guest') return 'on';
  const { state } = await power.state(name, signal);
  if (state === 'off') throw new VigieError('machine_off', { machine: name });
  return state;
}

async function screenOf({ power, hypervisor }: Asked, { kind, name }: Meant, signal: AbortSignal): Promise<Screen> {
  return kind === 'machine' ? await power.screen(name, signal) : await hypervisor.screen(name, signal);
}

async function shown({ screens, self }: Asked, { kind, name }: Meant, state: string, screen: Screen): Promise<JsonObject> {
  const { png, width, height } = await screens.draw(screen);
  return {
    name,
    kind,
    state,
    at: self.now(),
    text: wordsOn(screen),
    width,
    height,
    picture: { name: `${name} ${width}×${height}`, png: Buffer.from(png).toString('base64') },
    problem: null,
  };
}

/** Null where it shows no letters. */
function wordsOn(screen: Screen): string | null {
  return textOf(screen)?.join('\n') ?? null;
}

export interface Watch {
  readonly word: string;
  /** The words that were shown last; null: there were none. */
  readonly text: string | null;
  readonly forMs: number;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (data: JsonObject) => Promise<void>;
}

/** Looks again every ten seconds, and says what shows something else. Ends with what goes wrong, in words. */
export async function watchConsole(clients: Asked, { word, text, forMs, signal, pause, say }: Watch): Promise<void> {
  const ends = clients.self.now() + Math.min(forMs, LONGEST_WATCH_MS);
  const meant = await screenMeant(clients, word, signal);
  const look = async (): Promise<Screen> => {
    const late = deadline(LOOK_MS, () => new VigieError('no_answer', { limit: LOOK_MS }));
    return await screenOf(clients, meant, AbortSignal.any([signal, late]));
  };
  try {
    let before = await look();
    // What changed since the answer was given is a change too.
    if (wordsOn(before) !== text) await say(await shown(clients, meant, 'on', before));
    while (clients.self.now() + EVERY_MS <= ends) {
      await pause(EVERY_MS);
      const now = await look();
      if (hasChanged(before, now)) await say(await shown(clients, meant, 'on', now));
      before = now;
    }
  } catch (error) {
    signal.throwIfAborted();
    const { code, params } = problemOf(error);
    await say({
      name: meant.name,
      kind: meant.kind,
      state: null,
      at: clients.self.now(),
      text: null,
      picture: null,
      problem: { code, params },
    });
  }
}
