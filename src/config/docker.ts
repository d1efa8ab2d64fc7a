import { z } from 'zod';
import { ABSOLUTE, HOST_KEY, pem, secret } from './kinds.ts';

/** How a Docker daemon is reached: of a Swarm's manager, of another node. */
export function dockerAddress(description: string) {
  return {
    host: z
      .string()
      .regex(
        /^(?:unix:\/\/\/.+|tcp:\/\/(?:\[[0-9a-f:]+\]|[^/:]+):\d{1,5}|ssh:\/\/[^@/]+@[^/:]+(?::\d{1,5})?)$/u,
        'must be unix:///path, tcp://host:port or ssh://user@host',
      )
      .describe(description),
    tls: z
      .strictObject({
        ca: pem('CERTIFICATE').describe("The authority that signed the daemon's certificate, as PEM"),
        cert: pem('CERTIFICATE').describe("vigie's certificate, as PEM"),
        key: secret("vigie's private key, as PEM", pem('PRIVATE KEY')),
      })
      .optional()
      .describe('For tcp://'),
    ssh: z
      .strictObject({
        key: secret('Private key, as PEM or OpenSSH', pem('PRIVATE KEY')),
        host_key: HOST_KEY.describe('The only host key that is accepted'),
        socket: ABSOLUTE.default('/var/run/docker.sock').describe("Docker's socket over there"),
      })
      .optional()
      .describe('For ssh://'),
  };
}

/** `swarm.nodes` of vigie.yaml. */
export const swarmNodes = z
  .record(
    z.string().regex(/^[\w.-]+$/u, 'must be the host name of a node'),
    z.strictObject(dockerAddress('Docker there, in the forms of swarm.host')),
  )
  .default({});
