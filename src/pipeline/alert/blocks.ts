import type { WriteBlock } from '#domain/alert/source.ts';
import { sourceKey, sourceOf } from '#domain/alert/together.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { PollOptions } from './polling.ts';
import type { Newest } from './stale.ts';

/** What knows why a source takes nothing. */
export interface Blocks {
  /** Asks of these sources, by `sourceKey`, and forgets the others. @throws search_*, when the cluster doesn't answer */
  ask(newest: readonly Newest[], sources: readonly string[], signal: AbortSignal): Promise<void>;
  /** What is read-only of a source that took documents at a time. */
  at(source: string, since: number): readonly Blocked[];
}

interface Blocked {
  readonly name: string;
  readonly setting: WriteBlock;
}

/** An index whose newest document is so much older was done with before: policies make such ones read-only. */
const LIVE_MS = 900_000;
/** Names that fit in a post. */
const NAMED = 3;

export function watchBlocks(searches: PollOptions['searches']): Blocks {
  let known = new Map<string, readonly (Blocked & { readonly newest: number })[]>();
  return {
    async ask(newest, sources, signal) {
      const found: typeof known = new Map();
      for (const { cluster, index, byIndex } of newest) {
        const key = sourceKey(cluster, index);
        const search = searches.get(cluster);
        if (search === undefined || !sources.includes(key)) continue;
        const blocked = [...(await search.blocks(index, signal))].flatMap(([name, setting]) => {
          const at = byIndex.get(name);
          return at === undefined ? [] : [{ name, setting, newest: at }];
        });
        found.set(key, blocked);
      }
      known = found;
    },
    at: (source, since) => (known.get(source) ?? []).filter(({ newest }) => Math.abs(newest - since) <= LIVE_MS),
  };
}

/** The same trouble, with what is read-only of its source. */
export function withBlocks(trouble: Trouble, blocks: Blocks): Trouble {
  const [first, ...more] = blocks.at(sourceOf(trouble), trouble.since);
  if (first === undefined) return trouble;
  const blocked = [first, ...more].map(({ name }) => name).slice(0, NAMED);
  return { ...trouble, document: { ...trouble.document, blocked, setting: first.setting }, isCurrent: true };
}

export function isBlocked({ document }: Trouble): boolean {
  return document['setting'] !== undefined;
}
