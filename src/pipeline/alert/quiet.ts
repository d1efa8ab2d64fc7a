import type { Book } from '#domain/alert/book.ts';
import { SEVERAL, sourceOf } from '#domain/alert/together.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import { isBlocked, watchBlocks, withBlocks } from './blocks.ts';
import type { PollOptions, Result } from './polling.ts';
import { commonSilences, silencesIn, silentFor, silentTroubles, sourceOfSilence } from './silent.ts';
import { newestDocuments, staleAmong } from './stale.ts';

/** What watches for sources that send nothing, or not from all that they should, and for why. */
export interface Quiet {
  /** Asks each source for its newest document, once a minute; at once when somebody fell silent. @throws search_*, when a cluster doesn't answer */
  look(results: readonly Result[], now: number, signal: AbortSignal): Promise<void>;
  /** Sources that send nothing. */
  readonly stale: readonly Trouble[];
  /** What fell silent together while others may go on. */
  silent(book: Book, results: readonly Result[], now: number): readonly Trouble[];
}

const EVERY_MS = 60_000;

export function watchQuiet({ rules, searches, desk, sources }: Pick<PollOptions, 'rules' | 'searches' | 'desk' | 'sources'>): Quiet {
  const blocks = watchBlocks(searches);
  let askedAt = 0;
  let stale: readonly Trouble[] = [];
  return {
    async look(results, now, signal) {
      const silences = silencesIn(results);
      if (now - askedAt < EVERY_MS && now >= askedAt && silences.length === 0) return;
      askedAt = now;
      const newest = await newestDocuments([...rules().values()], searches, now, signal);
      for (const { cluster, index, byIndex } of newest) await sources?.note(cluster, index, byIndex);
      const several = silences.filter(({ together }) => together.keys.length >= SEVERAL);
      const [all, told] = [silences, several].map((each) => staleAmong(newest, now, { silent: silentFor(each, now), before: stale }));
      const asked = [...(all ?? []), ...commonSilences(desk.book)].map(sourceOf);
      await blocks.ask(newest, [...asked, ...silences.map(sourceOfSilence)], signal);
      // The silence of a source's only host is told by its name, unless there is more to say.
      const isTold = (trouble: Trouble): boolean => isBlocked(trouble) || (told ?? []).some((each) => sourceOf(each) === sourceOf(trouble));
      stale = (all ?? []).map((trouble) => withBlocks(trouble, blocks)).filter(isTold);
    },
    get stale() {
      return stale;
    },
    silent: (book, results, now) => silentTroubles(book, results, rules(), now).map((trouble) => withBlocks(trouble, blocks)),
  };
}
