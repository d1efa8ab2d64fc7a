import type { Clients, MetricsReader } from '#ports/clients.ts';
import type { Search } from '#ports/search.ts';
import type { Desk } from '../alert/desk.ts';
import type { Context } from '../operation/context.ts';
import { rotaClient, type RotaBook } from '../people/rota.ts';
import { alertsOf } from './alerts.ts';
import { catalogueOf } from './catalogue.ts';
import { NO_BACKUPS, NO_DATABASES, NO_GUEST_FILES, NO_HOSTS, NO_HYPERVISOR, NO_JOBS, NO_SWARM, type Infrastructure } from './missing.ts';
import { operationsOf } from './operations.ts';
import { releasesOf } from './releases.ts';
import { selfOf } from './self.ts';

/** What clients are made of. Those of vigie itself are asked for when they are used: they need what needs them. */
export interface ClientParts extends Infrastructure {
  readonly context: () => Context;
  readonly desk: () => Desk;
  readonly rota: RotaBook | null;
  readonly searches: ReadonlyMap<string, Search>;
  readonly metrics: MetricsReader;
  readonly storeFile: string;
  readonly timezone: string;
}

/** What handlers use: systems, and what says that they are missing where they aren't configured; and vigie itself. */
export function clientsOf(parts: ClientParts): Clients {
  const { context, desk, searches } = parts;
  return {
    swarm: parts.swarm ?? NO_SWARM,
    hosts: parts.hosts ?? NO_HOSTS,
    hypervisor: parts.hypervisor ?? NO_HYPERVISOR,
    guestFiles: parts.guestFiles ?? NO_GUEST_FILES,
    databases: parts.databases ?? NO_DATABASES,
    backups: parts.backups ?? NO_BACKUPS,
    jobs: parts.jobs ?? NO_JOBS,
    metrics: parts.metrics,
    rota: rotaClient(parts.rota, () => context().people),
    people: { pinOf: (id) => context().people.pinOf(id) },
    releases: releasesOf(() => context().store),
    operations: operationsOf(context),
    self: selfOf(context, parts.storeFile, parts.timezone),
    get inventory() {
      return context().inventory;
    },
    get catalogue() {
      return catalogueOf(context());
    },
    get alerts() {
      return alertsOf(desk, searches, context().store, () => context().clock.now());
    },
  };
}
