import type { Clock } from '#kernel/clock.ts';
import type { Problem } from '#kernel/errors.ts';
import { blindnessOf, clustersIn, knownNow, type Blindness } from '#domain/alert/source.ts';
import { sourceKey } from '#domain/alert/together.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { Log } from '#ports/log.ts';
import type { Search } from '#ports/search.ts';
import type { Cursors } from '#ports/store.ts';
import type { Sources } from './polling.ts';
import { keptSources } from './sources-kept.ts';

const KEPT_EVERY_MS = 600_000;

interface Surroundings {
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export async function watchSources({ facts, clock, log }: Surroundings): Promise<Sources> {
  const { sources, losses, keepSources, keepLosses } = await keptSources(facts, log);
  const known = new Map(Object.entries(sources));
  const lost = new Map(Object.entries(losses));
  let keptAt = clock.now();

  const keep = async (): Promise<void> => {
    keptAt = clock.now();
    await keepSources(known);
  };

  /** @returns why rules on this source are blind; null when they aren't, or when nobody can say */
  const blindness = async (search: Search, index: string, outcomes: readonly Outcome[], signal: AbortSignal): Promise<Blindness | null> => {
    const key = sourceKey(search.cluster, index);
    const before = known.get(key) ?? null;
    const shards = shardsIn(outcomes);
    const isPartial = outcomes.some(isIncomplete);
    const filled = filledIn(outcomes) ?? before?.filled;
    if (!isPartial && shards === before?.shards && shards > 0 && filled === before.filled) return null;
    const skipped = outcomes.find(isSkipped);
    if (skipped !== undefined) return { how: 'skipped', clusters: skippedIn(skipped) || clustersIn(index).join(', ') };
    const found = await search.sources(index, signal);
    const blind = blindnessOf(before, found, { now: clock.now(), since: lost.get(key)?.since ?? null });
    if (blind !== null || shards === null || shards === 0) return blind ?? (shards === 0 ? { how: 'none' } : null);
    known.set(key, knownNow(before, found, { shards, filled }));
    await keep();
    return null;
  };

  const judge = async (search: Search, index: string, outcomes: readonly Outcome[], signal: AbortSignal): Promise<Blindness | null> => {
    const key = sourceKey(search.cluster, index);
    // Nobody has answered: what was lost may be still.
    if (shardsIn(outcomes) === null && !outcomes.some(isIncomplete)) return null;
    try {
      const blind = await blindness(search, index, outcomes, signal);
      if (blind === null) lost.delete(key);
      else {
        const since = lost.get(key)?.since ?? clock.now();
        lost.set(key, { cluster: search.cluster, index, since, blindness: blind, wasThere: known.has(key) });
      }
      await keepLosses(lost);
      return blind;
    } catch (error) {
      // As long as nobody can say, it is as it was.
      log.warn({ error, index }, 'nobody can say which indices there are');
      return lost.get(key)?.blindness ?? null;
    }
  };

  return {
    lost,
    guarding: (look) => async (requests, search, signal) => {
      const outcomes = [...(await look(requests, search, signal))];
      const places = [...requests.keys()];
      for (const [index, own] of Map.groupBy(places, (place) => requests[place]?.rule.index ?? '')) {
        const mine = own.flatMap((place) => outcomes[place] ?? []);
        const blind = await judge(search, index, mine, signal);
        if (blind === null) continue;
        for (const place of own) outcomes[place] = { ok: false, problem: blindProblem(search.cluster, index, blind) };
      }
      return outcomes;
    },
    async note(cluster, index, newest) {
      const key = sourceKey(cluster, index);
      const source = known.get(key);
      if (source === undefined) return;
      const indices = Object.entries(source.indices).map(([name, at]) => [name, newest.get(name) ?? at] as const);
      known.set(key, { ...source, indices: Object.fromEntries(indices) });
      if (clock.now() - keptAt >= KEPT_EVERY_MS) await keep();
    },
  };
}

/** The indices or clusters that are missing, as a person reads them. */
function lossesIn(blindness: Blindness): string {
  if (blindness.how === 'skipped') return blindness.clusters;
  return blindness.how === 'indices' ? blindness.losses.map(({ name }) => name).join(', ') : '';
}

/** As it is told. */
export function blindProblem(cluster: string, index: string, blindness: Blindness): Problem {
  const [first] = blindness.how === 'indices' ? blindness.losses : [];
  return { code: 'source_blind', params: { cluster, index, how: first?.how ?? blindness.how, names: lossesIn(blindness) } };
}

/** Of one pattern; the fewest that any of its searches went to. Null where none was answered. */
function shardsIn(outcomes: readonly Outcome[]): number | null {
  const counts = outcomes.flatMap((outcome) => (outcome.ok && outcome.look.shards !== undefined ? [outcome.look.shards] : []));
  return counts.length === 0 ? null : Math.min(...counts);
}

/** Of one pattern, the indices that have documents. */
function filledIn(outcomes: readonly Outcome[]): string | undefined {
  return outcomes.flatMap((outcome) => (outcome.ok && outcome.look.indices !== undefined ? [outcome.look.indices] : []))[0];
}

function isIncomplete(outcome: Outcome): boolean {
  return !outcome.ok && outcome.problem.code === 'search_incomplete';
}

function isSkipped(outcome: Outcome): boolean {
  return !outcome.ok && outcome.problem.code === 'search_incomplete' && outcome.problem.params['skipped'] === true;
}

function skippedIn(outcome: Outcome): string {
  return outcome.ok ? '' : String(outcome.problem.params['clusters'] ?? '');
}
