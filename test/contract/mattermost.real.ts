import { setTimeout as delay } from 'node:timers/promises';
import type { ContractServer } from './mattermost-scene.ts';

/**
 * The real Mattermost that the environment names, or null. `MATTERMOST_URL` and `MATTERMOST_ADMIN_TOKEN` (a system administrator's)
 * must both be set; the server must allow 127.0.0.1 in `AllowedUntrustedInternalConnections`.
 */
export function realMattermost(): ContractServer | null {
  const { MATTERMOST_URL: url, MATTERMOST_ADMIN_TOKEN: adminToken } = process.env;
  if (!url || !adminToken) return null;
  return {
    url: url.replace(/\/$/, ''),
    adminToken,
    integrationTimeoutMs: 30_000,
    authTimeoutMs: 5_000,
    passTime: (ms) => delay(ms),
    stop: async () => {},
  };
}
