import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Probe, Prober, ProbeResult, SystemWalks } from '#ports/prober.ts';
import { judgeCertificate } from './certificate.ts';
import { walkDns } from './dns.ts';
import { expectationOf, EXPECTATIONS, targetOf } from './expectations.ts';
import { walkHttp } from './http.ts';
import { walkPing } from './ping.ts';
import { openSocket, openTls } from './sockets.ts';
import { walk } from './walk.ts';

export interface ProberOptions {
  readonly clock: Clock;
  /** Of what the configuration connects to. */
  readonly systems: SystemWalks;
  /** Authorities to trust besides those that Node knows, as PEM. */
  readonly ca?: readonly string[];
  /** The program that pings; `ping` by default. */
  readonly ping?: string;
}

/** The key of the configuration that a kind of probe needs. */
const CONFIGURED_BY = {
  docker: 'swarm',
  proxmox: 'proxmox',
  gluster: 'gluster',
  raid: 'hosts',
  smart: 'hosts',
  addresses: 'hosts',
  names: 'names',
} as const;

/** Probes of the network, and of what the configuration connects to. */
export function createProber(options: ProberOptions): Prober {
  return { probe: (probe, signal) => probeKind(options, probe, signal) };
}

async function probeKind(options: ProberOptions, probe: Probe, signal: AbortSignal | undefined): Promise<ProbeResult> {
  const { clock, systems, ca = null, ping = 'ping' } = options;
  const { kind, timeoutMs } = probe;
  const target = targetOf(probe);
  const go = (steps: Parameters<typeof walk>[3]): Promise<ProbeResult> => walk(probe, clock, signal, steps);
  switch (kind) {
    case 'ping':
      expectationOf(EXPECTATIONS.ping, probe);
      return await go(async (way, deadline) => nothing(await walkPing(way, target.host, { program: ping, timeoutMs }, deadline)));
    case 'tcp':
      expectationOf(EXPECTATIONS.tcp, probe);
      return await go(async (way, deadline) => nothing((await openSocket(way, target, deadline)).destroy()));
    case 'http': {
      const expected = expectationOf(EXPECTATIONS.http, probe);
      return await go(async (way, deadline) => nothing(await walkHttp(way, expected, { ca, now: clock.now() }, deadline)));
    }
    case 'tls': {
      const { days, servername = target.host, address: host = target.host } = expectationOf(EXPECTATIONS.tls, probe);
      return await go(async (way, deadline) => {
        const secure = await openTls(way, await openSocket(way, { ...target, host }, deadline), { name: servername, ca }, deadline);
        try {
          return judgeCertificate(way, secure, days, clock.now());
        } finally {
          secure.destroy();
        }
      });
    }
    case 'dns': {
      const expected = expectationOf(EXPECTATIONS.dns, probe);
      return await go(async (way, deadline) => nothing(await walkDns(way, expected, timeoutMs, deadline)));
    }
    case 'docker':
    case 'proxmox':
    case 'gluster':
    case 'raid':
    case 'smart':
    case 'names':
    case 'addresses': {
      const ask = systems[kind];
      if (ask === undefined) throw new VigieError('probe_impossible', { kind, reason: `no ${CONFIGURED_BY[kind]} configured` });
      return await go(async (way, deadline) => nothing(await ask(way, deadline)));
    }
    default:
      return kind satisfies never;
  }
}

/** Some probes measure nothing but time. */
function nothing(_done: unknown): null {
  return null;
}
