import { isRecord, type JsonObject } from '#kernel/json.ts';
import type { LogQuery } from './collector.ts';
import type { LogEntry } from './entry.ts';
import { levelWords, severityNamed, severityOf } from './severity.ts';

/** Whose lines are asked for. */
export type LogSource =
  | { readonly kind: 'service'; readonly name: string }
  /** All names that it has: a shipper calls it by one of them. */
  | { readonly kind: 'host'; readonly name: string; readonly names: readonly string[] };

/** A search as `Search` takes it. */
export interface LogSearch {
  readonly index: string;
  readonly body: JsonObject;
}

const INDEX = 'filebeat-*';
/** Of one search; the lines around a find come on top of them. */
const PAGE = 500;
/** Lines of one program that come later than this say something else: see Joiner. */
const AROUND_MS = 2_000;
/** Finds whose surroundings are looked at, the newest, and lines around each. */
const LOOKED_AROUND = 60;
const AROUND = 200;
const SERVICE_LABELS = ['container.labels.com_docker_swarm_service_name', 'docker.container.labels.com_docker_swarm_service_name'] as const;
const TASK_LABEL = 'com_docker_swarm_task_id';
const FIELDS = [
  '@timestamp',
  'message',
  'event.original',
  'log.level',
  'log.offset',
  'log.file.path',
  'stream',
  'host.name',
  'process.name',
  'systemd.unit',
  'syslog.identifier',
  'container.id',
  'container.name',
  `container.labels.${TASK_LABEL}`,
] as const;
/** An access log that was taken apart says nothing. */
const SAYING: JsonObject = {
  bool: { should: [{ exists: { field: 'message' } }, { exists: { field: 'event.original' } }], minimum_should_match: 1 },
};
const CONTAINED: JsonObject = { exists: { field: 'container.id' } };

/**
 * The newest lines of a source. A search for text or a level finds more than is meant, never less: who reads judges again.
 * @param part of a machine: its own lines, or those of its containers
 */
export function filebeatSearch(source: LogSource, query: LogQuery, part: 'own' | 'containers' = 'own'): LogSearch {
  const host = source.kind === 'host';
  return search(PAGE, 'desc', [
    within(query.since, query.until),
    sourceFilter(source),
    SAYING,
    ...(host ? [part === 'own' ? { bool: { must_not: [CONTAINED] } } : CONTAINED] : []),
    ...grepFilter(query.grep),
    ...(query.level === undefined ? [] : [levelFilter(query.level)]),
  ]);
}

/** Around what a search found: the other lines of a stack trace don't say what was looked for. */
export function aroundSearches(hits: readonly JsonObject[]): readonly LogSearch[] {
  const spans = new Map<string, { readonly same: readonly JsonObject[]; from: number; to: number }[]>();
  for (const hit of hits.slice(0, LOOKED_AROUND)) {
    const at = timeOf(hit);
    const same = sameWriter(hit);
    if (at === null || same === null) continue;
    const key = JSON.stringify(same);
    const others = spans.get(key) ?? [];
    spans.set(key, others);
    const near = others.find(({ from, to }) => at + AROUND_MS >= from && at - AROUND_MS <= to);
    if (near === undefined) others.push({ same, from: at - AROUND_MS, to: at + AROUND_MS });
    else [near.from, near.to] = [Math.min(near.from, at - AROUND_MS), Math.max(near.to, at + AROUND_MS)];
  }
  return [...spans.values()].flat().map(({ same, from, to }) => search(AROUND, 'asc', [within(from, to), ...same]));
}

/** Whose lines belong to those of a document, as filters; null where it doesn't say. */
function sameWriter(hit: JsonObject): readonly JsonObject[] | null {
  const container = textAt(hit, 'container.id');
  if (container !== null) return [{ term: { 'container.id': container } }];
  const [path, host] = [textAt(hit, 'log.file.path'), textAt(hit, 'host.name')];
  return path === null || host === null ? null : [{ term: { 'log.file.path': path } }, { term: { 'host.name': host } }];
}

function search(size: number, order: 'asc' | 'desc', filter: readonly JsonObject[]): LogSearch {
  return {
    index: INDEX,
    body: {
      size,
      track_total_hits: size + 1,
      _source: [...FIELDS],
      sort: [{ '@timestamp': { order } }],
      query: { bool: { filter: [...filter] } },
    },
  };
}

function within(from: number, to: number | undefined): JsonObject {
  return {
    range: { '@timestamp': { gte: Math.floor(from), ...(to === undefined ? {} : { lte: Math.ceil(to) }), format: 'epoch_millis' } },
  };
}

function sourceFilter(source: LogSource): JsonObject {
  if (source.kind === 'host') return { terms: { 'host.name': [...source.names] } };
  const named = [...SERVICE_LABELS, 'service.name'].map((field) => ({ term: { [field]: source.name } }));
  return { bool: { should: named, minimum_should_match: 1 } };
}

/** Each of its words somewhere in a word of the message: more than is meant, never less. */
function grepFilter(grep: string | undefined): readonly JsonObject[] {
  const words = (grep ?? '').split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words.map((word) => anywhere(word));
}

function anywhere(word: string): JsonObject {
  return { wildcard: { message: { value: `*${word}*`, case_insensitive: true } } };
}

/** Words by which `severityOf` may find a level. */
function levelFilter(level: NonNullable<LogQuery['level']>): JsonObject {
  const names = levelWords(level);
  const written = names.flatMap((name) => [name, name.toUpperCase(), `${name[0]?.toUpperCase()}${name.slice(1)}`]);
  const hints = level >= 3 ? ['traceback', 'uncaught', 'unhandled', 'panicked', '50', '60', 'e', 'f', 'err'] : ['panic', '60', 'f'];
  const should: readonly JsonObject[] = [
    { terms: { 'log.level': written } },
    {
      match: { message: { query: [...names, ...hints, ...(level >= 4 ? ['40', 'w'] : []), ...(level >= 6 ? ['30', 'i'] : [])].join(' ') } },
    },
    { regexp: { message: { value: '[efwi][0-9]{4}', case_insensitive: true } } },
    ...(level >= 3 ? ['error', 'exception'].map(anywhere) : []),
  ];
  return { bool: { should: [...should], minimum_should_match: 1 } };
}

/** Where the lines of a document's writer belong together, and what it says; null for one without words, such as an access log taken apart. */
export function filebeatLine(hit: JsonObject): { readonly writer: string; readonly offset: number; readonly entry: LogEntry } | null {
  const at = timeOf(hit);
  const text = textAt(hit, 'message') ?? textAt(hit, 'event.original');
  if (at === null || text === null) return null;
  const stream = textAt(hit, 'stream');
  const writer = textAt(hit, 'container.id') ?? textAt(hit, 'log.file.path') ?? textAt(hit, 'host.name') ?? '';
  const offset = memberAt(hit, 'log.offset');
  return {
    writer: `${writer} ${stream ?? ''}`,
    offset: typeof offset === 'number' ? offset : 0,
    entry: {
      from: 'filebeat',
      at,
      text: text.trimEnd(),
      cut: 0,
      where: textAt(hit, 'host.name'),
      who:
        ['container.name', 'systemd.unit', 'process.name', 'syslog.identifier']
          .map((path) => textAt(hit, path))
          .find((name) => name !== null) ?? null,
      task: textAt(hit, `container.labels.${TASK_LABEL}`),
      stream: stream === 'stdout' || stream === 'stderr' ? stream : null,
      severity: severityNamed(textAt(hit, 'log.level') ?? '') ?? severityOf(text),
    },
  };
}

function timeOf(hit: JsonObject): number | null {
  const at = Date.parse(textAt(hit, '@timestamp') ?? '');
  return Number.isNaN(at) ? null : at;
}

function textAt(hit: JsonObject, path: string): string | null {
  const value = memberAt(hit, path);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A member by its path: documents have it as objects within objects, or under its full name, or as a mix of both. */
function memberAt(value: unknown, path: string): unknown {
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, path)) return Array.isArray(value[path]) ? value[path][0] : value[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const found = Object.hasOwn(value, path.slice(0, dot)) ? memberAt(value[path.slice(0, dot)], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
