import { getServers } from 'node:dns';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { isSameAddresses } from '#domain/names/address.ts';
import type { AskedServer, NameAnswer, OwnAddress } from '#domain/names/name-view.ts';
import type { NameChange, Names } from '#ports/names.ts';
import { answerOf } from './answer.ts';
import { askServer, type DnsQuestion, type ServerAddress } from './ask.ts';
import { sendUpdate } from './update/send-update.ts';
import type { UpdateKey } from './update/signature.ts';
import { findZone, plainName, serverOf, type Zone } from './zone.ts';

export interface NamesOptions {
  readonly names: readonly string[];
  readonly addresses: readonly OwnAddress[];
  /** In seconds. */
  readonly mostTtl: number;
  /** `address` or `address:port`; null: the first of this machine's own. */
  readonly resolver: string | null;
  /** Zones whose servers aren't looked up: hidden ones, or a lab's. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** Of one question; 2 s by default. */
  readonly timeoutMs?: number;
  /** Zones that vigie may change. */
  readonly updates?: Readonly<Record<string, ZoneAccess>>;
  readonly now?: () => number;
}

/** How a zone is changed. */
export interface ZoneAccess {
  /** Its primary, as of `zones`. */
  readonly server: string;
  readonly key: UpdateKey;
}

const TIMEOUT_MS = 2_000;

/** Names as DNS has them. Nothing is asked before the first look. */
export function createNames(options: NamesOptions): Names {
  const { names, addresses, mostTtl, timeoutMs = TIMEOUT_MS } = options;
  return {
    list: () => names,
    addresses: () => addresses,
    mostTtl: () => mostTtl,
    changeable: (word) => zoneIn(Object.keys(options.updates ?? {}), plainName(word)),
    change: async (word, change, signal) => await changeName(options, plainName(word), change, signal),
    async look(word, signal) {
      const name = plainName(word);
      const resolver = serverOf(options.resolver ?? getServers()[0] ?? '127.0.0.1');
      const ask = asker(name, timeoutMs, signal);
      const [zone, seen] = await Promise.all([zoneOf(name, options, { resolver, timeoutMs, signal }), ask(resolver, null)]);
      const servers = zone === null ? [] : await Promise.all(zone.servers.map((server) => ask(server, zone.name)));
      return { name, zone: zone?.name ?? null, servers, resolver: seen };
    },
  };
}

/** The configured zone that says most of a name, or the one that the resolver tells. */
async function zoneOf(name: string, { zones }: NamesOptions, lookup: Parameters<typeof findZone>[1]): Promise<Zone | null> {
  const zone = zoneIn(Object.keys(zones), name);
  if (zone !== null) return { name: zone, servers: (zones[zone] ?? []).map(serverOf) };
  try {
    return await findZone(name, lookup);
  } catch (error) {
    // What the resolver doesn't answer shows at the resolver.
    if (error instanceof VigieError && error.code === 'names_unanswered') return null;
    throw error;
  }
}

/** The one that says most of a name. */
function zoneIn(zones: readonly string[], name: string): string | null {
  return zones.filter((each) => name === each || name.endsWith(`.${each}`)).toSorted((a, b) => b.length - a.length)[0] ?? null;
}

async function changeName(
  { updates = {}, now = () => 0, timeoutMs = TIMEOUT_MS }: NamesOptions,
  name: string,
  change: NameChange,
  signal?: AbortSignal,
): Promise<void> {
  const zone = zoneIn(Object.keys(updates), name);
  const access = zone === null ? undefined : updates[zone];
  if (zone === null || access === undefined) throw new VigieError('names_no_key', { name, zones: Object.keys(updates) });
  const server = serverOf(access.server);
  const told = await sendUpdate({ server, key: access.key, now, timeoutMs }, { zone, name, ...change }, signal);
  if (told === 'done') return;
  // It may be so already: a try whose answer was lost is no second change.
  const { answer, problem } = await asker(name, timeoutMs, signal)(server, zone);
  if (problem !== null) throw new VigieError(problem.code, problem.params);
  const found = (answer?.records ?? []).map(({ address }) => address);
  if (!isSameAddresses(found, change.to)) throw new VigieError('names_others', { name, found });
}

/** Asks one server all about a name; what it doesn't answer is a problem of it. @param zone asked for its serial; null: a resolver */
function asker(name: string, timeoutMs: number, signal: AbortSignal | undefined) {
  return async (server: ServerAddress, zone: string | null): Promise<AskedServer> => {
    const ask = (about: string, type: DnsQuestion['type']) =>
      askServer(server, { name: about, type, recursive: zone === null }, timeoutMs, signal);
    const asked = { server: server.server, address: server.address };
    try {
      const [a, aaaa, soa] = await Promise.all([ask(name, 'A'), ask(name, 'AAAA'), zone === null ? null : ask(zone, 'SOA')]);
      const answer: NameAnswer = answerOf({ a, aaaa, soa });
      return { ...asked, answer, problem: null };
    } catch (error) {
      if (!(error instanceof VigieError)) throw error;
      return { ...asked, answer: null, problem: problemOf(error) };
    }
  };
}
