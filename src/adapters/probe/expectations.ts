import { isIP } from 'node:net';
import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { parseProbeTarget, type ProbeTarget } from '#domain/alert/probe-target.ts';
import type { Probe } from '#ports/prober.ts';

const status = z.int().min(100).max(599);
const address = z.string().refine((text) => isIP(text) !== 0, 'is no address');

/** What a rule may expect of a target, by kind. */
export const EXPECTATIONS = {
  ping: z.strictObject({}),
  tcp: z.strictObject({}),
  http: z.strictObject({
    /** One status or several; by default everything below 400. */
    status: z.union([status.transform((one) => [one]), z.array(status).min(1)]).optional(),
    /** Text that must stand in the first 256 KiB. */
    body: z.string().min(1).optional(),
    /** How many redirects are followed; with 0 the redirect itself is judged. */
    redirects: z.int().min(0).max(10).default(5),
    /** The address to connect to, in the place of one that the name has. Redirects to other names go their own way. */
    address: address.optional(),
  }),
  tls: z.strictObject({
    /** Whole days that the certificate must still be good for. */
    days: z.int().min(0).default(0),
    /** The name to ask for, where it isn't the target's. */
    servername: z.string().min(1).optional(),
    /** The address to connect to, in the place of one that the name has. */
    address: address.optional(),
  }),
  dns: z.strictObject({
    /** All the addresses that the name must lead to, and no others; by default any. */
    addresses: z.array(address).min(1).optional(),
    /** `address` or `address:port` of the server to ask; by default the system's. */
    server: z.string().min(1).optional(),
  }),
  docker: z.strictObject({}),
  proxmox: z.strictObject({}),
  gluster: z.strictObject({}),
  raid: z.strictObject({}),
  smart: z.strictObject({}),
  addresses: z.strictObject({}),
  names: z.strictObject({}),
} as const;

/** Reads what a rule says of a target. @throws probe_invalid */
export function expectationOf<S extends z.ZodType>(schema: S, { kind, target, expect }: Probe): z.output<S> {
  const read = schema.safeParse(expect);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const reason = `expect.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new VigieError('probe_invalid', { kind, target, reason });
}

/** @throws probe_invalid */
export function targetOf({ kind, target }: Probe): ProbeTarget {
  const read = parseProbeTarget(kind, target);
  if (read === null) throw new VigieError('probe_invalid', { kind, target, reason: 'the target' });
  return read;
}
