import { z } from 'zod';
import { duration, NAME, secret, sshAccess } from './kinds.ts';

/** Proxmox's own port must be written: 443 would be somebody else's server. */
const API = z
  .string()
  .regex(
    /^https:\/\/(?:\[[0-9a-f:]+\]|[^/:\s@]+):\d{1,5}$/u,
    'must be an address such as https://10.0.0.1:8006, with the port and nothing after it',
  );
const FINGERPRINT = z
  .string()
  .regex(
    /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/u,
    'must be the SHA-256 fingerprint, AB:CD:… of 32 pairs, as `pvenode cert info` shows it',
  );
const tokenForm = NAME.refine(
  (text) => /^[^\s@!=]+@[^\s@!=]+![A-Za-z][\w.-]*=\S+$/u.test(text),
  'must lead to an API token in the form user@realm!name=secret',
);

const host = z.strictObject({
  url: API.optional().describe('Its API: https://10.0.0.1:8006'),
  fingerprint: FINGERPRINT.optional().describe('SHA-256 of its certificate, the only one that is accepted: `pvenode cert info` there'),
  ssh: sshAccess('user@host: root, or an account that may `sudo -n pvesh`')
    .optional()
    .describe('`pvesh` over SSH, where the API cannot be reached; with url, the second way. Backups of guests are copied over it'),
});

const guest = z.strictObject({
  swarm_node: NAME.optional().describe('The Swarm node that it is, by its host name: drained before it is stopped or reverted'),
  brick: z.boolean().default(false).describe('Holds a brick of GlusterFS: going back to a snapshot would damage the volume'),
  databases: z.boolean().default(false).describe('Holds data of databases: stopped or reverted only when they are elsewhere'),
  order: z
    .number()
    .int()
    .min(0)
    .max(9_999)
    .optional()
    .describe('When its hypervisor is emptied: the smallest moves first, those without one last, by their numbers'),
  may_be_off: z.boolean().default(false).describe('It is off on purpose: `status` does not point at it'),
});

/** As many as days, for a daily one. */
export const BACKUPS_KEPT = 7;
export const BACKUPS_AT_LEAST = '1d';

const snapshots = z.strictObject({
  keep: duration.optional().describe('How long snapshots that vigie took are kept, such as 14d; without it, until somebody deletes them'),
});

const backups = z.strictObject({
  keep: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(BACKUPS_KEPT)
    .describe('How many good backups of each guest are kept: of different days, as far as there are'),
  at_least: duration.default(BACKUPS_AT_LEAST).describe('Nothing younger than this ever goes, however many there are, such as 1d'),
});

/** `proxmox:` of vigie.yaml. */
export const proxmox = z.strictObject({
  hosts: z
    .record(NAME, host)
    .describe('Hosts of one cluster, by the names that Proxmox gives them; when one does not answer, the next is asked'),
  token: secret('API token: user@realm!name=secret', tokenForm).optional(),
  guests: z.record(NAME, guest).default({}).describe('What Proxmox cannot know of its virtual machines and containers, by their names'),
  snapshots: snapshots.prefault({}).describe('Snapshots that vigie takes'),
  backups: backups.prefault({}).describe('Backups of guests that vigie takes'),
  timeout: duration.default('15s').describe('How long one request may take, such as 15s'),
});

/** What a guest has that the configuration doesn't name. */
export const GUEST_DEFAULTS = guest.parse({});
