import { unsilenced } from '#domain/alert/hands.ts';
import { isReasonable } from '#domain/alert/matchers.ts';
import type { Desk } from './desk.ts';

/** Silences that were stored before there was a bound on them: they end before anything is held against them, and everybody learns it. */
export async function dropUnreasonable(desk: Desk, channel: string): Promise<void> {
  const long = (now: number) => [...desk.book.silences.values()].filter((each) => each.endsAt > now && !isReasonable(each.matchers));
  if (long(0).length === 0) return;
  await desk.change((book, now) => {
    const ended = long(now);
    if (ended.length === 0) return { book };
    const ids = ended.map(({ id }) => id);
    return {
      book: ended.reduce((rest, silence) => unsilenced(rest, silence, 'vigie', now), book),
      audit: [{ kind: 'silences-dropped', operation: null, by: 'vigie', detail: { silences: ids } }],
      say: [
        {
          kind: 'create',
          key: `silences-dropped:${now}`,
          to: { channel, root: null, underKey: null },
          message: { template: 'alert-story:silences-dropped', data: { total: ids.length, ids } },
          seeds: [],
        },
      ],
    };
  });
}
