import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import { duration, NAME, secret } from './kinds.ts';

const PUBLIC = z
  .string()
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/u, 'must be a name such as team.example.org, in small letters');
const SERVER = z
  .string()
  .regex(
    /^(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|\[[0-9a-f:]+\](?::\d{1,5})?|[0-9a-f:]*:[0-9a-f:]+)$/u,
    'must be an address such as 192.0.2.53 or 192.0.2.53:5353',
  );

const BASE64 = NAME.refine(
  (text) => /^(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(text),
  'must lead to a key in Base64',
);

const update = z.strictObject({
  server: SERVER.optional().describe('Its primary; the first of `servers` if not given'),
  key: PUBLIC.or(z.string().regex(/^[a-z0-9_-]{1,63}$/u, 'must be the name of a key, in small letters')).describe(
    'The name of the key (TSIG, hmac-sha256)',
  ),
  secret: secret('The key itself, in Base64', BASE64),
});

const zone = z.strictObject({
  servers: z.array(SERVER).min(1).describe('Its own servers'),
  update: update.optional().describe('How vigie may change addresses in it (RFC 2136): for `dns-set`'),
});

/** `names:` of vigie.yaml. */
export const names = z.strictObject({
  public: z.array(PUBLIC).default([]).describe("Public names that are watched, beside those that the services' routes are for"),
  resolver: SERVER.optional().describe("Asked as the public would; this machine's own if not given"),
  ttl: duration
    .refine((text) => (parseDuration(text) ?? 0) % 1_000 === 0, 'must be whole seconds')
    .default('10m')
    .describe('The longest life of a record that a failover can bear, such as 10m'),
  zones: z
    .record(PUBLIC, zone)
    .default({})
    .describe('Zones whose servers are not looked up, such as hidden ones, or whose records vigie may change'),
});
