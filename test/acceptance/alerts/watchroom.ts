import { join } from 'node:path';
import { VigieError } from '#kernel/errors.ts';
import type { Loop } from '#kernel/loop.ts';
import type { Alert } from '#domain/alert/alert.ts';
import { keyText, type AlertKey } from '#domain/alert/key.ts';
import type { Forgotten, Look } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { SYSTEM_RULE_NAMES, systemRule } from '#domain/alert/system.ts';
import type { OnCall } from '#domain/alert/oncall.ts';
import type { AlertSettings } from '#domain/alert/settings.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { Prober } from '#ports/prober.ts';
import type { Store } from '#ports/store.ts';
import type { Search } from '#ports/search.ts';
import { openStore } from '#adapters/store/store.ts';
import { createEngine } from '#messages/engine.ts';
import { createRenderer } from '#messages/post.ts';
import { loadTemplates, type Language } from '#messages/templates.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { openDesk, type Desk } from '#pipeline/alert/desk.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import { startPolling } from '#pipeline/alert/poll.ts';
import { probeRule } from '#pipeline/alert/probe-look.ts';
import type { LookRequest } from '#pipeline/alert/polling.ts';
import { watchClocks } from '#pipeline/alert/clocks.ts';
import { watchSources } from '#pipeline/alert/sources.ts';
import { NO_ALERTS } from '#test/lab/parts.ts';
import { ManualClock } from '#test/lab/clock.ts';
import type { MemorySearch } from '#test/lab/search/memory-search.ts';
import { MemoryPublisher, type ShownPost } from './memory-publisher.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../../templates/messages'));

/** Something that is wrong with a key, in event time. */
interface Breach {
  readonly rule: string;
  readonly key: AlertKey;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

export interface WatchroomOptions {
  readonly rules: readonly Rule[];
  readonly settings?: Partial<AlertSettings>;
  readonly onCall?: (now: number) => OnCall;
  readonly language?: Language;
  readonly startsAt?: number;
  /** Looks at documents as vigie does, in the place of a script. */
  readonly search?: (clock: ManualClock) => MemorySearch;
  /** The same, on a real server. Time waits for its answers. */
  readonly elasticsearch?: Search;
  /** What the outside looks like to rules of type `probe`. */
  readonly prober?: Prober;
}

const MINUTE_MS = 60_000;

/**
 * The alerts of one vigie on virtual time: what is wrong is scripted minute by minute, everything behind it is the real code up to the posts.
 * Times are minutes since the beginning.
 */
export class Watchroom {
  readonly clock: ManualClock;
  readonly publisher: MemoryPublisher;
  readonly #options: WatchroomOptions;
  readonly #start: number;
  readonly #breaches: Breach[] = [];
  readonly #silent: { readonly from: number; readonly to: number; readonly key: AlertKey | null }[] = [];
  readonly #failing: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  readonly #forgetting = new Map<string, Forgotten>();
  readonly #probing = new Set<string>();
  readonly #down: { readonly from: number; readonly to: number }[] = [];
  #newest: number | null = null;
  readonly search: MemorySearch | null;
  readonly #documents: Search | null;
  rules: Map<string, Rule>;
  looks = 0;
  /** Minutes in which a chart was drawn. */
  readonly drawn: number[] = [];
  store!: Store;
  desk!: Desk;
  #loops: Loop[] = [];

  private constructor(options: WatchroomOptions) {
    this.#options = options;
    this.clock = new ManualClock(options.startsAt);
    this.#start = this.clock.now();
    this.publisher = new MemoryPublisher(this.clock);
    this.search = options.search?.(this.clock) ?? null;
    this.#documents =
      options.elasticsearch === undefined ? this.search : waitedFor(options.elasticsearch, this.clock, () => this.#loops.length);
    const system = SYSTEM_RULE_NAMES.map(systemRule);
    this.rules = new Map([...system, ...options.rules].map((rule) => [rule.name, rule]));
  }

  static async open(options: WatchroomOptions): Promise<Watchroom> {
    const room = new Watchroom(options);
    room.store = await openStore(':memory:', room.clock);
    await room.start();
    return room;
  }

  /** Starts vigie's loops on the store: a restart, if they ran before. */
  async start(): Promise<void> {
    const engine = createEngine(templates, 'Europe/Paris', () => this.clock.now());
    const log = { info: () => undefined, warn: () => undefined, error: (data: object, text: string) => console.error(text, data) };
    let sender: Loop | null = null;
    this.desk = await openDesk({
      store: this.store,
      clock: this.clock,
      settings: () => ({ ...SETTINGS, ...this.#options.settings }),
      rules: () => this.rules,
      onCall: this.#options.onCall ?? (() => ({ current: 'alice', next: ['bob'] })),
      chart: async (_rule, _alert, _memory, now) => ({
        title: 'curve',
        unit: 'percent',
        from: now - 1,
        to: now,
        series: [],
        threshold: null,
        forecast: null,
      }),
      probing: this.#probing,
      wake: () => sender?.wake(),
    });
    sender = startSender({
      refusals: createRefusals(this.store, [], this.clock),
      outbox: this.store.outbox,
      witness: createWitness(this.store.outbox, this.publisher),
      tampered: async () => undefined,
      renderer: createRenderer(engine, () => [], 'Europe/Paris'),
      charts: {
        draw: async () => {
          this.drawn.push(Math.floor(this.minute));
          return new Uint8Array([1]);
        },
        close: async () => undefined,
      },
      clock: this.clock,
      languageOf: () => this.#options.language ?? 'en',
      operationsChannel: 'ops',
      posted: () => undefined,
      log,
    });
    const kept = { facts: this.store.cursors, clock: this.clock, log };
    const sources = this.#documents === null ? undefined : await watchSources(kept);
    const searches = new Map([['main', this.#documents ?? this.#search()]]);
    const polling = startPolling({
      desk: this.desk,
      clock: this.clock,
      log,
      rules: () => this.rules,
      searches,
      clocks: await watchClocks({ searches, ...kept }),
      look: sources === undefined ? (requests) => this.#look(requests) : sources.guarding(lookAt),
      ...(sources === undefined ? {} : { sources }),
      probing: this.#probing,
      probe: async (probed, memory, now, signal) => ({
        ok: true,
        look: await probeRule(
          probed,
          { memory, now },
          this.#options.prober ?? { probe: () => Promise.reject(new Error('no prober')) },
          signal,
        ),
      }),
    });
    this.#loops = [polling, sender];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    this.#loops = [];
  }

  async close(): Promise<void> {
    await this.stop();
    await this.store.close();
  }

  /** Minutes since the beginning. */
  get minute(): number {
    return (this.clock.now() - this.#start) / MINUTE_MS;
  }

  /** Moves on to a minute. */
  async until(minute: number): Promise<void> {
    await this.clock.advance(this.#at(minute) - this.clock.now());
  }

  #at(minute: number): number {
    return this.#start + minute * MINUTE_MS;
  }

  /** The rule's condition holds for a key from a minute on, until another. */
  breach(rule: string, key: AlertKey, { from, to, value = 0.93 }: { from: number; to: number; value?: number }): void {
    this.#breaches.push({ rule, key, from: this.#at(from), to: this.#at(to), value });
  }

  /** A source sends nothing. */
  silent(key: AlertKey | null, from: number, to: number): void {
    this.#silent.push({ key, from: this.#at(from), to: this.#at(to) });
  }

  /** A rule has more to remember than it can; null: no longer. */
  forgets(rule: string, forgotten: Forgotten | null): void {
    if (forgotten === null) this.#forgetting.delete(rule);
    else this.#forgetting.set(rule, forgotten);
  }

  /** Elasticsearch doesn't answer. */
  down(from: number, to: number): void {
    this.#down.push({ from: this.#at(from), to: this.#at(to) });
  }

  /** No document is newer than this from now on. */
  stale(minute: number | null): void {
    this.#newest = minute === null ? null : this.#at(minute);
  }

  get #isDown(): boolean {
    const now = this.clock.now();
    return this.#down.some(({ from, to }) => now >= from && now < to);
  }

  async #look(requests: readonly LookRequest[]): Promise<readonly Outcome[]> {
    this.looks += 1;
    if (this.#isDown) throw new VigieError('search_unreachable', { cluster: 'main', host: 'monitoring', reason: 'connection refused' });
    const now = this.clock.now();
    return requests.map((request) =>
      this.#failing.some(({ name, from, to }) => name === request.rule.name && now >= from && now < to)
        ? { ok: false, problem: { code: 'search_refused', params: { cluster: 'main', status: 400, reason: 'no such field' } } }
        : { ok: true, look: this.#lookOf(request) },
    );
  }

  #lookOf({ rule, span, open }: LookRequest): Look {
    const mine = this.#breaches.filter((breach) => breach.rule === rule.name);
    const findings = mine
      .filter(({ from, to }) => from <= span.to && to > span.from)
      .map(({ key, from, value }) => ({
        key,
        at: Math.max(from, span.from + 1),
        value,
        limit: 0.9,
        matches: 1,
        document: {},
      }));
    const holding = mine.filter((each) => each.from <= span.to && each.to > span.to);
    const byKey = new Map(holding.map((each) => [keyText(each.key), each]));
    const reports = open.map((key) => {
      const breach = byKey.get(keyText(key));
      const state = breach !== undefined ? 'breached' : this.#isSilent(key, span.to) ? 'silent' : 'clear';
      return { key, state, value: breach?.value ?? null } as const;
    });
    const forgotten = this.#forgetting.get(rule.name);
    return { findings, reports, memory: {}, ...(forgotten === undefined ? {} : { forgotten }) };
  }

  #isSilent(key: AlertKey, at: number): boolean {
    return this.#silent.some((each) => at >= each.from && at < each.to && (each.key === null || keyText(each.key) === keyText(key)));
  }

  #search(): Search {
    return {
      cluster: 'main',
      atOnce: 1_000,
      multi: async (requests) => {
        if (this.#isDown) throw new VigieError('search_unreachable', { cluster: 'main', host: 'monitoring', reason: 'connection refused' });
        const newest = { newest: { value: this.#newest ?? this.clock.now() } };
        return requests.map(() => ({ ok: true, total: 0, hits: [], aggregations: newest }));
      },
      fields: async () => new Map(),
      sources: async () => [],
      blocks: async () => new Map(),
      info: async () => ({ version: '9.5.3', health: 'green' }),
      close: async () => undefined,
    };
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  texts(): readonly string[] {
    return this.posts().map((post) => post.text);
  }

  /** The one post that looks like this. */
  only(pattern = /./u): ShownPost {
    const found = this.posts().filter((post) => pattern.test(post.text));
    const [post] = found;
    if (post === undefined || found.length > 1) throw new Error(`${found.length} posts like ${pattern}:\n${this.texts().join('\n---\n')}`);
    return post;
  }

  alerts(): readonly Alert[] {
    return [...this.desk.book.alerts.values()];
  }

  states(): readonly string[] {
    return this.alerts().map((alert) => alert.state);
  }

  /** The clock is set to another time, without that time passing. */
  step(minutes: number): void {
    this.clock.step(minutes * MINUTE_MS);
  }

  /** Pages ordered so far: which way, what, for whom. */
  async pages(): Promise<readonly string[]> {
    const due = await this.store.pages.due(this.clock.now(), 100);
    return due.map((page) => `${page.pager}: ${page.section} for ${page.person}`);
  }

  /** Elasticsearch refuses what one rule asks. */
  failing(name: string, from: number, to: number): void {
    this.#failing.push({ name, from: this.#at(from), to: this.#at(to) });
  }

  /** Posts of the channel, oldest first, without replies. */
  posts(): readonly ShownPost[] {
    return this.publisher.posts.filter((post) => post.root === null);
  }

  thread(post: ShownPost = this.only()): readonly string[] {
    return this.publisher.posts.filter((each) => each.root === post.id).map((each) => each.text);
  }
}

/** The same search; the clock stands still while it is asked, and until each loop has done its work and sleeps again. */
function waitedFor(search: Search, clock: ManualClock, loops: () => number): Search {
  let asked = 0;
  clock.isBusy = () => asked > 0 || clock.sleeping < loops();
  const waited = async <T>(answer: Promise<T>): Promise<T> => {
    asked += 1;
    try {
      return await answer;
    } finally {
      asked -= 1;
    }
  };
  return {
    cluster: search.cluster,
    atOnce: search.atOnce,
    multi: (...args) => waited(search.multi(...args)),
    fields: (...args) => waited(search.fields(...args)),
    sources: (...args) => waited(search.sources(...args)),
    blocks: (...args) => waited(search.blocks(...args)),
    info: (...args) => waited(search.info(...args)),
    close: () => search.close(),
  };
}

export const SETTINGS: AlertSettings = { ...NO_ALERTS.settings, channel: 'ops' };
