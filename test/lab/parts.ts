import type { Policy } from '#domain/operation/policy.ts';
import type { ServiceFacts } from '#ports/inventory.ts';
import type { RoleMembers } from '#pipeline/people.ts';
import type { Parts } from '#app/vigie.ts';

/** What the lab's vigies know of a service that nobody described. */
export const FACTS: ServiceFacts = {
  name: '',
  environment: null,
  database: false,
  repositories: [],
  self: false,
  stackFile: null,
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

/** What every vigie of the lab has in common; each adds its servers, its store and its clock. */
export const LAB_PARTS = {
  policy: POLICY,
  roles: ROLES,
  inventory: { service: (name) => ({ ...FACTS, name }) },
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
