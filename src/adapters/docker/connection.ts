import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
// oxlint-disable-next-line no-restricted-imports -- two packages are left out, and nothing is loaded that a layer forbids
import { registerHooks } from 'node:module';
import type Docker from 'dockerode';
import type { Remote } from '#ports/remote.ts';
import { boundAnswers } from './bounded-answers.ts';
import { RemoteAgent } from './remote-agent.ts';

/** A client's certificate and key, and the authority that signed the daemon's, all PEM. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** How the daemon is reached. Plain TCP (no `tls`) is for loopback alone: whoever reaches that port is root. */
export type DaemonAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsFiles | null }
  | { readonly kind: 'remote'; readonly remote: Remote; readonly path: string };

export interface Connection {
  readonly docker: Docker;
  close(): void;
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * What docker-modem would otherwise take from `DOCKER_HOST` and its kin: vigie's configuration is the only reader of the
 * environment.
 */
const NOT_FROM_THE_ENVIRONMENT = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  pathPrefix: '/',
};

/** The name of a daemon in errors. */
export function nameOf(address: DaemonAddress): string {
  if (address.kind === 'socket') return address.path;
  return address.kind === 'tcp' ? `${address.host}:${address.port}` : address.remote.host;
}

/** @throws TypeError for plain TCP to another machine */
export function checkAddress(address: DaemonAddress): void {
  if (address.kind !== 'tcp' || address.tls !== null || LOOPBACK.test(address.host)) return;
  throw new TypeError(`${nameOf(address)}: Docker over TCP needs TLS, unless on loopback`);
}

/**
 * Imports dockerode on first use: a vigie without Docker doesn't pay for it.
 * @param timeoutMs after which an idle socket is given up
 */
export async function connect(address: DaemonAddress, timeoutMs: number): Promise<Connection> {
  const Dockerode = await loadDockerode();
  const { agent, ...options } = optionsOf(address, timeoutMs);
  const given = { ...NOT_FROM_THE_ENVIRONMENT, ...options, agent, timeout: timeoutMs };
  boundAnswers(agent);
  return { docker: new Dockerode(given), close: () => agent.destroy() };
}

/** What dockerode builds images with, through BuildKit: ten megabytes that vigie, which builds none through it, would hold in vain. */
const BUILD_KIT = new Set(['@grpc/grpc-js', '@grpc/proto-loader']);

async function loadDockerode(): Promise<typeof Docker> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      BUILD_KIT.has(specifier) ? { url: 'node:util', format: 'builtin', shortCircuit: true } : next(specifier, context),
  });
  try {
    return (await import('dockerode')).default;
  } finally {
    hooks.deregister();
  }
}

function optionsOf(address: DaemonAddress, timeoutMs: number) {
  // Nothing is read before it is asked for: see `gathered`.
  const agentOptions = { keepAlive: true, maxSockets: 8, readableHighWaterMark: 1 };
  if (address.kind === 'socket') return { protocol: 'http', socketPath: address.path, agent: new HttpAgent(agentOptions) } as const;
  if (address.kind === 'remote')
    return {
      protocol: 'http',
      host: 'docker',
      port: 80,
      agent: new RemoteAgent(address.remote, address.path, timeoutMs),
    } as const;
  const { host, port, tls } = address;
  if (tls === null) return { protocol: 'http', host, port, agent: new HttpAgent(agentOptions) } as const;
  return { protocol: 'https', host, port, ...tls, agent: new HttpsAgent({ ...agentOptions, ...tls }) } as const;
}
