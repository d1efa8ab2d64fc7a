import { VigieError } from '#kernel/errors.ts';
import { Collector, isSearch, type Excerpt, type LogQuery } from '#domain/logs/collector.ts';
import type { LogEntry } from '#domain/logs/entry.ts';
import { aroundSearches, filebeatLine, filebeatSearch, type LogSource } from '#domain/logs/filebeat.ts';
import { severityOf } from '#domain/logs/severity.ts';
import type { Found, Hit, Search } from '#ports/search.ts';

/** What a cluster has of a source's lines; of a machine, its own and its containers'. */
export interface ShippedLogs {
  readonly own: Excerpt<LogEntry>;
  readonly containers: Excerpt<LogEntry>;
}

/** Reads what Filebeat sent. @throws search_* */
export async function shippedLogs(search: Search, source: LogSource, query: LogQuery, signal: AbortSignal): Promise<ShippedLogs> {
  const parts = source.kind === 'host' ? (['own', 'containers'] as const) : (['own'] as const);
  const found = await foundBy(
    search,
    parts.map((part) => filebeatSearch(source, query, part)),
    signal,
  );
  const [own, containers] = await Promise.all(found.map((part) => excerptOf(search, part, query, signal)));
  return { own: own ?? NOTHING, containers: containers ?? NOTHING };
}

const NOTHING: Excerpt<LogEntry> = { lines: [], notes: [], older: false, whole: true, levelless: 0 };
/** How long ago somebody must have written to be known. */
const KNOWN_MS = 7 * 86_400_000;

/** Whether a cluster has anything of a source's within the last week. @throws search_* */
export async function isShipped(search: Search, source: LogSource, now: number, signal: AbortSignal): Promise<boolean> {
  const query: LogQuery = { since: now - KNOWN_MS, tail: 1 };
  const { own, containers } = await shippedLogs(search, source, query, signal);
  return own.lines.length > 0 || containers.lines.length > 0;
}

async function foundBy(search: Search, requests: Parameters<Search['multi']>[0], signal: AbortSignal): Promise<readonly Found[]> {
  if (requests.length === 0) return [];
  return (await search.multi(requests, signal)).map((outcome) => {
    // A part that failed would read as "nothing was written".
    if (!outcome.ok) throw new VigieError(outcome.problem.code, outcome.problem.params);
    return outcome;
  });
}

async function excerptOf(search: Search, { hits, total, cut }: Found, query: LogQuery, signal: AbortSignal): Promise<Excerpt<LogEntry>> {
  const around = isSearch(query) ? await foundBy(search, aroundSearches(hits.map(({ source }) => source)), signal) : [];
  const all = new Map([...hits, ...around.flatMap((found) => found.hits)].map((hit: Hit) => [`${hit.index} ${hit.id}`, hit.source]));
  const lines = [...all.values()].flatMap((source) => filebeatLine(source) ?? []);
  const collector = new Collector<LogEntry>(query, ({ severity, text }) => severity ?? severityOf(text));
  for (const { writer, entry } of lines.toSorted((one, other) => one.entry.at - other.entry.at || one.offset - other.offset))
    collector.add(writer, entry);
  const { lines: entries, dropped } = collector.take();
  return { lines: entries, notes: [], older: dropped || total > hits.length || cut === true, whole: true, levelless: 0 };
}
