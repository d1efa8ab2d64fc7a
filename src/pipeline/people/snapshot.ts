import { z } from 'zod';
import type { Account } from '#ports/chat.ts';
import type { Members, Membership, Source } from './membership.ts';

/** Something that the directory said. */
export interface Known<T> {
  readonly value: T;
  /** When it was asked, for its use as a cache; 0: ask again. */
  readonly at: number;
  /** When the directory last said it. */
  readonly saidAt: number;
}

/** Since when vigie has seen an id behind a source, in milliseconds; 0: since its first look at that source. */
export type FirstSeen = Readonly<Record<Source, Readonly<Record<string, number>>>>;

/** What was last known, kept in the store: it serves when Mattermost is down. */
export interface Snapshot {
  readonly accounts: readonly Known<Account | null>[];
  readonly members: Known<Members> | null;
  readonly first: FirstSeen;
}

const account = z.object({
  id: z.string(),
  username: z.string(),
  kind: z.enum(['person', 'bot', 'guest', 'remote']),
  active: z.boolean(),
  locale: z.string(),
  saidAt: z.number(),
});
const schema = z.object({
  accounts: z.array(account),
  sources: z.record(z.string(), z.array(z.string())).nullable(),
  saidAt: z.number(),
  first: z.record(z.string(), z.record(z.string(), z.number())),
});

export function snapshotText({ accounts, members, first }: Snapshot): string {
  const kept = accounts.flatMap(({ value, saidAt }) => (value === null ? [] : [{ ...value, saidAt }]));
  return JSON.stringify({ accounts: kept, sources: members?.value ?? null, saidAt: members?.saidAt ?? 0, first });
}

/** Nothing is known from a text of another form: it is asked for at once. */
export function restoreSnapshot(
  text: string | null,
): Omit<Snapshot, 'accounts'> & { readonly accounts: ReadonlyMap<string, Known<Account>> } {
  const read = text === null ? null : schema.safeParse(JSON.parse(text));
  if (read === null || !read.success) return { accounts: new Map(), members: null, first: {} };
  const { accounts, sources, saidAt, first } = read.data;
  return {
    accounts: new Map(accounts.map(({ saidAt: at, ...value }) => [value.id, { value, at: 0, saidAt: at }])),
    members: sources === null ? null : { value: sources, at: 0, saidAt },
    first,
  };
}

/**
 * Brings it up to date. Whoever left and came back is as new as they are; whoever is there at the first look has always been. What can't
 * be read now is left as it was.
 */
export function firstSeen(before: FirstSeen, { sources, unreadable }: Pick<Membership, 'sources' | 'unreadable'>, now: number): FirstSeen {
  return Object.fromEntries(
    Object.entries(sources).map(([source, ids]) => {
      const known = before[source];
      if (unreadable.includes(source)) return [source, known ?? {}];
      // A name of the configuration is given by whoever keeps it, not by a chat server.
      const otherwise = known === undefined || source.startsWith('user:') ? 0 : now;
      return [source, Object.fromEntries(ids.map((id) => [id, known?.[id] ?? otherwise]))];
    }),
  );
}
