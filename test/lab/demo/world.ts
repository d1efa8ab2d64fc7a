import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { startHttp } from '#adapters/http/server.ts';
import { createCharts } from '#adapters/charts/create-charts.ts';
import { drawScreen } from '#adapters/rfb/draw-screen.ts';
import { connectMattermost } from '#adapters/mattermost/connect.ts';
import { openStore } from '#adapters/store/store.ts';
import type { Language } from '#messages/templates.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import type { Swarm } from '#ports/swarm.ts';
import { loadAssets } from '#app/app/assets.ts';
import { startVigie, type Vigie } from '#app/vigie.ts';
import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { MemoryGuestFiles } from '#test/lab/hypervisor/memory-guest-files.ts';
import { GUEST_FACTS, NO_ALERTS } from '#test/lab/parts.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { startBeats } from './beats.ts';
import { startChatter } from './chatter.ts';
import { DemoDisks } from './disks.ts';
import { demoJobs } from './jobs.ts';
import { demoHosts } from './hosts.ts';
import { demoMetal } from './metal.ts';
import { DEMO_GUESTS, demoHypervisor } from './machines.ts';
import { demoBackups, demoDatabases, fillLedger } from './databases.ts';
import { demoAddresses, demoNetwork } from './network.ts';
import type { Demo } from './running.ts';
import { fillReleases } from './releases.ts';
import { demoRota } from './rota.ts';
import { Stage } from './scenes/scenes.ts';
import { DEMO_SERVICES, demoSwarm } from './services.ts';
import { demoMirrors } from './mirrors.ts';
import { demoVolumes } from './volumes.ts';

export interface DemoOptions {
  readonly port: number;
  readonly language: Language;
  /** `unix://…` of a real Swarm manager, or null for the one in memory. */
  readonly docker: string | null;
  readonly folder: string;
}

/** The story is told in the past, fast, and ends now. */
const STORY_MS = 45 * 60_000;
/** Of alerts: few enough for a storm of five services to become one post. */
const POSTS_A_MINUTE = 3;
/** The story is told faster than anybody types. */
const REQUESTS_A_MINUTE = 600;
const SHORTCUTS = [
  'deploy',
  'rollback',
  'scale',
  'restart',
  'services',
  'releases',
  'logs',
  'metrics',
  'vms',
  'snapshot',
  'revert',
  'backups',
  'restore',
];
const QUIET = {
  info: () => undefined,
  warn: () => undefined,
  error: (data: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(data)}\n`),
};

/** Everything but the story: chat server with its page, people, Swarm, vigie, reachable over HTTP. */
export async function startDemo({ port, language, docker, folder }: DemoOptions): Promise<Demo> {
  const clock = new WarpClock(1, STORY_MS);
  const stage = new Stage();
  const mattermost = await startMattermost({
    port,
    locale: language,
    now: () => clock.now(),
    page: { folder: join(import.meta.dirname, '../page'), scenes: () => stage.list(language), play: (scene) => stage.play(scene) },
  });
  const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
  const { people, bot, ops, team } = await populate(admin, language);
  const swarm = docker === null ? demoSwarm(clock) : await realSwarm(docker);
  const storeFile = join(folder, 'vigie.db');
  if (swarm instanceof MemorySwarm) await fillReleases(storeFile, swarm, clock);
  const timezone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hypervisor = demoHypervisor(clock, timezone);
  const store = await openStore(storeFile, clock);
  const databases = demoDatabases(clock);
  const backups = demoBackups(clock);
  await fillLedger(backups, { databases, store, clock, timezone });
  const jobs = await demoJobs({ clock, store, timezone, databases: databases.list().map(({ name }) => name) });
  const { entries, templates } = await loadAssets();
  const chat = await connectMattermost({
    url: mattermost.url,
    token: bot.token,
    operationsChannel: 'ops',
    clock,
    facts: store.cursors,
    log: QUIET,
    // Time runs faster there than the websocket.
    pongMs: 600_000,
  });
  let vigie: Vigie | null = null;
  const running = (): Vigie => {
    if (vigie === null) throw new Error('vigie is not started yet');
    return vigie;
  };
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    mattermost: { url: mattermost.url, slashTokens: await createCommands(admin, team, templates[language]) },
    gateway: {
      slash: (command) => running().gateway.slash(command),
      click: (click) => running().gateway.click(click),
      local: (command, tell, signal) => running().gateway.local(command, tell, signal),
    },
    clock: systemClock,
    ready: () => running().ready(),
    metrics: { contentType: 'text/plain', text: async () => '' },
    log: QUIET,
  });
  await pointCommands(admin, team, `${http.url}/mattermost/command`);
  const disks = new DemoDisks(clock.now());
  const hosts = await demoHosts(clock, disks);
  const beats = startBeats(clock, disks);
  const hush = swarm instanceof MemorySwarm ? startChatter(swarm, clock) : () => undefined;
  const rota = await demoRota(store, clock, timezone);
  const charts = createCharts({ clock: systemClock });
  const { names, network } = demoNetwork(swarm, clock);
  const metal = await demoMetal(clock);
  vigie = await startVigie({
    store,
    storeFile,
    clock,
    log: QUIET,
    ...chat,
    systems: {
      swarm,
      databases,
      hypervisor,
      volumes: demoVolumes(clock),
      power: metal.power,
      guestFiles: new MemoryGuestFiles(hypervisor, clock),
      hosts,
      names,
      routes: network,
      network: demoAddresses(),
      disks: demoMirrors(),
    },
    prober: network,
    backups,
    jobs,
    entries,
    templates,
    policy: {
      roles: [
        { name: 'operator', may: ['read', 'safe', 'change', 'danger'], approves: ['change', 'danger'] },
        { name: 'member', may: ['read'], approves: [] },
      ],
      rules: [{ match: { action: 'deploy', target: 'mattermost' }, set: { risk: 'danger' } }],
    },
    roles: [
      { role: 'operator', users: ['alice', 'bob'], groups: [], channels: [] },
      { role: 'member', users: ['zoe'], groups: [], channels: [] },
    ],
    searches: new Map([['main', beats.search]]),
    alerts: {
      ...NO_ALERTS,
      rules: demoRules(),
      settings: { ...NO_ALERTS.settings, channel: ops.id, postsPerMinute: POSTS_A_MINUTE, timezone },
      onCall: (now) => rota.names(now),
    },
    rota,
    pagers: new Map(),
    charts,
    drawScreen,
    metrics: [],
    inventory: {
      namesOf: (name) => [name],
      knows: (name) => Object.hasOwn(DEMO_SERVICES, name) || Object.hasOwn(DEMO_GUESTS, name),
      guest: (name) => ({ ...GUEST_FACTS, name, ...DEMO_GUESTS[name] }),
      service: (name) => ({
        name,
        environment: 'production',
        database: false,
        repositories: [],
        self: false,
        stackFile: null,
        most: 10,
        settleMs: 60_000,
        ...DEMO_SERVICES[name],
      }),
    },
    timezone,
    language,
    languages: {},
    accounts: {},
    callbackUrl: `${http.url}/mattermost/action`,
    mainCommand: 'ops',
    requestsAMinute: REQUESTS_A_MINUTE,
    count: () => undefined,
    version: 'demo',
    loaded: {},
  });
  return {
    url: `${mattermost.url}/?as=alice&channel=ops&lang=${language}&hint=1`,
    language,
    real: docker !== null,
    clock,
    people,
    bot,
    ops,
    beats,
    disks,
    swarm,
    stage,
    slash: async (person, text) => {
      const place = { channel: ops.id, root: null, direct: false };
      const trigger = mattermost.triggerOf(person.id);
      return await running().gateway.slash({ trigger, command: 'ops', text, user: person.id, ...place });
    },
    actions: [...entries.values()].map(({ handler: { id, kind } }) => ({ id, kind })),
    async stop() {
      beats.stop();
      hush();
      await http.close();
      await running().stop();
      await charts.close();
      await hosts.close();
      await metal.close();
      await store.close();
      await mattermost.stop();
    },
  };
}

function demoRules(): readonly Rule[] {
  const { rules, problems } = loadRules([join(import.meta.dirname, 'rules')], {
    runEveryMs: 10_000,
    bufferTimeMs: 300_000,
    clusters: ['main'],
    kibanaUrl: null,
    takesOver: [],
    checkRemedy: () => null,
    environment: () => undefined,
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return rules;
}

async function populate(admin: Admin, language: Language) {
  const fr = language === 'fr';
  const team = await admin.createTeam({ name: 'picasoft', displayName: 'Picasoft' });
  const ops = await admin.createChannel(team, { name: 'ops', displayName: fr ? 'Exploitation' : 'Operations' });
  const chat = await admin.createChannel(team, { name: fr ? 'discussions' : 'chatter', displayName: fr ? 'Discussions' : 'Chatter' });
  const bot = await admin.createBot('vigie');
  const people = {
    alice: await admin.createPerson({ username: 'alice', nickname: 'Alice', position: fr ? 'opératrice' : 'operator' }),
    bob: await admin.createPerson({ username: 'bob', nickname: 'Bob', position: fr ? 'opérateur' : 'operator' }),
    zoe: await admin.createPerson({ username: 'zoe', nickname: 'Zoé', position: fr ? 'membre' : 'member' }),
  };
  for (const channel of [ops, chat]) await admin.addToChannel(channel, bot, ...Object.values(people));
  return { people, bot, ops, team };
}

async function createCommands(
  admin: Admin,
  team: { id: string },
  templates: ReadonlyMap<string, { readonly hint: string | null; readonly summary: string | null }>,
): Promise<string[]> {
  const tokens: string[] = [];
  for (const trigger of ['ops', ...SHORTCUTS]) {
    const command = await admin.createCommand(team, { trigger, url: 'http://127.0.0.1:9/mattermost/command' });
    const template = templates.get(trigger);
    await admin.me.rest.tell('PUT', `/commands/${command.id}`, {
      ...command,
      auto_complete: true,
      auto_complete_hint: template?.hint ?? 'ACTION …',
      auto_complete_desc: template?.summary ?? 'vigie',
    });
    tokens.push(command.token);
  }
  return tokens;
}

/** The commands exist before vigie listens, since it wants their tokens; only then is it known where it listens. */
async function pointCommands(admin: Admin, team: { id: string }, url: string): Promise<void> {
  const { json } = await admin.me.rest.request('GET', `/commands?team_id=${team.id}&custom_only=true`);
  const commands: { id: string }[] = Array.isArray(json) ? json : [];
  for (const command of commands) await admin.me.rest.tell('PUT', `/commands/${command.id}`, { ...command, url });
}

async function realSwarm(docker: string): Promise<Swarm> {
  const path = /^unix:\/\/(\/.+)$/u.exec(docker)?.[1];
  if (path === undefined) throw new Error(`--docker ${docker}: unix:///var/run/docker.sock is meant`);
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  const swarm = connectSwarm({ kind: 'socket', path });
  const { manager } = await swarm.ping();
  if (!manager) throw new Error(`--docker ${docker}: this Docker is no Swarm manager (docker swarm init makes it one)`);
  return swarm;
}
