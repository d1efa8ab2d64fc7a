import { BOUNDS } from '#kernel/bounds.ts';
import type { Blot } from '#kernel/blot.ts';
import { byName } from '#kernel/by-name.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';
import { knownWithin, type Known } from '#actions/unknown.ts';
import type { Excerpt, LogQuery } from '#domain/logs/collector.ts';
import type { LogEntry, LogOrigin } from '#domain/logs/entry.ts';
import type { LogSource } from '#domain/logs/filebeat.ts';
import { merged } from '#domain/logs/merge.ts';
import { NewestLines } from '#domain/logs/newest-lines.ts';
import { journalSeverity, severityOf } from '#domain/logs/severity.ts';
import type { HostsReader } from '#ports/hosts.ts';
import type { Inventory } from '#ports/inventory.ts';
import type { LogsAnswer, LogsReader, LogWitness } from '#ports/logs.ts';
import type { Search } from '#ports/search.ts';
import type { SwarmReader } from '#ports/swarm.ts';
import { isShipped, shippedLogs, type ShippedLogs } from './filebeat.ts';

interface LogsParts {
  readonly swarm: Pick<SwarmReader, 'service' | 'logs'>;
  readonly hosts: Pick<HostsReader, 'list' | 'journal'>;
  readonly searches: ReadonlyMap<string, Search>;
  readonly inventory: () => Inventory;
  readonly now: () => number;
  /** Secrets are taken out before anything is cut for a phone: what is left of one within a text isn't known for it. */
  readonly blot: Blot;
}

/** Who it is has to be known first. */
const NAME_MS = 3_000;
/** Two looks at a long log, before a person's question has had its time. */
const NEAR_MS = 25_000;
/** The documents are asked beside the nearer witness, and are waited for less. */
const SEARCH_MS = 8_000;

/** Logs by all who know them: the Swarm or the machine's journal, and what Filebeat sent. */
export function logsOf(parts: LogsParts): LogsReader {
  return {
    source: (word, signal) => sourceOf(parts, word, signal),
    async read(source, query, signal) {
      const [near, shipped] = await Promise.all([nearest(parts, source, query, signal), shippedBy(parts, source, query, signal)]);
      const answer = answerOf(source, query, near, shipped);
      return { ...answer, entries: answer.entries.map((entry) => ({ ...entry, text: parts.blot(entry.text) })) };
    },
  };
}

async function sourceOf(parts: LogsParts, word: string, signal: AbortSignal): Promise<LogSource> {
  const names = parts.inventory().namesOf(word);
  const listed = [word, ...names].flatMap((name) => byName(parts.hosts.list(), name, (each) => [each]) ?? [])[0];
  if (listed !== undefined) return hostSource(parts, listed);
  const { known, problem } = await knownWithin(NAME_MS, signal, (ends) => parts.swarm.service(word, ends));
  if (known !== null) return { kind: 'service', name: known.name };
  const unsure = problem.code !== 'service_unknown' && problem.code !== 'swarm_not_configured';
  if (unsure) return { kind: 'service', name: word };
  for (const source of [hostSource(parts, word), { kind: 'service', name: word } as const])
    for (const search of parts.searches.values()) {
      const shipped = await knownWithin(SEARCH_MS, signal, (ends) => isShipped(search, source, parts.now(), ends));
      if (shipped.known === true) return source;
    }
  throw errorOf(problem);
}

function hostSource({ inventory }: LogsParts, name: string): LogSource {
  return { kind: 'host', name, names: [...new Set([name, ...inventory().namesOf(name)])] };
}

/** Whoever hears a source itself; null where a machine is known by its documents alone. */
interface Near {
  readonly origin: LogOrigin;
  readonly found: Known<Excerpt<LogEntry>>;
}

async function nearest({ swarm, hosts }: LogsParts, source: LogSource, query: LogQuery, signal: AbortSignal): Promise<Near | null> {
  if (source.kind === 'service')
    return { origin: 'swarm', found: await knownWithin(NEAR_MS, signal, (ends) => fromSwarm(swarm, source.name, query, ends)) };
  if (!hosts.list().includes(source.name)) return null;
  return { origin: 'journal', found: await knownWithin(NEAR_MS, signal, (ends) => fromJournal(hosts, source.name, query, ends)) };
}

async function fromSwarm(swarm: LogsParts['swarm'], name: string, query: LogQuery, signal: AbortSignal): Promise<Excerpt<LogEntry>> {
  const excerpt = await swarm.logs(name, query, signal);
  const lines = excerpt.lines.map(({ at, text, cut, stream, task, node }): LogEntry => {
    return { from: 'swarm', at, text, cut, stream, where: node, who: null, task: task === '' ? null : task, severity: severityOf(text) };
  });
  return { ...excerpt, lines };
}

async function fromJournal(hosts: LogsParts['hosts'], name: string, query: LogQuery, signal: AbortSignal): Promise<Excerpt<LogEntry>> {
  const excerpt = await hosts.journal(name, query, signal);
  const lines = excerpt.lines.map(({ at, text, cut, unit, process, priority }): LogEntry => {
    const severity = journalSeverity(priority, text);
    return { from: 'journal', at, text, cut, stream: null, where: name, who: unit, task: process, severity };
  });
  return { ...excerpt, lines };
}

interface Shipped {
  readonly cluster: string;
  readonly found: Known<ShippedLogs>;
}

async function shippedBy({ searches }: LogsParts, source: LogSource, query: LogQuery, signal: AbortSignal): Promise<readonly Shipped[]> {
  return await Promise.all(
    [...searches].map(async ([cluster, search]) => ({
      cluster,
      found: await knownWithin(SEARCH_MS, signal, (ends) => shippedLogs(search, source, query, ends)),
    })),
  );
}

function answerOf(source: LogSource, query: LogQuery, near: Near | null, shipped: readonly Shipped[]): LogsAnswer {
  // What a machine's containers wrote is asked of their services; of a machine that can't be heard it may be all that is left.
  const deaf = source.kind === 'host' && near?.found.known == null;
  const heard = shipped.map(({ cluster, found }) => ({ cluster, problem: found.problem, excerpts: excerptsOf(found.known, deaf) }));
  const others = heard.flatMap(({ excerpts }) => excerpts);
  const told = others.reduce<readonly LogEntry[]>((all, { lines }) => merged(all, lines), []);
  if (near?.found.problem != null && told.length === 0) throw errorOf(near.found.problem);
  const kept = new NewestLines<LogEntry>({ lines: query.tail, characters: BOUNDS.logText.most });
  for (const entry of merged(near?.found.known?.lines ?? [], told)) kept.add(entry);
  const entries = kept.take();
  return {
    entries,
    older: kept.dropped || near?.found.known?.older === true || others.some(({ older }) => older),
    levelless: near?.found.known?.levelless ?? 0,
    witnesses: [...nearWitness(near), ...heard.map(({ cluster, problem, excerpts }) => witness('filebeat', cluster, problem, excerpts))],
  };
}

function excerptsOf(shipped: ShippedLogs | null, deaf: boolean): readonly Excerpt<LogEntry>[] {
  if (shipped === null) return [];
  return deaf ? [shipped.own, shipped.containers] : [shipped.own];
}

/** What nobody configured is no trouble. */
function nearWitness(near: Near | null): readonly LogWitness[] {
  if (near === null || near.found.problem?.code.endsWith('_not_configured') === true) return [];
  const { known, problem } = near.found;
  return [witness(near.origin, null, problem, known === null ? [] : [known])];
}

function witness(origin: LogOrigin, cluster: string | null, problem: Problem | null, excerpts: readonly Excerpt<LogEntry>[]): LogWitness {
  const notes = excerpts.flatMap((excerpt) => excerpt.notes);
  const count = excerpts.reduce((sum, { lines }) => sum + lines.length, 0);
  return { origin, cluster, problem, notes, interrupted: excerpts.some(({ whole }) => !whole), count };
}

function errorOf({ code, params }: Problem): VigieError {
  return new VigieError(code, params);
}
