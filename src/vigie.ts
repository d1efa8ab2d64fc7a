import { randomBytes } from 'node:crypto';
import { createBlot } from '#kernel/blot.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Loop } from '#kernel/loop.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { Metric } from '#domain/metrics/metric.ts';
import { Pace } from '#domain/operation/pace.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { Charts } from '#ports/charts.ts';
import type { DrawScreen } from '#ports/console.ts';
import type { SystemClients } from '#ports/clients.ts';
import type { ChatEvents, Directory, Publisher, TriggerCheck } from '#ports/chat.ts';
import type { Gateway, HealthCheck } from '#ports/gateway.ts';
import type { Inventory, NamedThing } from '#ports/inventory.ts';
import type { Log } from '#ports/log.ts';
import type { Store } from '#ports/store.ts';
import type { Prober } from '#ports/prober.ts';
import type { Pager } from '#ports/pager.ts';
import type { Search } from '#ports/search.ts';
import { LANGUAGES, type Language, type TemplateSet } from '#messages/templates.ts';
import { createEngine } from '#messages/engine.ts';
import { createRenderer } from '#messages/post.ts';
import type { Desk } from '#pipeline/alert/desk.ts';
import { startAlerts, type AlertParts, type Alerting } from '#pipeline/alert/start.ts';
import { buttonMaker } from '#pipeline/inbound/buttons.ts';
import type { Entry } from '#pipeline/operation/catalogue.ts';
import { declareTampered, listenToChat, type Listening } from '#pipeline/inbound/chat.ts';
import { createGateway } from '#pipeline/inbound/gateway.ts';
import { Follows } from '#pipeline/operation/follows.ts';
import { Reads } from '#pipeline/operation/reads.ts';
import { startRunner, type Runner } from '#pipeline/operation/runner.ts';
import type { Context } from '#pipeline/operation/context.ts';
import { expectedBackups, FRESH_WITHIN, type Expectations } from '#pipeline/jobs/expected.ts';
import { levelsReader } from '#pipeline/levels/levels.ts';
import { machineTroubles, watchMachines } from '#pipeline/machines/watch.ts';
import { watchLevels } from '#pipeline/levels/watch.ts';
import { watchNames } from '#pipeline/named/watch.ts';
import { jobsReader } from '#pipeline/clients/jobs.ts';
import { startJobs, type JobParts } from '#pipeline/jobs/start.ts';
import { sayJobsSummary } from '#pipeline/jobs/summary.ts';
import { jobTroubles } from '#pipeline/jobs/troubles.ts';
import { createMetrics } from '#pipeline/clients/metrics.ts';
import { createPeople, type RoleMembers } from '#pipeline/people/people.ts';
import { keepPeopleKnown } from '#pipeline/people/keep.ts';
import type { Names } from '#pipeline/people/membership.ts';
import { tellOfPeople } from '#pipeline/people/tell.ts';
import type { NamedPerson } from '#pipeline/people/roleless.ts';
import type { RotaBook } from '#pipeline/people/rota.ts';
import { clientsOf } from '#pipeline/clients/clients.ts';
import { vocabularyOf } from '#pipeline/operation/vocabulary.ts';
import type { BackupSettings } from '#pipeline/backup/archive.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';
import { announceStart } from '#pipeline/operation/announce.ts';
import { blottedPager, blottedPublisher } from '#outbox/blotted.ts';
import { startPaging, wakingPages, type Paging } from '#outbox/pages.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { blottedGateway, blottedStore } from './app/blotted.ts';
import { statusSources, withMissing } from './app/systems.ts';

/** What differs between production, the demo and the tests: everything else is the same code. */
export interface Parts {
  /** What handlers use of the outside, as far as it is configured. */
  readonly systems: Partial<SystemClients>;
  /** Where backups are kept, and how long; null, or left out: nowhere. */
  readonly backups?: BackupSettings | null;
  /** What vigie does by itself, where something is configured. */
  readonly jobs?: JobParts | null;
  readonly store: Store;
  readonly storeFile: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: ChatEvents;
  readonly directory: Directory;
  readonly publisher: Publisher;
  /** Elasticsearch clusters, by name. */
  readonly searches: ReadonlyMap<string, Search>;
  /** Null: posts have no pictures. */
  readonly charts: Charts | null;
  /** Makes pictures of screens. */
  readonly drawScreen: DrawScreen;
  /** Those of the configuration, beside vigie's own. */
  readonly metrics: readonly Metric[];
  /** What else machines are called than their documents call them, all names of one together. */
  readonly hostNames?: readonly (readonly string[])[];
  readonly alerts: AlertParts;
  /** How the outside is looked at from here. */
  readonly prober: Prober;
  /** Who is on call, where somebody configured it. */
  readonly rota?: RotaBook | null;
  /** Ways to reach people outside the chat, by name. */
  readonly pagers: ReadonlyMap<string, Pager>;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly templates: TemplateSet;
  readonly policy: Policy;
  readonly roles: readonly RoleMembers[];
  readonly inventory: Inventory;
  readonly timezone: string;
  readonly language: Language;
  /** By channel id. */
  readonly languages: Readonly<Record<string, Language>>;
  /** Channel id. */
  readonly operationsChannel: string;
  /** Channel id, where the people of the house are told; null, or left out: nowhere. */
  readonly announceChannel?: string | null;
  readonly accounts: Readonly<Record<string, string>>;
  /** What is pinned besides the members of roles; left out: whoever has an account here. */
  readonly names?: Names;
  /** For how long the roles last known serve while Mattermost is away; left out: a day. */
  readonly offlineForMs?: number;
  /** How long people's roles are asked for where the last known ones would do, in milliseconds. */
  readonly patienceMs?: number;
  /** Where Mattermost posts clicks, or null where it can't reach vigie. */
  readonly callbackUrl: string | null;
  readonly mainCommand: string;
  /** What one person may ask for; more where time runs faster. */
  readonly requestsAMinute?: number;
  readonly verifyTrigger: TriggerCheck;
  readonly count: (means: string, outcome: string) => void;
  /** What must never be shown or stored, whoever says it. */
  readonly secrets?: readonly string[];
  readonly version: string;
  /** Hashes of what was loaded, by name (`handlers`, `templates`, `configuration`): audited, and announced when they change. */
  readonly loaded: Readonly<Record<string, string>>;
  /** Whether vigie notes by itself how full things are, and how machines are. */
  readonly watchesLevels?: boolean;
  /** Whom the configuration names besides its roles, and where. */
  readonly named?: readonly NamedPerson[];
  /** What it names of systems and channels: whether it is there is said at the start. */
  readonly namedThings?: readonly NamedThing[];
}

export interface Vigie {
  readonly gateway: Gateway;
  readonly context: Context;
  readonly alerting: Alerting;
  /** False when neither chat nor pager takes anything: nobody hears vigie. */
  heard(): boolean;
  ready(): Promise<readonly HealthCheck[]>;
  /** Stops taking work, parks what runs, says what can still be said. */
  stop(): Promise<void>;
}

/** As the configuration has it by itself. */
const OFFLINE_FOR_MS = 86_400_000;

/** Starts the stages and the two loops over the given parts. Nothing else in vigie knows all of them. */
export async function startVigie(given: Parts): Promise<Vigie> {
  const secret = await buttonSecret(given.store);
  const blot = createBlot([...(given.secrets ?? []), secret]);
  let paging: Paging | null = null;
  const blotted = blottedStore(given.store, blot);
  const parts: Parts = {
    ...given,
    store: { ...blotted, operations: wakingPages(blotted.operations, () => paging?.wake()) },
    publisher: blottedPublisher(given.publisher, blot),
    pagers: new Map([...given.pagers].map(([name, pager]) => [name, blottedPager(pager, blot)])),
  };
  const { store, clock, log } = parts;
  const engine = createEngine(parts.templates, parts.timezone, () => clock.now(), blot);
  const renderer = createRenderer(engine, buttonMaker(secret, parts.callbackUrl), parts.timezone);
  const languageOf = (channel: string): Language => parts.languages[channel] ?? parts.language;
  const people = await createPeople({
    ...parts,
    names: parts.names ?? { users: Object.values(parts.accounts), channels: [] },
    offlineForMs: parts.offlineForMs ?? OFFLINE_FOR_MS,
    facts: store.cursors,
    tell: (news) => tellOfPeople({ ...parts, pagers: [...parts.pagers.keys()] }, news),
  });
  let runner: Runner | null = null;
  let listening: Listening | null = null;
  let working: Loop | null = null;
  const jobs = parts.jobs?.jobs ?? [];
  const systems = withMissing(parts.systems);
  const witness = createWitness(store.outbox, parts.publisher);
  const sender = startSender({
    outbox: store.outbox,
    witness,
    renderer,
    charts: parts.charts,
    clock,
    languageOf,
    operationsChannel: parts.operationsChannel,
    log,
    tampered: (key) => declareTampered(context, key),
    refusals: createRefusals(store, [...parts.pagers.keys()], clock),
    posted: (key) => listening?.rereadVotes(key),
  });
  paging = startPaging({ ...parts, pages: store.pages, outbox: store.outbox, engine });
  const expected = (now: number) => expectedBackups(expectationsOf(parts), now);
  const alerting = await startAlerts(parts.alerts, {
    ...parts,
    wake: () => sender.wake(),
    troubles: async (now) => ({
      ...(await jobTroubles(store, jobs, await expected(now), now)),
      ...(await machineTroubles(systems.power)),
      'vigie:chat': chatTroubles(parts.events),
    }),
  });
  const desk: Desk = alerting.desk;
  const context: Context = {
    store,
    clock,
    people,
    verifyTrigger: parts.verifyTrigger,
    intact: witness.intact,
    pace: new Pace(parts.requestsAMinute),
    entries: parts.entries,
    vocabulary: vocabularyOf(parts),
    examplesOf: (id) => Object.fromEntries(LANGUAGES.map((language) => [language, parts.templates[language].get(id)?.examples ?? []])),
    policy: parts.policy,
    inventory: parts.inventory,
    clients: clientsOf({
      ...parts,
      blot,
      context: () => context,
      facts: { version: parts.version, node: process.version, startedAt: clock.now() },
      desk: () => desk,
      rota: parts.rota ?? null,
      metrics: createMetrics({ ...parts, rules: parts.alerts.rules, swarm: parts.systems.swarm ?? null, now: () => clock.now() }),
      systems,
      standing: statusSources({ ...parts.systems, search: parts.searches }),
      backups: parts.backups == null ? null : createBackups({ ...parts, ...parts.backups, databases: systems.databases }),
      levels: levelsReader(store.cursors, () => clock.now()),
      jobs: jobsReader({ jobs, store, now: () => clock.now(), expected }),
    }),
    operationsChannel: parts.operationsChannel,
    announceChannel: parts.announceChannel ?? null,
    pagers: [...parts.pagers.keys()],
    reads: new Reads(),
    follows: new Follows(log),
    log,
    linkTo: (post) => witness.publisher.link(post),
    jobs,
    wake: (whom) => {
      if (whom === undefined) {
        runner?.wake();
        working?.wake();
      }
      sender.wake();
    },
  };
  await announceStart(context, parts);
  const stopping = new AbortController();
  runner = startRunner(context);
  listening = await listenToChat(
    context,
    {
      desk,
      chat: parts.events,
      ours: witness.ours,
      unmark: (post, emoji) => witness.publisher.unreact(post, emoji),
      placesChanged: () => sender.placesChanged(),
    },
    stopping.signal,
  );
  const keeping = keepPeopleKnown(people, clock);
  const naming = watchNames(parts.namedThings ?? [], { ...parts, clients: context.clients, wake: () => sender.wake() });
  alerting.begin();
  const levels = parts.watchesLevels === true ? watchLevels({ ...parts, sources: systems, facts: store.cursors }) : null;
  const machines = parts.watchesLevels === true ? watchMachines(systems.power, clock) : null;
  if (parts.jobs != null) {
    const { waker, summaryMinute: minute } = parts.jobs;
    const say = minute === null || jobs.length === 0 ? null : { minute, timezone: parts.timezone, expected };
    working = startJobs(context, waker, async () => {
      if (say !== null) await sayJobsSummary(context, say);
    });
  }
  return {
    context,
    alerting,
    heard: () => parts.events.connected || paging?.delivers === true,
    gateway: blottedGateway(createGateway({ ...parts, context, renderer, languageOf, secret }), blot),
    ready: async () => [await storeCheck(store), chatCheck(parts.events)],
    async stop() {
      stopping.abort();
      await keeping.stop();
      await naming?.stop();
      await working?.stop();
      await context.follows.stop();
      await levels?.stop();
      await machines?.stop();
      await alerting.stop();
      await runner?.stop();
      await sender.stop();
      await paging?.stop();
    },
  };
}

/** Without a place for backups nothing has to have one; without jobs the usual ages hold. */
function expectationsOf({ jobs, systems, backups, store }: Parts): Expectations {
  const names = backups == null ? [] : (systems.databases?.list() ?? []).map(({ name }) => name);
  const copies = backups?.places.copies.map(({ place }) => place.name) ?? [];
  return { jobs: jobs?.jobs ?? [], databases: names, copies, within: jobs?.within ?? FRESH_WITHIN, facts: store.cursors };
}

async function storeCheck(store: Store): Promise<HealthCheck> {
  try {
    await store.audit.head();
    return { name: 'store', ok: true, detail: '' };
  } catch (error) {
    return { name: 'store', ok: false, detail: String(error) };
  }
}

/** A dead token is the one trouble that the chat can't say and that doesn't pass by itself: somebody has to be woken. */
function chatTroubles({ trouble }: ChatEvents): readonly Trouble[] {
  if (trouble?.problem.code !== 'chat_token_invalid') return [];
  const { problem, since } = trouble;
  return [{ key: { mattermost: String(problem.params['host']) }, since, value: problem.code, document: { problem: { ...problem } } }];
}

function chatCheck(events: ChatEvents): HealthCheck {
  if (events.connected) return { name: 'chat', ok: true, detail: '' };
  const dead = events.trouble?.problem.code === 'chat_token_invalid';
  return { name: 'chat', ok: false, detail: dead ? "Mattermost does not accept vigie's token" : 'the websocket is not connected' };
}

/** Signs the buttons; made once, kept in the store, so that a restart leaves the buttons that are there alone. */
async function buttonSecret(store: Store): Promise<string> {
  const known = await store.cursors.fact('button-secret');
  if (known !== null) return known;
  const fresh = randomBytes(32).toString('hex');
  await store.cursors.remember('button-secret', fresh);
  return fresh;
}
