import { z } from 'zod';
import { inOneForm } from '#domain/names/address.ts';
import { NAME } from './kinds.ts';

const address = z.strictObject({
  address: z.union([z.ipv4(), z.ipv6().overwrite(inOneForm)], { error: 'must be an address, such as 192.0.2.1' }).describe('IPv4 or IPv6'),
  machine: NAME.optional().describe('Where it belongs: a machine of `hosts`'),
  purpose: NAME.optional().describe('What it is for, in a few words'),
  moves_to: z
    .array(NAME)
    .default([])
    .describe('IPv4 alone: machines of `hosts` on the same link that take it over while its own is away (`failover`), in this order'),
  spare: z.boolean().default(false).describe('Kept for later: nobody is to hold it'),
});

/** `addresses:` of vigie.yaml. */
export const addresses = z.array(address).default([]);
