import type { PendingEntry } from '#ports/store.ts';

export interface Lanes {
  /** A channel each, which may go at the same time. */
  readonly first: readonly (readonly PendingEntry[])[];
  /** What names a post of another lane, and all that comes behind it in its channel: after those, one by one. */
  readonly rest: readonly PendingEntry[];
}

/** A channel is a conversation and keeps its order; channels don't wait for each other, but where a post leads to one that isn't there yet. */
export function lanesOf(due: readonly PendingEntry[]): Lanes {
  const channelOf = new Map(due.map(({ key, to }) => [key, to.channel]));
  const behind = new Set<string>();
  const rest: PendingEntry[] = [];
  const now = due.filter((say) => {
    const { channel } = say.to;
    if (namedKeys(say).some((key) => (channelOf.get(key) ?? channel) !== channel)) behind.add(channel);
    if (!behind.has(channel)) return true;
    rest.push(say);
    return false;
  });
  return { first: [...Map.groupBy(now, ({ to }) => to.channel).values()], rest };
}

function namedKeys({ to, message }: PendingEntry): readonly string[] {
  const { link_to: link } = message.data;
  return [to.underKey, link].filter((key) => typeof key === 'string');
}
