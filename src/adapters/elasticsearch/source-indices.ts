import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { clustersIn, type SourceIndex } from '#domain/alert/source.ts';
import type { Cluster } from './cluster.ts';
import { strangeAnswer } from './failures.ts';

const resolved = z.looseObject({
  indices: z.array(z.looseObject({ name: z.string(), attributes: z.array(z.string()).default([]) })).default([]),
  aliases: z.array(z.looseObject({ indices: z.array(z.string()).default([]) })).default([]),
  data_streams: z.array(z.looseObject({ backing_indices: z.union([z.string(), z.array(z.string())]).default([]) })).default([]),
});
const healths = z.looseObject({ indices: z.record(z.string(), z.looseObject({ status: z.enum(['green', 'yellow', 'red']) })).default({}) });

const NOT_FOUND = 404;

/** The indices behind a pattern, those that are closed included; aliases and data streams are what they stand for. */
export async function sourceIndices(cluster: Cluster, pattern: string, signal: AbortSignal | undefined): Promise<readonly SourceIndex[]> {
  const { indices, aliases, data_streams: streams } = await resolve(cluster, pattern, signal);
  const states = new Map(indices.map(({ name, attributes }) => [name, stateOf(attributes)]));
  const behind = [...aliases.flatMap((alias) => alias.indices), ...streams.flatMap(({ backing_indices: names }) => names)];
  const unknown = [...new Set(behind)].filter((name) => !states.has(name));
  for (const { name, attributes } of unknown.length === 0 ? [] : (await resolve(cluster, unknown.join(','), signal)).indices)
    states.set(name, stateOf(attributes));
  const health = states.size === 0 ? new Map<string, SourceIndex['health']>() : await healthOf(cluster, pattern, signal);
  return [...states].map(([name, state]) => ({ name, state, health: health.get(name) ?? null }));
}

function stateOf(attributes: readonly string[]): SourceIndex['state'] {
  return attributes.includes('closed') ? 'closed' : 'open';
}

type Resolved = z.output<typeof resolved>;
const NOTHING: Resolved = { indices: [], aliases: [], data_streams: [] };

/** A name that doesn't exist makes the whole of a list unknown: each of them is asked for then. */
async function resolve(cluster: Cluster, pattern: string, signal: AbortSignal | undefined): Promise<Resolved> {
  try {
    const path = `/_resolve/index/${encodeURIComponent(pattern)}`;
    const { json } = await cluster.ask({ method: 'GET', path, querystring: { expand_wildcards: 'all' } }, signal);
    const { data } = resolved.safeParse(json);
    if (data === undefined) throw strangeAnswer(cluster.name);
    return data;
  } catch (error) {
    if (!(error instanceof VigieError) || error.params['status'] !== NOT_FOUND) throw error;
    const parts = pattern.split(',').filter((part) => !part.startsWith('-'));
    if (parts.length < 2) return NOTHING;
    const all: Resolved[] = [];
    for (const part of parts) all.push(await resolve(cluster, part, signal));
    return {
      indices: all.flatMap(({ indices }) => indices),
      aliases: all.flatMap(({ aliases }) => aliases),
      data_streams: all.flatMap(({ data_streams: streams }) => streams),
    };
  }
}

/** Nobody waits for what may never come; an account that may not ask it knows no health. */
async function healthOf(
  cluster: Cluster,
  pattern: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, SourceIndex['health']>> {
  // Nobody knows the health of another cluster's.
  const own = pattern.split(',').filter((part) => clustersIn(part).length === 0);
  if (own.length === 0) return new Map();
  const path = `/_cluster/health/${encodeURIComponent(own.join(','))}`;
  const querystring = { level: 'indices', timeout: '0s', filter_path: 'indices.*.status' };
  try {
    const { json } = await cluster.ask({ method: 'GET', path, querystring }, signal);
    const { data } = healths.safeParse(json ?? {});
    return new Map(Object.entries(data?.indices ?? {}).map(([name, { status }]) => [name, status]));
  } catch (error) {
    if (error instanceof VigieError && error.code === 'search_refused') return new Map();
    throw error;
  }
}
