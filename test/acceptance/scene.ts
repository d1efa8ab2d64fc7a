import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rule } from '#domain/alert/rule.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { GuestFacts, Inventory, ServiceFacts } from '#ports/inventory.ts';
import type { Store } from '#ports/store.ts';
import type { Search } from '#ports/search.ts';
import type { SystemClients } from '#ports/clients.ts';
import type { Swarm } from '#ports/swarm.ts';
import { connectMattermost } from '#adapters/mattermost/connect.ts';
import { startHttp, type HttpServer } from '#adapters/http/server.ts';
import { openStore } from '#adapters/store/store.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { systemClock } from '#kernel/clock.ts';
import { loadAssets } from '#app/app/assets.ts';
import type { Language } from '#messages/templates.ts';
import type { RoleMembers } from '#pipeline/people/people.ts';
import { startVigie, type Parts, type Vigie } from '#app/vigie.ts';
import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { SeenChannel, SeenPost } from '#test/lab/mattermost/seen.ts';
import { startMattermost, type LabMattermost } from '#test/lab/mattermost/server.ts';
import { MemoryGuestFiles } from '#test/lab/hypervisor/memory-guest-files.ts';
import type { MemoryHypervisor } from '#test/lab/hypervisor/memory-hypervisor.ts';
import { labBackups, labPlaces, type LabPlaces } from '#test/lab/places/lab-backups.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import type { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { FACTS, GUEST_FACTS, LAB_PARTS, labDatabases, NO_ALERTS, POLICY, ROLES } from '#test/lab/parts.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { MemoryVolumes } from '#test/lab/volumes/memory-volumes.ts';
import { UNHEALTHY } from '#test/lab/swarm/image.ts';
import { sinceMidday, WarpClock } from '#test/lab/warp-clock.ts';

export const REGISTRY = 'registry.lab:5000';
const { entries, templates } = await loadAssets();
const PEOPLE = ['alice', 'bob', 'zoe', 'eve'] as const;

export interface SceneOptions {
  readonly policy?: Policy;
  readonly services?: Readonly<Record<string, Partial<ServiceFacts>>>;
  readonly guests?: Readonly<Record<string, Partial<GuestFacts>>>;
  readonly language?: Language;
  readonly speed?: number;
  /** Another Swarm than the one in memory. */
  readonly swarm?: Swarm;
  /** In the place of the scene's own. */
  readonly systems?: Partial<SystemClients>;
  /** Not configured. */
  readonly without?: readonly (keyof SystemClients)[];
  /** Wraps the store, to watch or to break it. */
  readonly store?: (store: Store) => Store;
  readonly storeFile?: string;
  /** How long the websocket may take to answer its ping, in milliseconds of the world. */
  readonly pongMs?: number;
  /** What is watched, in `scene.search`. */
  readonly rules?: readonly Rule[];
  /** Another Elasticsearch than the one in memory. */
  readonly elasticsearch?: Search;
  /** Other parts than the lab's. */
  readonly parts?: Partial<Parts>;
  /** False: somebody else starts vigie, as a process of its own. */
  readonly start?: boolean;
}

/**
 * One chat server with some people, one Swarm, one vigie: what a scenario plays on. Everything between them is the real
 * code over real sockets; only time runs faster.
 */
export class Scene {
  readonly clock: WarpClock;
  readonly swarm: MemorySwarm;
  readonly search: MemorySearch;
  readonly hypervisor: MemoryHypervisor;
  /** Where backups are kept, across restarts. */
  readonly places: LabPlaces;
  readonly guestFiles: MemoryGuestFiles;
  /** `pad` on a PostgreSQL, `blog` on a MariaDB; they outlive every vigie. */
  readonly databases: MemoryDatabases;
  /** `data`, mounted at /DATA, and `vault`, over pica01 and pica02. */
  readonly volumes: MemoryVolumes;
  /** alice, a hypervisor, and pica01 and pica02; no address is configured. */
  readonly network = new MemoryNetwork([]);
  /** alice and bob, with two mirrors each. */
  readonly disks = new MemoryDisks(['alice', 'bob']);
  readonly #options: SceneOptions = {};
  #vigie: Vigie | null = null;
  #store: Store | null = null;
  #http: HttpServer | null = null;
  #folder = '';
  #suffix = '';
  #mattermost: LabMattermost | null = null;
  #admin: Admin | null = null;
  #bot: Person | null = null;
  team = { id: '' };
  ops!: SeenChannel;
  people = new Map<string, Person>();
  readonly logged: { readonly level: string; readonly text: string; readonly data: object }[] = [];

  private constructor(options: SceneOptions) {
    // What is real has the world's time.
    const real = [options.swarm, options.elasticsearch, options.systems?.hosts].some((each) => each != null) || options.speed === 1;
    this.clock = new WarpClock(options.speed ?? 30, real ? 0 : sinceMidday());
    this.swarm = new MemorySwarm(options.start === false ? new WarpClock(20) : this.clock);
    this.search = new MemorySearch(this.clock, 'main');
    const machines = options.start === false ? new WarpClock(20) : this.clock;
    this.hypervisor = picasoftHypervisor(machines);
    this.guestFiles = new MemoryGuestFiles(this.hypervisor, machines);
    this.databases = labDatabases(options.start === false ? new WarpClock(20) : this.clock);
    this.volumes = new MemoryVolumes(machines);
    this.places = labPlaces(this.clock);
    this.#options = options;
  }

  static async open(options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(options);
    await scene.#prepare();
    if (options.start !== false) await scene.startVigie();
    return scene;
  }

  async #prepare(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'vigie-'));
    // It is there already: no scene fills its disk, and each would write some megabytes.
    await writeFile(join(this.#folder, 'vigie.db.ballast'), '', { mode: 0o600 });
    const { url, token } = await this.#chatServer();
    this.#admin = await connectAdmin(url, token);
    this.team = await this.#admin.createTeam({ name: this.#named('picasoft') });
    this.ops = await this.#admin.createChannel({ id: this.team.id }, { name: 'ops' });
    this.#bot = await this.#admin.createBot(this.#named('vigie'));
    for (const name of PEOPLE) this.people.set(name, await this.#admin.createPerson({ username: this.#named(name) }));
    await this.#admin.addToChannel(this.ops, this.#bot, ...this.people.values());
    for (const version of ['v1', 'v2', 'v3']) this.swarm.registry.push(`${REGISTRY}/pad:${version}`);
    this.swarm.registry.push(`${REGISTRY}/pad:bad`, UNHEALTHY);
    this.swarm.createService({ name: 'pad', image: `${REGISTRY}/pad:v1`, replicas: 2 });
    this.swarm.createService({ name: 'blog', image: `${REGISTRY}/pad:v1`, replicas: 1 });
  }

  /** The stand-in; or a real server, where one is named and nothing moves the clock or kills vigie. */
  async #chatServer(): Promise<{ readonly url: string; readonly token: string }> {
    const { MATTERMOST_URL: url, MATTERMOST_ADMIN_TOKEN: token } = process.env;
    const mayBeReal = this.#options.speed === 1 && this.#options.start !== false;
    if (mayBeReal && url !== undefined && token !== undefined) {
      this.#suffix = `-${randomBytes(4).toString('hex')}`;
      return { url, token };
    }
    this.#mattermost = await startMattermost({ now: () => this.clock.now(), integrationTimeoutMs: 5_000 });
    return { url: this.#mattermost.url, token: this.#mattermost.adminToken };
  }

  /** On a real server the plain names may belong to somebody. */
  #named(name: string): string {
    return `${name}${this.#suffix}`;
  }

  #roles(): readonly RoleMembers[] {
    return ROLES.map((each) => ({ ...each, users: each.users.map((name) => this.#named(name)) }));
  }

  #systems(): Partial<SystemClients> {
    const { swarm = this.swarm, systems, without = [] } = this.#options;
    const { hypervisor, guestFiles, databases, volumes, network, disks } = this;
    const all: Partial<SystemClients> = { swarm, hypervisor, guestFiles, databases, volumes, network, disks, ...systems };
    return Object.fromEntries(Object.entries(all).filter(([name]) => !without.some((other) => other === name)));
  }

  /** Starts vigie on the same store: a restart, if it ran before. @param connected false: Mattermost is away, and isn't waited for */
  async startVigie(change: Partial<Parts> = {}, { connected = true }: { readonly connected?: boolean } = {}): Promise<Vigie> {
    const storeFile = this.#options.storeFile ?? join(this.#folder, 'vigie.db');
    const opened = await openStore(storeFile, this.clock);
    this.#store = this.#options.store?.(opened) ?? opened;
    const chat = await connectMattermost({
      url: this.admin.me.url,
      token: this.bot.token,
      operationsChannel: 'ops',
      clock: this.clock,
      facts: this.#store.cursors,
      log: this.#log,
      pongMs: (this.#options.pongMs ?? 10_000) * (this.#options.speed ?? 30),
    });
    const vigie = await startVigie({
      store: this.#store,
      storeFile,
      clock: this.clock,
      log: this.#log,
      ...chat,
      systems: this.#systems(),
      backups: labBackups(this.places),
      entries,
      templates,
      ...LAB_PARTS,
      searches: new Map([['main', this.#options.elasticsearch ?? this.search]]),
      alerts: { ...NO_ALERTS, rules: this.#options.rules ?? [], settings: { ...NO_ALERTS.settings, channel: this.ops.id } },
      policy: this.#options.policy ?? POLICY,
      roles: this.#roles(),
      inventory: this.#inventory(),
      requestsAMinute: BOUNDS.requests.most * (this.#options.speed ?? 30),
      language: this.#options.language ?? 'en',
      accounts: { root: 'alice', backup: 'bob' },
      // However busy the machine: time runs faster here.
      patienceMs: 1_000 * (this.#options.speed ?? 30),
      callbackUrl: this.#http === null ? null : `${this.#http.url}/mattermost/action`,
      ...this.#options.parts,
      ...change,
    });
    this.#vigie = vigie;
    if (connected) await until(() => chat.events.connected, 'the websocket to connect');
    return vigie;
  }

  /** Lets Mattermost reach vigie: a slash command with this token, and buttons. Restarts vigie. */
  async openHttp(token = 'k'.repeat(26)): Promise<string> {
    const gateway = {
      slash: (...args: Parameters<Vigie['gateway']['slash']>) => this.vigie.gateway.slash(...args),
      click: (...args: Parameters<Vigie['gateway']['click']>) => this.vigie.gateway.click(...args),
      local: (...args: Parameters<Vigie['gateway']['local']>) => this.vigie.gateway.local(...args),
    };
    const command = await this.admin.createCommand({ id: this.team.id }, { trigger: 'ops', url: 'http://127.0.0.1:1/mattermost/command' });
    this.#http = await startHttp({
      host: '127.0.0.1',
      port: 0,
      mattermost: { url: this.admin.me.url, slashTokens: [token, command.token] },
      gateway,
      clock: systemClock,
      // However busy the machine: what comes too late is told another way, and tried elsewhere.
      acknowledgeMs: 5_000,
      ready: () => this.vigie.ready(),
      metrics: { contentType: 'text/plain', text: async () => '' },
      log: this.#log,
    });
    await this.admin.me.rest.tell('PUT', `/commands/${command.id}`, { ...command, url: `${this.#http.url}/mattermost/command` });
    await this.stopVigie();
    await this.startVigie();
    return this.#http.url;
  }

  async stopVigie(): Promise<void> {
    await this.#vigie?.stop();
    await this.#store?.close();
    this.#vigie = null;
    this.#store = null;
  }

  async close(): Promise<void> {
    await this.#http?.close();
    if (this.#vigie !== null) await this.stopVigie();
    await this.swarm.close();
    if (this.#mattermost === null) await this.#admin?.cleanup();
    await this.#mattermost?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get mattermost(): LabMattermost {
    return present(this.#mattermost);
  }
  get admin(): Admin {
    return present(this.#admin);
  }
  get bot(): Person {
    return present(this.#bot);
  }
  get vigie(): Vigie {
    return present(this.#vigie);
  }
  get store(): Store {
    return present(this.#store);
  }
  get folder(): string {
    return this.#folder;
  }

  /** The lines of a list of `words.md`. */
  words(language: Language, list: string): readonly string[] {
    return templates[language].get('words')?.sections.get(list)?.split('\n') ?? [];
  }

  who(username: string): Person {
    return present(this.people.get(username) ?? null);
  }

  #inventory(): Inventory {
    return {
      service: (name) => ({ ...FACTS, name, ...this.#options.services?.[name] }),
      guest: (name) => ({ ...GUEST_FACTS, name, ...this.#options.guests?.[name] }),
      namesOf: (name) => [name],
      knows: (name) => ['pad', 'blog'].includes(name),
    };
  }

  readonly #log = {
    info: (data: object, text: string) => this.logged.push({ level: 'info', text, data }),
    warn: (data: object, text: string) => this.logged.push({ level: 'warn', text, data }),
    error: (data: object, text: string) => this.logged.push({ level: 'error', text, data }),
  };

  /** Somebody says something in the operations channel. */
  async say(username: string, text: string, channel = this.ops.id): Promise<SeenPost> {
    return await this.who(username).say(channel, text.replaceAll('@vigie', `@${this.bot.username}`));
  }

  /** As `until`, of what stands in the chat: it is looked at again once something has happened there. */
  async #untilSaid<T>(look: () => Promise<T>, what: string, instead: () => Promise<string>, timeoutMs?: number): Promise<NonNullable<T>> {
    let seen: number | null = null;
    let turns = 0;
    const happened = (): boolean => {
      const events = this.#mattermost?.events() ?? null;
      turns += 1;
      if (events !== null && events === seen && turns % QUIET_TURNS !== 0) return false;
      seen = events;
      return true;
    };
    return await until(async () => (happened() ? await look() : undefined), what, instead, timeoutMs);
  }

  /** The newest post of vigie's that looks like this, threads included, once it is there. */
  async post(pattern: RegExp, what = String(pattern)): Promise<SeenPost> {
    return await this.#untilSaid(
      async () => (await this.vigiePosts()).findLast((post) => pattern.test(textOf(post))),
      `a post of vigie's like ${what}`,
      () => this.transcript(),
    );
  }

  async vigiePosts(channel = this.ops.id): Promise<SeenPost[]> {
    return (await this.admin.me.posts(channel)).filter((post) => post.user_id === this.bot.id && post.delete_at === 0);
  }

  /** Waits until a post reads like this. @param withinMs longer where servers are real */
  async reads(post: { readonly id: string }, pattern: RegExp, withinMs?: number): Promise<SeenPost> {
    return await this.#untilSaid(
      async () => {
        const now = await this.admin.me.post(post.id);
        return pattern.test(textOf(now)) ? now : undefined;
      },
      `the post to read ${pattern}`,
      async () => `${textOf(await this.admin.me.post(post.id))}\n${await this.transcript()}`,
      withinMs,
    );
  }

  /** Waits for a reply in the thread of a post. */
  async reply(post: { readonly id: string }, pattern: RegExp): Promise<SeenPost> {
    return await this.#untilSaid(
      async () => (await this.admin.me.thread(post.id)).slice(1).findLast((each) => pattern.test(textOf(each))),
      `a reply like ${pattern}`,
      () => this.transcript(),
    );
  }

  /** Everything said so far, for the message of a test that failed. */
  async transcript(): Promise<string> {
    const posts = await this.admin.me.posts(this.ops.id);
    const name = (id: string): string => [...this.people.values(), this.bot].find((person) => person.id === id)?.username ?? id;
    const logged = this.logged.filter((line) => line.level !== 'info').map((line) => `[${line.level}] ${line.text} ${describe(line.data)}`);
    return [...posts.map((post) => `${name(post.user_id)}: ${textOf(post)}`), ...logged].join('\n---\n');
  }
}

function describe(data: object): string {
  return JSON.stringify(data, (_key, value: unknown) => (value instanceof Error ? `${value.stack}` : value));
}

/** All that a person can read in a post. */
export function textOf(post: SeenPost): string {
  const raw: unknown = post.props['attachments'];
  const attachments: { title?: string; text?: string; footer?: string; fields?: { title: string; value: string }[] | null }[] =
    Array.isArray(raw) ? raw : [];
  const parts = attachments.flatMap((each) => [
    each.title ?? '',
    each.text ?? '',
    ...(each.fields ?? []).map((field) => `${field.title}: ${field.value}`),
  ]);
  return [post.message, ...parts].join('\n');
}

/** Of turns in which nothing happened, each of so many looks all the same. */
const QUIET_TURNS = 25;

/** Polls until there is something. @throws with what was there instead */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  instead?: () => Promise<string>,
  timeoutMs = 20_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}${instead === undefined ? '' : `; there is:\n${await instead()}`}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('not started');
  return value;
}
