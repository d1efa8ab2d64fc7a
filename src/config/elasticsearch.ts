import { z } from 'zod';
import { duration, NAME, pem, secret, sshAccess } from './kinds.ts';

/** Credentials are no part of it: they would end up in errors. */
const URL_FORM = z
  .string()
  .regex(
    /^https?:\/\/[^/\s@]+(?:\/[^\s@]*[^/\s@])?$/u,
    'must be an address such as http://127.0.0.1:9200, without credentials or a slash at the end',
  );

const cluster = z.strictObject({
  url: URL_FORM.describe('Its address, with the port: http://127.0.0.1:9200. With ssh: as seen from over there'),
  ca: pem('CERTIFICATE').optional().describe('The only authority whose certificates are accepted, as PEM; for https://'),
  api_key: secret('API key, as Elasticsearch gives it encoded').optional(),
  username: NAME.optional().describe('Account, in the place of api_key'),
  password: secret('Its password').optional(),
  ssh: sshAccess('The machine from which the cluster can be reached: user@host')
    .optional()
    .describe('Reached through SSH, as a port forward would'),
  timeout: duration.default('10s').describe('How long one request may take, such as 10s'),
});

/** `elasticsearch:` of vigie.yaml. */
export const elasticsearch = z.record(NAME, cluster).default({});
