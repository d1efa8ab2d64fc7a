import { parseDuration } from '#kernel/duration.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { Inventory } from '#ports/inventory.ts';
import { BACKUPS_AT_LEAST, BACKUPS_KEPT, GUEST_DEFAULTS } from './proxmox.ts';
import { SERVICE_DEFAULTS, type Config } from './schema.ts';

/** What the configuration says, in the forms that the layers below know. */
export function policyOf({ roles, policy }: Config): Policy {
  return {
    roles: Object.entries(roles).map(([name, { may, approves }]) => ({ name, may, approves })),
    rules: policy.map(({ match, set: { approved_by: approvedBy, settled, ...set } }) => ({
      match,
      set: { ...set, approvedBy, settledMs: settled === undefined ? undefined : durationMs(settled) },
    })),
  };
}

export function roleMembersOf({ roles }: Config) {
  return Object.entries(roles).map(([role, { users, groups, channels }]) => ({ role, users, groups, channels }));
}

/** What is pinned besides the members of roles: who has an account here, and where vigie speaks. */
export function namesOf({ socket, mattermost, alerts }: Config) {
  const places = [mattermost.operations_channel, mattermost.announce, alerts.channel].filter((place) => place !== undefined);
  return { users: Object.values(socket.accounts), channels: places };
}

/** Who has to hold a role to be of use where the configuration names them. */
export function namedOf({ socket, oncall }: Config) {
  const accounts = Object.values(socket.accounts).map((name) => ({ name, place: 'socket.accounts' }));
  const onCall = [...(oncall?.people ?? []), ...Object.values(oncall?.ics?.names ?? {})];
  return [...accounts, ...[...new Set(onCall)].map((name) => ({ name, place: 'oncall' }))];
}

export function inventoryOf({ services, hosts, proxmox, databases, machines }: Config): Inventory {
  const guests = proxmox?.guests ?? {};
  const called = Object.entries(hosts).map(([name, { aliases }]) => [name, ...aliases]);
  return {
    namesOf: (name) => called.find((names) => names.includes(name)) ?? [name],
    knows: (name) =>
      called.some((names) => names.includes(name)) || [services, guests, databases, machines].some((named) => Object.hasOwn(named, name)),
    service(name) {
      const facts = Object.hasOwn(services, name) ? (services[name] ?? SERVICE_DEFAULTS) : SERVICE_DEFAULTS;
      return {
        name,
        environment: facts.environment ?? null,
        database: facts.database,
        repositories: facts.repositories,
        self: facts.self,
        stackFile: facts.stack_file ?? null,
        most: facts.most,
        settleMs: durationMs(facts.settle),
      };
    },
    guest(name) {
      const facts = Object.hasOwn(guests, name) ? (guests[name] ?? GUEST_DEFAULTS) : GUEST_DEFAULTS;
      const keep = proxmox?.snapshots.keep;
      return {
        name,
        swarmNode: facts.swarm_node ?? null,
        brick: facts.brick,
        databases: facts.databases,
        mayBeOff: facts.may_be_off,
        order: facts.order ?? null,
        snapshotKeepMs: keep === undefined ? null : durationMs(keep),
        backupKeep: proxmox?.backups.keep ?? BACKUPS_KEPT,
        backupAtLeastMs: durationMs(proxmox?.backups.at_least ?? BACKUPS_AT_LEAST),
      };
    },
  };
}

/** Of a text that the schema accepted as a duration. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? 0;
}
