import type { ProbeCheck } from './rule.ts';

/** Where a probe goes. */
export interface ProbeTarget {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string;
  /** Null for kinds that know no ports. */
  readonly port: number | null;
}

/** A target's parts, whatever kind of probe it is for. */
interface Parts {
  readonly scheme: string | null;
  readonly host: string;
  readonly port: number | null;
  /** What follows: a path or a question. */
  readonly rest: string;
}

/** A host's name or IPv4 address, or an IPv6 address in brackets: nothing that a program could take for an option. */
const HOST = String.raw`[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]`;
const TARGET = new RegExp(`^(?:([a-z][a-z0-9+.-]*)://)?(${HOST})(?::(\\d{1,5}))?([/?]\\S*)?$`, 'u');
const HTTP_PORTS: ReadonlyMap<string | null, number> = new Map([
  ['http', 80],
  ['https', 443],
]);

/**
 * Reads a target as its kind wants it: `ping` and `dns` a host, `tcp` `host:port`, `tls` `host` or `host:port` (443), `http`
 * an address with http:// or https://, `docker` a node's name or `*` for all of them, `proxmox` a node or a guest:
 * `node/alice`, `alice`, `*` for all nodes, `guest/pica01`, `gluster` what of which volume: `bricks/data`, `heals/*`, `mounts/data`; `raid` and `smart` what of
 * which machine: `degraded/alice`, `hot/*`; `addresses` `held/192.0.2.1`, `held/*`, `names` what of which name: `machines/team.picasoft.net`, `certificates/*`,
 * `certificates/20d/*`.
 * @returns null when it can't be read
 */
export function parseProbeTarget(kind: ProbeCheck['kind'], target: string): ProbeTarget | null {
  if (kind === 'proxmox') return proxmoxTarget(target);
  if (kind === 'gluster') return parseGlusterTarget(target) === null ? null : { host: hostOfTarget(target), port: null };
  if (kind === 'raid') return parseRaidTarget(target) === null ? null : { host: hostOfTarget(target), port: null };
  if (kind === 'smart') return parseSmartTarget(target) === null ? null : { host: hostOfTarget(target), port: null };
  if (kind === 'addresses') return parseHeldTarget(target) === null ? null : { host: hostOfTarget(target), port: null };
  if (kind === 'names') return parseNamesTarget(target) === null ? null : { host: hostOfTarget(target), port: null };
  if (kind === 'docker' && target === '*') return { host: '*', port: null };
  const parts = partsOf(target);
  if (parts === null) return null;
  const { scheme, host, port, rest } = parts;
  if (kind === 'http') return withPort(host, port ?? HTTP_PORTS.get(scheme), HTTP_PORTS.has(scheme));
  const isBare = scheme === null && rest === '';
  if (kind === 'tcp' || kind === 'tls') return withPort(host, port ?? (kind === 'tls' ? 443 : undefined), isBare);
  return isBare && port === null ? { host, port: null } : null;
}

export interface ProxmoxTarget {
  readonly what: 'node' | 'guest';
  /** `*` for every node. */
  readonly name: string;
}

const PROXMOX = /^(?:(node|guest)\/)?([A-Za-z0-9][A-Za-z0-9.-]{0,62}|\*)$/u;

/** @returns null when it can't be read: guests that are off are nobody's alarm, so that `guest/*` is nothing */
export function parseProxmoxTarget(target: string): ProxmoxTarget | null {
  const [, kind, name] = PROXMOX.exec(target) ?? [];
  if (name === undefined || (kind === 'guest' && name === '*')) return null;
  return { what: kind === 'guest' ? 'guest' : 'node', name };
}

/** @returns the address, or `*` for any; null when it can't be read */
export function parseHeldTarget(target: string): string | null {
  return /^held\/(\*|[0-9A-Fa-f:.]{2,45})$/u.exec(target)?.[1] ?? null;
}

const GLUSTER_ASKS = ['bricks', 'heals', 'split-brain', 'mounts', 'space'] as const;
const GLUSTER = /^(?<what>[a-z-]+)\/(?<name>[A-Za-z0-9_][A-Za-z0-9_-]{0,62}|\*)$/u;

export interface GlusterTarget {
  readonly what: (typeof GLUSTER_ASKS)[number];
  /** Of the volume; `*` for every one. */
  readonly name: string;
}

/** @returns null when it can't be read */
export function parseGlusterTarget(target: string): GlusterTarget | null {
  const { what: word, name } = GLUSTER.exec(target)?.groups ?? {};
  const what = GLUSTER_ASKS.find((each) => each === word);
  return what === undefined || name === undefined ? null : { what, name };
}

const RAID_ASKS = ['degraded', 'rebuilding', 'inconsistent'] as const;
const SMART_ASKS = ['failing', 'worn', 'hot'] as const;
const OF_MACHINE = /^(?<what>[a-z]+)\/(?<name>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}|\*)$/u;

/** What is asked of which machine; its name is `*` for every one. */
interface MachineTarget<What extends string> {
  readonly what: What;
  readonly name: string;
}

export type RaidTarget = MachineTarget<(typeof RAID_ASKS)[number]>;
export type SmartTarget = MachineTarget<(typeof SMART_ASKS)[number]>;

/** @returns null when it can't be read */
export function parseRaidTarget(target: string): RaidTarget | null {
  return machineTarget(target, RAID_ASKS);
}

/** @returns null when it can't be read */
export function parseSmartTarget(target: string): SmartTarget | null {
  return machineTarget(target, SMART_ASKS);
}

function machineTarget<What extends string>(target: string, asks: readonly What[]): MachineTarget<What> | null {
  const { what: word, name } = OF_MACHINE.exec(target)?.groups ?? {};
  const what = asks.find((each) => each === word);
  return what === undefined || name === undefined ? null : { what, name };
}

const NAMES = /^(?<what>machines|certificates)(?:(?<=certificates)\/(?<days>\d{1,3})d)?\/(?<name>[a-z0-9_][a-z0-9_.-]{0,251}|\*)$/u;

export interface NamesTarget {
  readonly what: 'machines' | 'certificates';
  /** So many whole days the certificates must still be good for, for their name and by whoever signed them; null: all that counts is that Traefik didn't make them itself. */
  readonly days: number | null;
  /** `*` for every public name that is known. */
  readonly name: string;
}

/** @returns null when it can't be read */
export function parseNamesTarget(target: string): NamesTarget | null {
  const { what, days, name } = NAMES.exec(target)?.groups ?? {};
  if (name === undefined) return null;
  return { what: what === 'certificates' ? 'certificates' : 'machines', days: days === undefined ? null : Number(days), name };
}

function proxmoxTarget(target: string): ProbeTarget | null {
  const read = parseProxmoxTarget(target);
  return read === null ? null : { host: read.name, port: null };
}

/** `pica01` of `pica01`, `pica01:22`, `guest/pica01` or `https://pica01/health`: what a probe asks, as a machine. What can't be read stands for itself. */
export function hostOfTarget(target: string): string {
  const gluster = parseGlusterTarget(target);
  if (gluster !== null) return gluster.name === '*' ? 'GlusterFS' : gluster.name;
  const disks = parseRaidTarget(target) ?? parseSmartTarget(target);
  if (disks !== null) return disks.name === '*' ? 'disks' : disks.name;
  const held = parseHeldTarget(target);
  if (held !== null) return held === '*' ? 'addresses' : held;
  const named = parseNamesTarget(target);
  if (named !== null) return named.name === '*' ? 'DNS' : named.name;
  return /^(?:node|guest)\//u.test(target) ? target.slice(target.indexOf('/') + 1) : (partsOf(target)?.host ?? target);
}

function partsOf(target: string): Parts | null {
  const [, scheme = null, host, digits, rest = ''] = TARGET.exec(target) ?? [];
  if (host === undefined) return null;
  return { scheme, host: host.replace(/^\[|\]$/gu, ''), port: digits === undefined ? null : Number(digits), rest };
}

function withPort(host: string, port: number | undefined, isRead: boolean): ProbeTarget | null {
  return isRead && port !== undefined && port >= 1 && port <= 65_535 ? { host, port } : null;
}
