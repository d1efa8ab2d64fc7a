import { z } from 'zod';
import { duration } from './kinds.ts';

/** An address outside that notices when vigie stops calling it. */
export const heartbeat = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^\s/]+\S*$/u, 'must be an address such as https://hc-ping.com/…')
    .describe('Called with GET as long as vigie lives and is heard; a reference, if its path is a secret'),
  every: duration.default('1m').describe('How often, such as 1m: well below what the other side waits for'),
  timeout: duration.default('10s').describe('How long one call may take'),
});
