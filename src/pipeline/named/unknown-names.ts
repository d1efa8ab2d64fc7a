import { problemOf } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { isAlike } from '#kernel/wildcard.ts';
import type { Directory } from '#ports/chat.ts';
import type { Inventory, NamedThing } from '#ports/inventory.ts';
import { namesThere, type Namers, type NamesThere } from './names-there.ts';

/** A name of the configuration that leads to nothing: what stands there protects, tells or forbids nothing. */
export interface UnknownName extends NamedThing {
  /** What was probably meant. */
  readonly nearest: string | null;
  /** Teams that have a channel of this name, where several do. */
  readonly teams: string | null;
}

export interface NamesLook {
  readonly unknown: readonly UnknownName[];
  /** Somebody who would know of others didn't answer. */
  readonly unanswered: boolean;
}

/** For how long each system is asked (ms). */
const PATIENCE_MS = 10_000;

type Clients = Namers & { readonly inventory: Pick<Inventory, 'namesOf'> };

/** Which names of services, machines and all else that actions are done to lead to nothing. @throws what is no VigieError */
export async function unknownThings(clients: Clients, named: readonly NamedThing[], signal: AbortSignal): Promise<NamesLook> {
  const there = await namesThere(clients, named, { ms: PATIENCE_MS, signal });
  const judged = named.map((each) => judge(each, there(each.kind), clients.inventory));
  return { unknown: judged.filter((each) => each !== 'there' && each !== 'unanswered'), unanswered: judged.includes('unanswered') };
}

type Verdict = 'there' | 'unanswered' | UnknownName;

function judge(each: NamedThing, { names, whole }: NamesThere, { namesOf }: Pick<Inventory, 'namesOf'>): Verdict {
  const known = [...new Set(names.flatMap((name) => [name, ...namesOf(name)]))];
  if (each.kind === 'target' ? known.some((name) => isMatch(each.name, name)) : known.includes(each.name)) return 'there';
  if (!whole) return 'unanswered';
  return { ...each, nearest: nearest(each.name.replaceAll('*', ''), known), teams: null };
}

/** As the policy compares. */
const isMatch = (pattern: string, name: string): boolean => isAlike(pattern.toLowerCase(), name.toLowerCase());

/** Which names of channels lead to none, or to none that vigie sees. */
export async function unknownChannels(directory: Pick<Directory, 'channel'>, named: readonly NamedThing[]): Promise<NamesLook> {
  const judged = await Promise.all(named.map((each) => judgeChannel(directory, each)));
  return { unknown: judged.filter((each) => each !== 'there' && each !== 'unanswered'), unanswered: judged.includes('unanswered') };
}

async function judgeChannel(directory: Pick<Directory, 'channel'>, each: NamedThing): Promise<Verdict> {
  try {
    return (await directory.channel(each.name)) === null ? { ...each, nearest: null, teams: null } : 'there';
  } catch (error) {
    const { code, params } = problemOf(error);
    return code === 'channel_ambiguous' ? { ...each, nearest: null, teams: String(params['teams']) } : 'unanswered';
  }
}
