import type { Backups } from '#ports/backups.ts';
import type { DrawScreen } from '#ports/console.ts';
import type { Clients, MetricsReader, SelfFacts, SystemClients } from '#ports/clients.ts';
import type { JobsReader } from '#ports/jobs.ts';
import type { StatusSource } from '#ports/status.ts';
import type { LevelsReader } from '#ports/levels.ts';
import type { Prober } from '#ports/prober.ts';
import type { Search } from '#ports/search.ts';
import type { Desk } from '../alert/desk.ts';
import type { Context } from '../operation/context.ts';
import { rotaClient, type RotaBook } from '../people/rota.ts';
import { alertsOf } from './alerts.ts';
import { announcementsOf } from './announcements.ts';
import { catalogueOf } from './catalogue.ts';
import { houseOf } from './house.ts';
import { freezesOf } from './freezes.ts';
import { NO_BACKUPS, NO_JOBS } from './missing.ts';
import { operationsOf } from './operations.ts';
import { releasesOf } from './releases.ts';
import { selfOf } from './self.ts';

/** What clients are made of. Those of vigie itself are asked for when they are used: they need what needs them. */
export interface ClientParts {
  readonly systems: SystemClients;
  /** Systems that say how they stand. */
  readonly standing: readonly StatusSource[];
  /** Null where there is no place for any. */
  readonly backups: Backups | null;
  /** Null where there are none. */
  readonly jobs: JobsReader | null;
  readonly context: () => Context;
  readonly desk: () => Desk;
  readonly rota: RotaBook | null;
  readonly searches: ReadonlyMap<string, Search>;
  readonly metrics: MetricsReader;
  readonly levels: LevelsReader;
  readonly prober: Prober;
  readonly drawScreen: DrawScreen;
  readonly storeFile: string;
  readonly timezone: string;
  readonly facts: SelfFacts;
}

/** What handlers use: systems, and vigie itself. */
export function clientsOf(parts: ClientParts): Clients {
  const { context, desk, searches } = parts;
  return {
    ...parts.systems,
    backups: parts.backups ?? NO_BACKUPS,
    jobs: parts.jobs ?? NO_JOBS,
    metrics: parts.metrics,
    house: houseOf(parts.standing, () => ({
      inventory: context().inventory,
      around: { ...parts.systems, prober: parts.prober, self: { now: () => context().clock.now() } },
    })),
    levels: parts.levels,
    prober: parts.prober,
    screens: { draw: parts.drawScreen },
    rota: rotaClient(parts.rota, () => context().people),
    people: { pinOf: (id) => context().people.pinOf(id), nameOf: (id) => context().people.nameOf(id) },
    freezes: freezesOf(context),
    announcements: announcementsOf(context),
    releases: releasesOf(() => context().store),
    operations: operationsOf(context),
    self: selfOf(context, parts),
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
