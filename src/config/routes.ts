import { z } from 'zod';
import { baseUrl, duration, NAME, pem, secret } from './kinds.ts';

const api = z.strictObject({
  url: baseUrl.describe('Where its API answers: http://10.0.0.1:8080, without /api'),
  username: NAME.optional().describe('Account, where the API asks for one'),
  password: secret('Its password').optional(),
  ca: pem('CERTIFICATE').optional().describe('With https://: the only authority whose certificates are accepted'),
});

/** `traefik:` of vigie.yaml. */
export const traefik = z.strictObject({
  api: z
    .record(NAME, api)
    .default({})
    .describe('Traefiks whose API is asked what they serve, by names of your own; without any, labels alone tell'),
  exposed_by_default: z
    .boolean()
    .default(true)
    .describe("As in Traefik's own configuration: whether services without `traefik.enable` are served"),
  tls_entry_points: z
    .array(NAME)
    .default(['websecure', 'https'])
    .describe('Entry points that speak TLS whatever the labels of a service say'),
  timeout: duration.default('3s').describe('How long one request may take, such as 3s'),
});
