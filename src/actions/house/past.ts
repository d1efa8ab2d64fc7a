import type { ReadClients } from '#ports/clients.ts';
import type { Thing } from './known-thing.ts';

/** Of what was done, and of what ran. */
const SHOWN = 5;
const RELEASES = 2;
/** How far back operations are looked through. */
const LOOKED_THROUGH = 500;
/** Of a phone's two seconds: figures are worth no more waiting. */
const METRICS_MS = 2_500;

type Asked = Pick<ReadClients, 'operations' | 'releases' | 'metrics'>;

/** What happened to one thing, what it ran, and its figures now; nothing of all where nothing is named. */
export async function pastOf(clients: Asked, thing: Thing | null, signal: AbortSignal) {
  if (thing === null) return { past: [], releases: [], measured: [] };
  const [operations, releases, measured] = await Promise.all([
    clients.operations.list({ open: false, limit: LOOKED_THROUGH }),
    clients.releases.list(thing.name, RELEASES),
    measuredOf(clients, thing, signal),
  ]);
  const past = operations
    .filter(({ target }) => target !== null && thing.names.includes(target))
    .slice(0, SHOWN)
    .map(({ id, action, state, requester, endedAt, createdAt }) => ({
      id,
      action,
      state,
      requester: requester.username,
      at: endedAt ?? createdAt,
    }));
  return { past, releases: releases.map(({ image, at, requester }) => ({ image, at, requester })), measured };
}

/** The newest value of each usual metric; none where nobody measures it, or nobody answers. */
async function measuredOf({ metrics }: Pick<Asked, 'metrics'>, { name }: Thing, signal: AbortSignal) {
  try {
    const { views } = await metrics.read(name, null, AbortSignal.any([signal, AbortSignal.timeout(METRICS_MS)]));
    return views.flatMap(({ chart, rows }) => {
      const now = rows[0]?.statistics?.now;
      return now === undefined ? [] : [{ metric: chart.title.metric, unit: chart.unit, now }];
    });
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
