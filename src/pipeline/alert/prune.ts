import type { Book } from '#domain/alert/book.ts';

/** The book without what was over before: the store still has it. */
export function pruned(book: Book, before: number): Book {
  const groups = filtered(book.groups, (group) => group.closedAt === null || group.closedAt > before);
  return {
    alerts: filtered(
      book.alerts,
      (alert) => alert.resolvedAt === null || alert.resolvedAt > before || (alert.group !== null && isOpenGroup(groups, alert.group)),
    ),
    groups,
    digests: filtered(book.digests, (digest) => digest.closedAt === null || digest.closedAt > before),
    silences: filtered(book.silences, (silence) => silence.endsAt > before),
    remedies: filtered(book.remedies, (use) => use.at > before),
  };
}

function isOpenGroup(groups: Book['groups'], id: string): boolean {
  return groups.get(id)?.closedAt === null;
}

function filtered<T>(map: ReadonlyMap<string, T>, keep: (item: T) => boolean): ReadonlyMap<string, T> {
  return [...map.values()].every(keep) ? map : new Map([...map].filter(([, item]) => keep(item)));
}
