import { z } from 'zod';
import { block, literal } from './psql.ts';
import { largeObjectsIn, largeOwnerIn, type TocEntry } from './toc.ts';

/** Whose large objects are, of which there may be hundreds of thousands: all are one role's but for some. */
export interface LargeOwners {
  /** Null: there are none. */
  readonly usual: string | null;
  /** By their numbers, or as `16400..17399`. */
  readonly others: ReadonlyMap<string, string>;
}

/** As they were when they were dumped. */
export function largeOwners(toc: readonly TocEntry[]): LargeOwners {
  const counts = new Map<string, number>();
  const groups = toc.flatMap((entry) => {
    const owner = largeOwnerIn(entry);
    return owner === null ? [] : [{ entry, owner }];
  });
  for (const { entry, owner } of groups) counts.set(owner, (counts.get(owner) ?? 0) + entry.many);
  const usual = [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? null;
  const others = groups.filter(({ owner }) => owner !== usual);
  return { usual, others: new Map(others.flatMap(({ entry, owner }) => largeObjectsIn(entry).map((each) => [each, owner] as const))) };
}

const large = z.strictObject({ kind: z.literal('large'), owner: z.string(), objects: z.array(z.string()) });
export type LiveLarge = z.infer<typeof large>;

/** What the live database says of them: those that are another's there than the archive's usual owner's, and those that were another's when they were dumped. */
export const LARGE_OBJECTS = {
  row: large,
  sql: ({ usual, others }: LargeOwners): string =>
    usual === null
      ? ''
      : `select json_build_object('kind', 'large', 'owner', pg_get_userbyid(lomowner), 'objects', json_agg(oid::text)) from pg_largeobject_metadata
  where pg_get_userbyid(lomowner) <> ${literal(usual)} or ${among([...others.keys()])} group by lomowner;`,
};

/** The same, as the live database has them. */
export function asLive({ usual, others }: LargeOwners, live: readonly LiveLarge[]): LargeOwners {
  return { usual, others: new Map([...others, ...live.flatMap(({ owner, objects }) => objects.map((each) => [each, owner] as const))]) };
}

function among(objects: readonly string[]): string {
  const single = objects.filter((each) => !each.includes('..'));
  const ranges = objects.filter((each) => each.includes('..')).map((each) => `or oid between ${each.replace('..', ' and ')}`);
  return `(oid = any ('{${single.join(',')}}'::oid[])${ranges.map((each) => ` ${each}`).join('')})`;
}

/** So many in one transaction: the server remembers a lock for each. */
const AT_ONCE = 100;

/** SQL that gives those that are the loader's to whom they belong. @param keeper who may own what is this role's */
export function givingLarge({ usual, others }: LargeOwners, loader: string, keeper: (owner: string) => string): string {
  if (usual === null) return '';
  const groups = Map.groupBy([...others], ([, owner]) => keeper(owner));
  const exceptions = [...groups].map(([owner, objects]) => giving(loader, owner, ` and ${among(objects.map(([object]) => object))}`));
  return [...exceptions, giving(loader, keeper(usual), '')].join('\n');
}

function giving(loader: string, owner: string, which: string): string {
  return block(`declare found oid; given int := 0; begin
  for found in select oid from pg_largeobject_metadata where lomowner = ${literal(loader)}::regrole${which} loop
    execute format('alter large object %s owner to %I', found, ${literal(owner)});
    given := given + 1;
    if given % ${AT_ONCE} = 0 then commit; end if;
  end loop;
end`);
}
