import type { Clock } from '#kernel/clock.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { GuestFacts, ServiceFacts } from '#ports/inventory.ts';
import type { RoleMembers } from '#pipeline/people/people.ts';
import type { AlertParts } from '#pipeline/alert/start.ts';
import type { Prober } from '#ports/prober.ts';
import { VigieError } from '#kernel/errors.ts';
import { drawScreen } from '#adapters/rfb/draw-screen.ts';
import type { Parts } from '#app/vigie.ts';
import { MemoryDatabases } from './databases/memory-databases.ts';

/** What the lab's vigies know of a guest that nobody described. */
export const GUEST_FACTS: GuestFacts = {
  name: '',
  swarmNode: null,
  brick: false,
  databases: false,
  mayBeOff: false,
  order: null,
  snapshotKeepMs: null,
  backupKeep: 7,
  backupAtLeastMs: 86_400_000,
};

/** What the lab's vigies know of a service that nobody described. */
export const FACTS: ServiceFacts = {
  name: '',
  environment: null,
  database: false,
  repositories: [],
  self: false,
  stackFile: null,
  most: 10,
  settleMs: 60_000,
};

/** Operators may do everything; members only look. */
export const POLICY: Policy = {
  roles: [
    { name: 'operator', may: ['read', 'safe', 'change', 'danger'], approves: ['change', 'danger'] },
    { name: 'member', may: ['read'], approves: [] },
  ],
  rules: [],
};

export const ROLES: readonly RoleMembers[] = [
  { role: 'operator', users: ['alice', 'bob'], groups: [], channels: [] },
  { role: 'member', users: ['zoe'], groups: [], channels: [] },
];

/** No rules: nothing is looked at. */
export const NO_ALERTS: AlertParts = {
  rules: [],
  settings: {
    channel: '',
    channels: {},
    groupWaitMs: 30_000,
    groupIntervalMs: 300_000,
    repeatIntervalMs: 4 * 3_600_000,
    postsPerMinute: 20,
    quietHours: null,
    windows: [],
    timezone: 'Europe/Paris',
    escalateAfterMs: 600_000,
    skipAfterMs: 3_600_000,
    pagers: { first: [], second: [] },
  },
  onCall: () => ({ current: null, next: [] }),
  probe: async () => ({ ok: true, look: { findings: [], reports: [], memory: {} } }),
};

/** Nothing outside is looked at. */
export const NO_PROBER: Prober = {
  async probe({ kind }) {
    throw new VigieError('probe_impossible', { kind, reason: 'the lab has no outside' });
  },
};

/** What every vigie of the lab has in common; each adds its servers, its store and its clock. */
export const LAB_PARTS = {
  searches: new Map(),
  charts: null,
  drawScreen,
  metrics: [],
  alerts: NO_ALERTS,
  prober: NO_PROBER,
  pagers: new Map(),
  policy: POLICY,
  roles: ROLES,
  inventory: {
    service: (name) => ({ ...FACTS, name }),
    guest: (name) => ({ ...GUEST_FACTS, name }),
    namesOf: (name) => [name],
    knows: () => true,
  },
  timezone: 'Europe/Paris',
  language: 'en',
  languages: {},
  accounts: {},
  callbackUrl: null,
  mainCommand: 'ops',
  count: () => undefined,
  version: 'test',
  loaded: {},
} as const satisfies Partial<Parts>;

/** The databases of the lab's services: `pad` on a PostgreSQL, `blog` on a MariaDB. */
export function labDatabases(clock: Clock): MemoryDatabases {
  const databases = new MemoryDatabases(clock);
  databases.addServer({ name: 'postgres', engine: 'postgres', node: 'pica01' });
  databases.addServer({ name: 'mariadb', engine: 'mariadb', node: 'pica02' });
  databases.addDatabase({ name: 'pad', server: 'postgres', usedBy: ['pad'], tables: { 'public.notes': 120, 'public.people': 12 } });
  databases.addDatabase({ name: 'blog', server: 'mariadb', usedBy: ['blog'], tables: { posts: 40, comments: 300 } });
  return databases;
}
