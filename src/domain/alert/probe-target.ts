import type { ProbeCheck } from './rule.ts';

/** Where a probe goes. */
export interface ProbeTarget {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string;
  /** Null for kinds that know no ports. */
  readonly port: number | null;
}

/** A host's name or IPv4 address, or an IPv6 address in brackets: nothing that a program could take for an option. */
const HOST = String.raw`[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]`;
const HOST_ALONE = new RegExp(`^(${HOST})$`, 'u');
const HOST_PORT = new RegExp(`^(${HOST})(?::(\\d{1,5}))?$`, 'u');

/**
 * Reads a target as its kind wants it: `ping` and `dns` a host, `tcp` `host:port`, `tls` `host` or `host:port` (443), `http`
 * an address with http:// or https://, `docker` a node's name or `*` for all of them, `proxmox` a node's name.
 * @returns null when it can't be read
 */
export function parseProbeTarget(kind: ProbeCheck['kind'], target: string): ProbeTarget | null {
  if (kind === 'http') return urlTarget(target);
  if (kind === 'docker' && target === '*') return { host: '*', port: null };
  if (kind !== 'tcp' && kind !== 'tls') {
    const [, alone] = HOST_ALONE.exec(target) ?? [];
    return alone === undefined ? null : { host: bare(alone), port: null };
  }
  const [, host, digits] = HOST_PORT.exec(target) ?? [];
  const port = digits === undefined && kind === 'tls' ? 443 : Number(digits ?? 0);
  return host === undefined || port < 1 || port > 65_535 ? null : { host: bare(host), port };
}

function urlTarget(target: string): ProbeTarget | null {
  const [, scheme, host, digits] = new RegExp(`^(https?)://(${HOST})(?::(\\d{1,5}))?(?:[/?]\\S*)?$`, 'u').exec(target) ?? [];
  const port = digits === undefined ? (scheme === 'https' ? 443 : 80) : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? null : { host: bare(host), port };
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/gu, '');
}
