import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';

export const NAME = z.string().min(1, 'must not be empty');
export const ABSOLUTE = z.string().regex(/^\//u, 'must be an absolute path');
/** As Mattermost shows it, but without the sign in front: people paste it from there. */
export const USER = z.string().regex(/^[^@]/u, 'must be a user name, without the @');
export const GROUP = z.string().regex(/^[^@]/u, 'must be the name of a group, without the @');
/** A bare name is the channel's only if no other of vigie's teams has one of that name. */
export const CHANNEL = z
  .string()
  .regex(
    /^(?:[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/u,
    'must be the name of a channel as its address shows it: small letters, digits and -',
  );
export const duration = z.string().refine((text) => parseDuration(text) !== null, 'must be a duration such as 90s, 10m or 1h30m');
export const baseUrl = z
  .string()
  .regex(/^https?:\/\/[^/\s]+(?:\/[^\s]*[^/\s])?$/u, 'must be an address such as https://team.example.org, without a slash at the end');
/** Docker's own form for image names: what stands before the tag. */
export const REPOSITORY = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)*$/u,
    'must be a repository such as registry.example.org/pad: no https://, no tag',
  );
export const REGISTRY = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/u, 'must be a host such as registry.example.org or host:5000, without https://');
export const timezone = z.string().refine(isTimezone, 'is no time zone: write one such as Europe/Paris');

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A key whose value must never stand in the file itself: `isSecret` knows it again. */
export function secret(description: string, schema: z.ZodString = NAME) {
  return schema.meta({ secret: true, description });
}

/**
 * Mattermost makes all its tokens of 26 small letters and digits. Not said with `regex`, which would end up in the JSON
 * Schema: there a reference stands in its place.
 */
export function token(description: string, origin: string) {
  const form = NAME.refine((text) => /^[a-z0-9]{26}$/u.test(text), `must lead to the 26 letters and digits ${origin}`);
  return secret(description, form);
}

/** People write the path alone where its content is meant. */
export function pem(what: string) {
  return NAME.refine(
    (text) => /^-----BEGIN ([A-Z ]*)-----/u.exec(text)?.[1]?.endsWith(what) === true,
    `must lead to a PEM ${what.toLowerCase()}: write \${file:/path/to/it}`,
  );
}

/** Whether a key's value is a secret. */
export function isSecret(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isSecret(schema.unwrap());
  return z.globalRegistry.get(schema)?.['secret'] === true;
}

/** Of a machine behind SSH. */
export const HOST_KEY = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/u, 'must be SHA256:… as `ssh-keygen -lf` prints it');

/** How a machine is reached over SSH. */
export function sshAccess(description: string) {
  return z.strictObject({
    host: z
      .string()
      .regex(/^[^@/\s]+@[^:/@\s]+(?::\d{1,5})?$/u, 'must be user@host or user@host:port')
      .describe(description),
    key: secret('Private key, as PEM or OpenSSH', pem('PRIVATE KEY')),
    host_key: HOST_KEY.describe('The only host key that is accepted'),
  });
}
