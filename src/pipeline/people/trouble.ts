import type { JsonObject } from '#kernel/json.ts';
import { EVERY_PAGER, type PageOrder } from '#domain/alert/page.ts';
import type { Commit } from '#domain/operation/commit.ts';

/** Why a name of the configuration gives nobody a role. */
export type Trouble =
  /** Another account bears the name now: the one that it was pinned to keeps the role, this one has none. */
  | { readonly kind: 'name-taken'; readonly name: string; readonly pinned: string; readonly found: string }
  /** The name leads to another channel now. */
  | { readonly kind: 'channel-moved'; readonly name: string; readonly pinned: string; readonly found: string }
  /** Channels of several teams bear the name. */
  | { readonly kind: 'channel-ambiguous'; readonly name: string; readonly teams: string }
  /** The members of such a group decide themselves who is in it. */
  | { readonly kind: 'group-not-synchronised'; readonly name: string; readonly source: string }
  /** No account, group or channel of the name: or, of a private channel, vigie isn't a member. */
  | { readonly kind: 'user-unseen' | 'group-unseen' | 'channel-unseen'; readonly name: string }
  /** Anybody may join it. */
  | { readonly kind: 'channel-public'; readonly name: string };

/** Nobody acts in another's name by these: they are said, and nobody is woken. */
const HARMLESS: ReadonlySet<Trouble['kind']> = new Set(['user-unseen', 'group-unseen', 'channel-unseen', 'channel-public']);

/** Names one trouble: it is told once. */
export function troubleKey(trouble: Trouble): string {
  const { kind, name } = trouble;
  return [kind, name, 'found' in trouble ? trouble.found : ''].join(':');
}

/** Said in the operations channel, and paged where somebody may be about to act in another's name. */
export function troubleCommit(trouble: Trouble, channel: string, now: number): Pick<Commit, 'audit' | 'say' | 'pages'> {
  const data: JsonObject = { ...trouble };
  const key = `people:${troubleKey(trouble)}`;
  const page: PageOrder = { key, pager: EVERY_PAGER, severity: 'critical', section: trouble.kind, data, person: null, notBefore: now };
  return {
    audit: [{ kind: trouble.kind, operation: null, by: 'vigie', detail: data }],
    say: [
      {
        kind: 'create',
        key,
        to: { channel, root: null, underKey: null },
        message: { template: `notice:${trouble.kind}`, data },
        seeds: [],
      },
    ],
    pages: HARMLESS.has(trouble.kind) ? [] : [page],
  };
}
