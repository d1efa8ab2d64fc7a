import type { Book } from '#domain/alert/book.ts';
import { SEVERAL, sourceOf } from '#domain/alert/together.ts';
import { openTroubles, type Trouble } from '#domain/alert/trouble.ts';
import type { Asked } from './along.ts';
import { isBlocked, watchBlocks, withBlocks } from './blocks.ts';
import type { PollOptions, Result } from './polling.ts';
import { isDue } from './schedule.ts';
import { commonSilences, silencesIn, silentFor, silentTroubles, sourceOfSilence } from './silent.ts';
import { newestErrands, newestIn, staleAmong, type Newest, type NewestErrand } from './stale.ts';

/** What watches for sources that send nothing, or not from all that they should, and for why. */
export interface Quiet {
  /** Each source's newest document, once a minute; null between. */
  errands(now: number): readonly NewestErrand[] | null;
  /** Reads what was asked; asks at once when somebody fell silent. @throws search_*, when the cluster doesn't answer */
  look(results: readonly Result[], asked: Asked<NewestErrand>, signal: AbortSignal): Promise<void>;
  /** Sources that send nothing. */
  readonly stale: readonly Trouble[];
  /** What fell silent together while others may go on. */
  silent(book: Book, results: readonly Result[], now: number): readonly Trouble[];
}

const EVERY_MS = 60_000;

export function watchQuiet({ rules, searches, desk, sources }: Pick<PollOptions, 'rules' | 'searches' | 'desk' | 'sources'>): Quiet {
  const blocks = watchBlocks(searches);
  let askedAt: number | null = null;
  let stale = openTroubles(desk.book, 'vigie:stale');
  const errandsAt = (now: number): readonly NewestErrand[] => newestErrands([...rules().values()], now);
  return {
    errands(now) {
      if (!isDue(EVERY_MS, askedAt, now)) return null;
      askedAt = now;
      return errandsAt(now);
    },
    async look(results, { now, errands, answersTo }, signal) {
      const silences = silencesIn(results);
      const asked = errands ?? (silences.length > 0 ? errandsAt(now) : null);
      if (asked === null) return;
      askedAt = now;
      const newest: Newest[] = [];
      for (const errand of asked) newest.push(...newestIn(errand, await answersTo(errand)));
      for (const { cluster, index, byIndex } of newest) await sources?.note(cluster, index, byIndex);
      const several = silences.filter(({ together }) => together.keys.length >= SEVERAL);
      const [all, told] = [silences, several].map((each) => staleAmong(newest, now, { silent: silentFor(each, now), before: stale }));
      const doubtful = [...(all ?? []), ...commonSilences(desk.book)].map(sourceOf);
      await blocks.ask(newest, [...doubtful, ...silences.map(sourceOfSilence)], signal);
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
