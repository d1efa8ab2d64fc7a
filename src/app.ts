import packageJson from '../package.json' with { type: 'json' };
import { createBlot, type Blot } from '#kernel/blot.ts';
import { systemClock } from '#kernel/clock.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { Gateway } from '#ports/gateway.ts';
import type { Store } from '#ports/store.ts';
import { createCharts } from '#adapters/charts/create-charts.ts';
import { cronWaker } from '#adapters/cron/cron-waker.ts';
import { connectMattermost, type Mattermost } from '#adapters/mattermost/connect.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { openStore } from '#adapters/store/store.ts';
import { ConfigError, type LoadedConfig } from '#config/load.ts';
import { jobTimesOf } from '#config/job-parts.ts';
import { metricsOf } from '#config/metrics.ts';
import { durationMs, inventoryOf, namedOf, namesOf, policyOf, roleMembersOf } from '#config/parts.ts';
import { channelsNamed, thingsNamed } from '#config/named-things.ts';
import type { Config } from '#config/schema.ts';
import type { Language } from '#messages/templates.ts';
import { openRota } from '#pipeline/people/rota.ts';
import { alertParts, channelsOf } from './app/alerts.ts';
import { startCollectingHere } from './app/collecting.ts';
import { consoleTo } from './app/console.ts';
import { startHeartbeat } from './app/heartbeat.ts';
import { createLog } from './app/log.ts';
import { loadAssets, type Assets } from './app/assets.ts';
import { createReception, type Reception } from './app/reception.ts';
import { policyNames, targetsNamed } from './app/policy-names.ts';
import { readJobs } from './app/jobs.ts';
import { readRules, watchRules } from './app/rules.ts';
import { makeStateFolder, storeFile } from './app/state-folder.ts';
import { readSlashTokens } from './app/slash-tokens.ts';
import { loadPhrases, loadWords } from './app/words.ts';
import { connectSystems } from './app/systems.ts';
import { startVigie, type Vigie } from './vigie.ts';

export type Log = ReturnType<typeof createLog>;

export interface App {
  readonly vigie: Vigie;
  readonly log: Log;
  /** Reads the rule files again, as SIGHUP asks. */
  reloadRules(): Promise<void>;
  /** Lets go of everything, what was opened last first, whatever one of it says to that. */
  stop(): Promise<void>;
}

/** How a vigie starts that isn't there to stay. */
export interface Start {
  /** Whether a Mattermost that was never met is waited for. */
  readonly waits: boolean;
  /** In the place of the configuration's. */
  readonly logLevel?: string;
}

/**
 * Wires everything after the configuration, and starts it.
 * @throws VigieError store_unavailable; chat_never_met, chat_* when Mattermost was never reached before
 */
export async function startApp(loaded: LoadedConfig, start: Start = { waits: true }): Promise<App> {
  const { config } = loaded;
  const slashTokens = [...config.http.slash_tokens, ...readSlashTokens(config).map(({ token }) => token)];
  const secrets = [...loaded.secrets, ...slashTokens];
  const blot = createBlot(secrets);
  const log = createLog(start.logLevel ?? config.log_level, secrets);
  // Before anything connects: the chat client tells the console of its very first try.
  consoleTo((text) => log.debug({}, text));
  for (const warning of loaded.warnings) log.warn({}, warning);
  const assets = await loadAssets();
  if (assets.problems.length > 0) throw new Error(assets.problems.join('\n'));
  const { jobs, problems } = readJobs(loaded, assets);
  const wrong = [...policyNames(loaded, assets), ...problems];
  if (wrong.length > 0) throw new ConfigError(wrong);
  makeStateFolder(config.state, config.socket.path);
  await using owned = new AsyncDisposableStack();
  const store = await openStore(storeFile(config), systemClock);
  owned.defer(() => store.close());
  // From the first second on: whoever types at night is told what vigie waits for.
  const reception = createReception(() => loadPhrases(loaded));
  const socket = await serveSocket(config, reception, log);
  owned.defer(() => socket.close());
  const systems = await connectSystems(config, { clock: systemClock, log, facts: store.cursors });
  owned.defer(() => systems.close());
  const mattermost = await reachMattermost(loaded, { store, log, reception, waits: start.waits });
  const oncall = systems.get('oncall');
  const rota = oncall === null ? null : await openRota(oncall, store, systemClock);
  const running: { vigie: Vigie | null } = { vigie: null };
  const metrics = await createAppMetrics(store, mattermost, () => running.vigie);
  const files = readRules(config, assets, log);
  const prober = createProber({ clock: systemClock, systems: await systems.probes() });
  const charts = createCharts({ clock: systemClock });
  owned.defer(() => charts.close());
  const vigie = await startVigie({
    store,
    storeFile: storeFile(config),
    clock: systemClock,
    log,
    ...mattermost,
    systems: systems.clients,
    searches: systems.get('search') ?? new Map(),
    backups: systems.get('backups'),
    pagers: systems.get('pagers') ?? new Map(),
    rota,
    alerts: await alertParts(config, files.rules, { ...mattermost, prober, rota }),
    announceChannel: await announceChannelOf(config, mattermost, log),
    jobs: { jobs, waker: cronWaker, ...jobTimesOf(config) },
    charts,
    drawScreen: async (screen) => await (await import('#adapters/rfb/draw-screen.ts')).drawScreen(screen),
    watchesLevels: true,
    prober,
    metrics: metricsOf(config),
    hostNames: Object.entries(config.hosts).map(([name, { aliases }]) => [name, ...aliases]),
    ...partsOf(config, assets, await languagesOf(config, mattermost)),
    count: (means, outcome) => metrics.count(means, outcome),
    namedThings: [...thingsNamed(config), ...targetsNamed(config, assets), ...channelsNamed(config, files.rules)],
    secrets,
    loaded: { ...assets.hashes, rules: files.hash, configuration: loaded.hash.slice(0, 16) },
  });
  running.vigie = vigie;
  owned.defer(() => vigie.stop());
  if (files.problems.length > 0) await vigie.alerting.refuseRules(files.problems);
  const ruleFiles = watchRules({
    first: files,
    read: () => readRules(config, assets, log),
    folder: config.alerts.rules,
    alerting: vigie.alerting,
    channelsOf: (rules) => channelsOf(mattermost.directory, rules),
    log,
  });
  owned.defer(() => ruleFiles.close());
  const http = await serveHttp(config, vigie, metrics, { log, blot, slashTokens });
  owned.defer(() => http.close());
  reception.open(vigie.gateway);
  const heartbeat = await startHeartbeat(config.heartbeat, { clock: systemClock, log, healthy: () => vigie.heard() });
  owned.defer(() => heartbeat?.stop());
  const collecting = startCollectingHere(systemClock);
  owned.defer(() => collecting?.stop());
  const about = { version: packageJson.version, user: mattermost.me.username };
  if (mattermost.events.trouble === null) log.info(about, 'vigie is ready');
  else log.warn({ ...about, problem: mattermost.events.trouble.problem }, 'vigie is ready, but Mattermost does not hear it');
  const held = owned.move();
  return { vigie, log, reloadRules: () => ruleFiles.reload(), stop: () => held.disposeAsync() };
}

function partsOf(config: Config, { entries, templates }: Assets, languages: Readonly<Record<string, Language>>) {
  return {
    entries,
    templates,
    named: namedOf(config),
    policy: policyOf(config),
    roles: roleMembersOf(config),
    inventory: inventoryOf(config),
    timezone: config.timezone,
    language: config.language,
    languages,
    accounts: config.socket.accounts,
    names: namesOf(config),
    offlineForMs: durationMs(config.socket.offline_for),
    callbackUrl: config.http.url === undefined ? null : `${config.http.url}/mattermost/action`,
    mainCommand: config.mattermost.command,
    version: packageJson.version,
  };
}

/** How long the first start waits for Mattermost before it tries again. */
const RETRY_MS = 5_000;

interface Reaching {
  readonly store: Store;
  readonly log: Log;
  readonly reception: Pick<Reception, 'hold'>;
  readonly waits: boolean;
}

/** An outage at the very first start is waited out: nothing is known yet that vigie could go on with. */
async function reachMattermost(loaded: LoadedConfig, { store, log, reception, waits }: Reaching): Promise<Mattermost> {
  const { url, token, operations_channel: operationsChannel } = loaded.config.mattermost;
  for (;;) {
    try {
      return await connectMattermost({ url, token, operationsChannel, clock: systemClock, facts: store.cursors, log });
    } catch (error) {
      if (!(error instanceof VigieError) || error.code !== 'chat_unreachable') throw error;
      const never = new VigieError('chat_never_met', { host: new URL(url).host }, error);
      if (!waits) throw never;
      reception.hold((await loadWords(loaded))(never));
      log.warn({ problem: problemOf(error) }, 'Mattermost does not answer: trying again');
      await systemClock.sleep(RETRY_MS);
    }
  }
}

/** Null where none is named, or none of that name can be seen: then nobody is told, and plans say so. */
async function announceChannelOf({ mattermost: { announce } }: Config, { directory }: Mattermost, log: Log): Promise<string | null> {
  if (announce === undefined) return null;
  const channel = await directory.channel(announce).catch(() => null);
  if (channel === null)
    log.warn({ channel: announce }, 'vigie sees no channel of this name: invite it there, or correct mattermost.announce');
  return channel?.id ?? null;
}

/** Channels are named in the configuration and known by id in posts. */
async function languagesOf({ mattermost: { languages } }: Config, { directory }: Mattermost): Promise<Readonly<Record<string, Language>>> {
  const found: Record<string, Language> = {};
  for (const [name, language] of Object.entries(languages)) {
    const channel = await directory.channel(name).catch(() => null);
    if (channel !== null) found[channel.id] = language;
  }
  return found;
}

/** A scrape waits ten seconds by itself. */
const SCRAPE_MS = 8_000;

async function createAppMetrics(store: Store, { events }: Mattermost, vigie: () => Vigie | null) {
  const { createMetrics } = await import('#adapters/http/metrics.ts');
  return createMetrics({
    now: () => systemClock.now(),
    chatConnected: () => events.connected,
    unsaid: () => store.outbox.pending(),
    standing: async () => (await vigie()?.context.clients.house.status(null, AbortSignal.timeout(SCRAPE_MS))) ?? [],
    async openOperations() {
      const open = await store.operations.operations({
        states: ['received', 'waiting', 'approved', 'running', 'indeterminate'],
        limit: 10_000,
      });
      return Object.fromEntries(
        Object.entries(Object.groupBy(open, (each) => each.state)).map(([state, list]) => [state, list?.length ?? 0]),
      );
    },
  });
}

async function serveHttp(
  { http, mattermost }: Config,
  vigie: Vigie,
  metrics: Awaited<ReturnType<typeof createAppMetrics>>,
  { log, blot, slashTokens }: { readonly log: Log; readonly blot: Blot; readonly slashTokens: readonly string[] },
) {
  const { startHttp } = await import('#adapters/http/server.ts');
  const colon = http.listen.lastIndexOf(':');
  return await startHttp({
    host: http.listen.slice(0, colon).replace(/^\[|\]$/gu, ''),
    port: Number(http.listen.slice(colon + 1)),
    mattermost: http.url === undefined ? null : { url: mattermost.url, slashTokens },
    gateway: vigie.gateway,
    clock: systemClock,
    ready: () => vigie.ready(),
    metrics,
    log,
    blot,
  });
}

async function serveSocket({ socket }: Config, gateway: Pick<Gateway, 'local'>, log: Log) {
  const { startSocket } = await import('#adapters/socket/server.ts');
  return await startSocket({ path: socket.path, gateway, log });
}
