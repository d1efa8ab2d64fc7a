import { getServers } from 'node:dns';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { AskedServer, NameAnswer, OwnAddress } from '#domain/names/name-view.ts';
import type { Names } from '#ports/names.ts';
import { answerOf } from './answer.ts';
import { askServer, type DnsQuestion, type ServerAddress } from './ask.ts';
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
}

const TIMEOUT_MS = 2_000;

/** Names as DNS has them. Nothing is asked before the first look. */
export function createNames(options: NamesOptions): Names {
  const { names, addresses, mostTtl, timeoutMs = TIMEOUT_MS } = options;
  return {
    list: () => names,
    addresses: () => addresses,
    mostTtl: () => mostTtl,
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
  const [zone] = Object.keys(zones)
    .filter((each) => name === each || name.endsWith(`.${each}`))
    .toSorted((a, b) => b.length - a.length);
  if (zone !== undefined) return { name: zone, servers: (zones[zone] ?? []).map(serverOf) };
  try {
    return await findZone(name, lookup);
  } catch (error) {
    // What the resolver doesn't answer shows at the resolver.
    if (error instanceof VigieError && error.code === 'names_unanswered') return null;
    throw error;
  }
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
