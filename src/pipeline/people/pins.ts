import { z } from 'zod';
import type { Cursors } from '#ports/store.ts';

/** What a name of the configuration leads to. Whoever may rename accounts or make channels decides that otherwise. */
export type PinKind = 'user' | 'channel';

/** A name and the id that it had when it was first seen: the id is who is meant, whoever bears the name later. */
export interface Pin {
  readonly kind: PinKind;
  readonly name: string;
  readonly id: string;
  /** When it was first seen, or confirmed, in milliseconds. */
  readonly at: number;
}

/** By kind and name. */
export type Pins = ReadonlyMap<string, Pin>;

/** Under this name they are kept in the store. */
const FACT = 'pins';
const pinsSchema = z.array(z.object({ kind: z.enum(['user', 'channel']), name: z.string(), id: z.string(), at: z.number() }));

export function pinKey({ kind, name }: Pick<Pin, 'kind' | 'name'>): string {
  return `${kind}:${name.toLowerCase()}`;
}

/** Read anew each time: another process may have confirmed one. */
export async function readPins(facts: Pick<Cursors, 'fact'>): Promise<Pins> {
  const text = await facts.fact(FACT);
  const pins = text === null ? [] : pinsSchema.parse(JSON.parse(text));
  return new Map(pins.map((pin) => [pinKey(pin), pin]));
}

/** Keeps these pins, each in the place of one of the same name. */
export async function keepPins(facts: Pick<Cursors, 'fact' | 'remember'>, fresh: readonly Pin[]): Promise<void> {
  if (fresh.length === 0) return;
  const all = new Map([...(await readPins(facts)), ...fresh.map((pin) => [pinKey(pin), pin] as const)]);
  await facts.remember(FACT, JSON.stringify([...all.values()]));
}
