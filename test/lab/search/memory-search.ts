import type { JsonObject } from '#kernel/json.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import type { SourceIndex, WriteBlock } from '#domain/alert/source.ts';
import { MIXED_KINDS, type ClusterInfo, type Search, type SearchOutcome, type SearchRequest } from '#ports/search.ts';
import { MemoryIndex } from './memory-index.ts';
import { wildcardOf } from './patterns.ts';
import { Refusal } from './refusal.ts';
import { atHand } from './whole.ts';
import { runSearch } from './run-search.ts';
import { SearchFaults } from './search-faults.ts';

/**
 * An Elasticsearch in memory, for the demonstration and the fast tests. It understands documents as an index with
 * `LAB_TEMPLATE` does, and says so when it is asked for more than it can.
 *
 * @example
 * const search = new MemorySearch(clock);
 * search.index('metricbeat-8.x', { '@timestamp': '2026-11-02T12:00:00Z', host: { name: 'pica01' } });
 * search.faults.all('unreachable');
 */
export class MemorySearch implements Search {
  readonly cluster: string;
  readonly faults: SearchFaults;
  /** What an `info` says. */
  health: ClusterInfo['health'] = 'green';
  /** Documents that are dated later come when their time does, instead of being there from the start. */
  inTime = false;
  atOnce = 1_000;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #indices = new Map<string, MemoryIndex>();
  readonly #closed = new Set<string>();
  readonly #red = new Set<string>();
  readonly #blocks = new Map<string, WriteBlock>();
  #roundTrips = 0;

  constructor(clock: Pick<Clock, 'now'>, cluster = 'lab') {
    this.#clock = clock;
    this.cluster = cluster;
    this.faults = new SearchFaults(cluster);
  }

  /** Requests that went out so far, failed ones included. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /**
   * Adds a document; one of the same id is replaced.
   * @returns its id
   * @throws Error when a value doesn't fit its field's kind, as Elasticsearch refuses such a document
   */
  index(index: string, document: JsonObject, id?: string): string {
    return this.createIndex(index).put(document, id);
  }

  /** Without it, an index comes to be with its first document. */
  createIndex(name: string): MemoryIndex {
    const known = this.#indices.get(name) ?? new MemoryIndex(name);
    this.#indices.set(name, known);
    return known;
  }

  deleteIndex(name: string): void {
    this.#indices.delete(name);
  }

  /** Nothing in it is found any more until it is opened again. */
  closeIndex(name: string): void {
    this.#closed.add(name);
  }

  openIndex(name: string): void {
    this.#closed.delete(name);
  }

  /** Its shards are missing, or, for false, are there again. */
  lose(name: string, isLost = true): void {
    this.#red[isLost ? 'add' : 'delete'](name);
  }

  /** It takes no documents by this setting, or, for null, does again: this says so, and refuses none. */
  blockIndex(name: string, setting: WriteBlock | null): void {
    if (setting === null) this.#blocks.delete(name);
    else this.#blocks.set(name, setting);
  }

  async multi(requests: readonly SearchRequest[], signal?: AbortSignal): Promise<readonly SearchOutcome[]> {
    if (requests.length === 0) return [];
    await this.#roundTrip(signal);
    return requests.map((request) => this.#one(request));
  }

  async fields(index: string, pattern: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    await this.#roundTrip(signal);
    const wanted = pattern.split(',').map((part) => wildcardOf(part));
    const kinds = this.#matching(index).flatMap(({ schema }) => [...schema.kinds()]);
    const named = kinds.filter(([name]) => wanted.some((part) => part.test(name))).sort(([one], [other]) => (one < other ? -1 : 1));
    const all = Map.groupBy(named, ([name]) => name);
    return new Map([...all].map(([name, list]) => [name, agreed(list.map(([, kind]) => kind))]));
  }

  async sources(index: string, signal?: AbortSignal): Promise<readonly SourceIndex[]> {
    await this.#roundTrip(signal);
    return this.#named(index).map((name) => ({
      name,
      state: this.#closed.has(name) ? 'closed' : 'open',
      health: this.#red.has(name) ? 'red' : 'green',
    }));
  }

  async blocks(index: string, signal?: AbortSignal): Promise<ReadonlyMap<string, WriteBlock>> {
    await this.#roundTrip(signal);
    return new Map(
      this.#named(index).flatMap((name) => {
        const setting = this.#blocks.get(name);
        return setting === undefined ? [] : [[name, setting] as const];
      }),
    );
  }

  async info(signal?: AbortSignal): Promise<ClusterInfo> {
    await this.#roundTrip(signal);
    return { version: '9.5.3', health: this.health };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Whoever asks waits a turn of the event loop, as for any server. */
  async #roundTrip(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await Promise.resolve();
    this.#roundTrips += 1;
    const problem = this.faults.takeWhole();
    if (problem !== null) throw new VigieError(problem.code, problem.params);
  }

  #one(request: SearchRequest): SearchOutcome {
    const problem = this.faults.take(request);
    if (problem !== null) return { ok: false, problem };
    if (this.#named(request.index).some((name) => this.#red.has(name))) return { ok: false, problem: this.faults.problemOf('partial') };
    try {
      const indices = this.#matching(request.index);
      const now = this.#clock.now();
      const known = atHand(indices, request.body, this.inTime ? now : Number.POSITIVE_INFINITY);
      return {
        ...(known ?? runSearch(indices, this.inTime ? upToNow(request.body, now) : request.body, now)),
        shards: indices.length,
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { cluster } = this;
      return { ok: false, problem: { code: 'search_refused', params: { cluster, status: error.status, reason: error.message } } };
    }
  }

  /** `metricbeat-*,logs,-logs-old`: what doesn't exist has no documents. */
  #matching(pattern: string): readonly MemoryIndex[] {
    return this.#named(pattern).flatMap((name) => (this.#closed.has(name) ? [] : (this.#indices.get(name) ?? [])));
  }

  #named(pattern: string): readonly string[] {
    const chosen = new Set<string>();
    for (const part of pattern.split(',')) {
      const excluded = part.startsWith('-') && chosen.size > 0;
      const test = wildcardOf(part === '_all' ? '*' : excluded ? part.slice(1) : part);
      for (const name of this.#indices.keys()) if (test.test(name)) chosen[excluded ? 'delete' : 'add'](name);
    }
    return [...chosen].sort();
  }
}

function upToNow(body: JsonObject, now: number): JsonObject {
  const range = { range: { '@timestamp': { lte: new Date(now).toISOString() } } };
  return { ...body, query: { bool: { filter: [range, ...(body['query'] === undefined ? [] : [body['query']])] } } };
}

const NUMBERS: readonly string[] = ['double', 'float', 'integer', 'long'];

function agreed(kinds: readonly string[]): string {
  const [first = '', ...others] = new Set(kinds);
  return others.length === 0 || [first, ...others].every((kind) => NUMBERS.includes(kind)) ? first : MIXED_KINDS;
}
