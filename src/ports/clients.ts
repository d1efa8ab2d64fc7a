import type { Json, JsonObject } from '#kernel/json.ts';
import type { Duty, Shift, Turn } from '#domain/alert/oncall.ts';
import type { ActionShape } from '#domain/command/shape.ts';
import type { Release } from '#domain/operation/commit.ts';
import type { Freeze } from '#domain/operation/freeze.ts';
import type { Operation, Person } from '#domain/operation/operation.ts';
import type { MetricView } from '#domain/metrics/charts.ts';
import type { Risk } from '#domain/operation/states.ts';
import type { Alerts, AlertsReader } from './alerts.ts';
import type { CalendarState } from './calendar.ts';
import type { DrawScreen } from './console.ts';
import type { Disks, DisksReader } from './disks.ts';
import type { Hosts, HostsReader } from './hosts.ts';
import type { Inventory } from './inventory.ts';
import type { Backups, BackupsReader } from './backups.ts';
import type { Databases, DatabasesReader } from './databases.ts';
import type { GuestFiles, GuestFilesReader } from './guest-files.ts';
import type { Hypervisor, HypervisorReader } from './hypervisor.ts';
import type { JobsReader } from './jobs.ts';
import type { House } from './status.ts';
import type { LevelsReader } from './levels.ts';
import type { LogsReader } from './logs.ts';
import type { Network, NetworkReader } from './network.ts';
import type { Names, NamesReader } from './names.ts';
import type { Power, PowerReader } from './power.ts';
import type { Prober } from './prober.ts';
import type { Routes, RoutesReader } from './routes.ts';
import type { AuditRecord, LedgerRelease } from './store.ts';
import type { Swarm, SwarmReader } from './swarm.ts';
import type { Volumes, VolumesReader } from './volumes.ts';

/** An action as `help` shows it to one person. */
export interface ActionEntry {
  /** What it is about: `service`, `vm`, …; null for what stands beside the families. */
  readonly family: string | null;
  readonly shape: ActionShape;
  readonly kind: 'action' | 'query' | 'vote';
  /** The usual risk; null where it depends on the arguments. */
  readonly risk: Risk | null;
  /** How many people have to agree, usually, and of which roles. */
  readonly approvers: number;
  readonly approvedBy: readonly string[];
}

export interface Catalogue {
  /** What this person may ask for. */
  allowed(person: Person): readonly ActionEntry[];
  /** An action by id or alias, or null. */
  find(word: string): ActionEntry | null;
  readonly names: readonly string[];
  /** Commands that show how an action is used, by language. */
  examples(id: string): Readonly<Record<string, readonly string[]>>;
}

export interface ReleasesReader {
  /** Newest first. */
  list(service: string, limit: number): Promise<readonly LedgerRelease[]>;
}

export interface Releases extends ReleasesReader {
  enter(release: Release): Promise<void>;
}

export interface OperationsReader {
  /** Newest first. @param filter with a `target` only those that name it so */
  list(filter: { readonly open: boolean; readonly limit: number; readonly target?: string }): Promise<readonly Operation[]>;
  /** @throws operation_unknown, with the nearest id */
  get(id: string): Promise<Operation>;
  /** Null where there is none of this id. */
  find(id: string): Promise<Operation | null>;
  trail(id: string): Promise<readonly AuditRecord[]>;
  audit(since: number, limit: number): Promise<readonly AuditRecord[]>;
}

export interface Operations extends OperationsReader {
  settle(id: string, outcome: 'done' | 'failed', reason: string, by: Person): Promise<void>;
  close(id: string, by: Person): Promise<void>;
}

/** Who is on call. Every method throws `oncall_not_configured` where nobody configured it. */
export interface RotaReader {
  timezone(): string;
  duty(at: number): Duty;
  /** Turns within a span, cut at its ends. */
  turns(from: number, to: number): readonly Turn[];
  /** How reading the calendar went; null where a list says who is on call. */
  calendar(): CalendarState | null;
  /** Whether the swap of an operation is stored. */
  stored(operation: string): boolean;
  /** The user name of somebody who may be on call: a person with a role. @throws oncall_person_unknown */
  person(name: string): Promise<string>;
}

export interface Rota extends RotaReader {
  /** Once for each operation, however often it is called. */
  swap(shift: Shift, operation: string, by: Person): Promise<void>;
}

/** What people froze. */
export interface FreezesReader {
  /** In the order in which it was frozen. */
  open(): Promise<readonly Freeze[]>;
  /** By the operation that froze it, or by what is frozen. @throws freeze_unknown, with the nearest */
  find(word: string): Promise<readonly Freeze[]>;
}

export interface Freezes extends FreezesReader {
  /** Once for each operation, however often it is called. */
  set(freeze: Pick<Freeze, 'scope' | 'reason' | 'until' | 'lets'>, operation: string, by: Person): Promise<void>;
  /** Nothing is done for what is over. @param id the operation that froze it */
  end(id: string, by: Person): Promise<void>;
}

/** What the people of the house are told, beside those who operate it. */
export interface AnnouncementsReader {
  /** Whether there is a channel for it. */
  reaches(): boolean;
}

export interface Announcements extends AnnouncementsReader {
  /** Once for each operation and section, however often it is called; nothing where there is no channel for it. */
  say(section: 'begun' | 'over', operation: string, data: JsonObject): Promise<void>;
}

/** Who people are, as far as the configuration names them. */
export interface PeopleReader {
  /** The name that an id was pinned to when vigie first saw it, and when (ms); null for whoever the configuration doesn't name. */
  pinOf(id: string): Promise<{ readonly name: string; readonly at: number } | null>;
  /** The user name of somebody, as vigie last saw it; null for a stranger. */
  nameOf(id: string): string | null;
}

export interface MetricsAnswer {
  readonly targets: readonly string[];
  readonly periodMs: number;
  /** The time that is shown, ms. */
  readonly from: number;
  readonly to: number;
  readonly views: readonly MetricView[];
}

export interface MetricsReader {
  /**
   * @param text hosts or services, metrics and a period, in any order
   * @param cluster null for the first of the configuration
   * @param compareMs how long before is compared with; null or left out: nothing is
   * @throws search_*, cluster_unknown, metrics_unknown with the nearest name, metrics_target_missing, metrics_too_many, metrics_period, metric_not_for
   */
  read(text: string, cluster: string | null, signal: AbortSignal, compareMs?: number | null): Promise<MetricsAnswer>;
}

/** Which vigie runs, on which Node, since when (ms). */
export interface SelfFacts {
  readonly version: string;
  readonly node: string;
  readonly startedAt: number;
}

export interface Self {
  /** Copies vigie's store beside it, before vigie is replaced. @returns the copy's path */
  copyStore(name: string): Promise<Json>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In which people's words for times are meant. */
  timezone(): string;
  about(): SelfFacts;
}

/** Systems, as a plan or a query may use them: nothing that changes anything. */
interface SystemReaders {
  readonly swarm: SwarmReader;
  readonly hosts: HostsReader;
  readonly routes: RoutesReader;
  readonly names: NamesReader;
  readonly hypervisor: HypervisorReader;
  readonly guestFiles: GuestFilesReader;
  readonly databases: DatabasesReader;
  readonly volumes: VolumesReader;
  readonly network: NetworkReader;
  readonly disks: DisksReader;
  readonly power: PowerReader;
}

/** Systems, as a running operation may use them. */
export interface SystemClients extends SystemReaders {
  readonly swarm: Swarm;
  readonly hosts: Hosts;
  readonly routes: Routes;
  readonly names: Names;
  readonly hypervisor: Hypervisor;
  readonly guestFiles: GuestFiles;
  readonly databases: Databases;
  readonly volumes: Volumes;
  readonly network: Network;
  readonly disks: Disks;
  readonly power: Power;
}

/** vigie itself, as a plan or a query may use it. */
interface OwnReaders {
  readonly backups: BackupsReader;
  readonly jobs: JobsReader;
  readonly releases: ReleasesReader;
  readonly inventory: Inventory;
  readonly operations: OperationsReader;
  readonly catalogue: Catalogue;
  readonly people: PeopleReader;
  readonly freezes: FreezesReader;
  readonly announcements: AnnouncementsReader;
  readonly alerts: AlertsReader;
  readonly rota: RotaReader;
  readonly metrics: MetricsReader;
  readonly logs: LogsReader;
  readonly house: House;
  readonly levels: LevelsReader;
  readonly self: Pick<Self, 'now' | 'timezone' | 'about'>;
  /** Makes pictures of screens. */
  readonly screens: { readonly draw: DrawScreen };
  /** Looks at the outside from where vigie runs. */
  readonly prober: Prober;
}

/** vigie itself, as a running operation may use it. */
interface OwnClients extends OwnReaders {
  readonly backups: Backups;
  readonly releases: Releases;
  readonly operations: Operations;
  readonly alerts: Alerts;
  readonly rota: Rota;
  readonly freezes: Freezes;
  readonly announcements: Announcements;
  readonly self: Self;
}

/** What a plan or a query may use. */
export interface ReadClients extends SystemReaders, OwnReaders {}

/** What a running operation may use. */
export interface Clients extends SystemClients, OwnClients {}

export type ClientName = keyof Clients;
