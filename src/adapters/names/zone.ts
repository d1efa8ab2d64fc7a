import { isIP } from 'node:net';
import type { DecodedPacket } from 'dns-packet';
import { VigieError } from '#kernel/errors.ts';
import { askServer, type DnsQuestion, type ServerAddress } from './ask.ts';

export interface Zone {
  readonly name: string;
  readonly servers: readonly ServerAddress[];
}

/** Asks the resolver, recursively. */
type AskResolver = (name: string, type: DnsQuestion['type']) => Promise<DecodedPacket>;

const PORT = 53;

/** `192.0.2.1`, `192.0.2.1:5301`, `2001:db8::1`, `[2001:db8::1]:53`. */
export function serverOf(text: string): ServerAddress {
  if (isIP(text) !== 0) return { server: text, address: text, port: PORT };
  const [, six, four = '', port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/u.exec(text) ?? [];
  return { server: text, address: six ?? four, port: port === undefined ? PORT : Number(port) };
}

export interface Lookup {
  readonly resolver: ServerAddress;
  /** Of one question. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A zone that nobody configured: whose a name is, and by which servers, as the resolver tells it. @throws names_unanswered */
export async function findZone(name: string, { resolver, timeoutMs, signal }: Lookup): Promise<Zone | null> {
  const ask: AskResolver = (about, type) => askServer(resolver, { name: about, type, recursive: true }, timeoutMs, signal);
  const zone = zoneIn(await ask(name, 'SOA'));
  if (zone === null) return null;
  const names = ((await ask(zone, 'NS')).answers ?? []).flatMap((each) => (each.type === 'NS' ? [each.data] : []));
  const servers = await Promise.all(names.toSorted().map((server) => addressesOf(server, ask)));
  return { name: zone, servers: servers.flat() };
}

/** The record stands among the answers for a zone itself, and beside them for a name within one. */
function zoneIn({ answers = [], authorities = [] }: DecodedPacket): string | null {
  return [...answers, ...authorities].flatMap((each) => (each.type === 'SOA' ? [each.name.toLowerCase()] : []))[0] ?? null;
}

/** Its IPv4 addresses, or, where it has none, its others: vigie's machine may know no IPv6. */
async function addressesOf(server: string, ask: AskResolver): Promise<readonly ServerAddress[]> {
  const four = (await ask(server, 'A')).answers ?? [];
  const found = four.flatMap((each) => (each.type === 'A' ? [each.data] : []));
  const six = found.length > 0 ? [] : ((await ask(server, 'AAAA')).answers ?? []);
  return [...found, ...six.flatMap((each) => (each.type === 'AAAA' ? [each.data] : []))].map((address) => ({
    server,
    address,
    port: PORT,
  }));
}

const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/u;

/** In small letters, without the dot at its end. @throws names_unknown */
export function plainName(name: string): string {
  const plain = name.toLowerCase().replace(/\.$/u, '');
  if (NAME.test(plain)) return plain;
  throw new VigieError('names_invalid', { name });
}
