import { keyText, type AlertKey } from '../key.ts';
import type { Together } from '../look.ts';
import { spreadOf, type Flatline } from '../together.ts';
import type { Draft } from './drafts.ts';
import { groupsOf } from './groups.ts';
import type { Inquiry } from './inquiry.ts';
import { numberAt } from './read.ts';
import type { Scene } from './scene.ts';
import { readInstant } from './time.ts';

interface Last {
  readonly key: AlertKey;
  readonly at: number;
}

/**
 * Who fell silent when those did that were just found silent: they sent their last document at about the same time, though some of them may be found
 * a tick later. Null when nobody was found.
 */
export function* silentTogether(scene: Scene<Flatline>, drafts: readonly Draft[]): Inquiry<Together | null> {
  const { kind, rule, open, span } = scene;
  const known = new Set(open.map(keyText));
  const fresh = drafts.filter(({ key }) => !known.has(keyText(key)));
  if (fresh.length === 0 || rule.queryKey.length === 0) return null;
  const after = Math.min(...fresh.map(({ at }) => at)) - 2 * kind.timeframeMs - rule.runEveryMs;
  const leaf = { last: { max: { field: rule.timestampField } } };
  const groups = yield* groupsOf(scene, { after, until: span.to }, { leaf, atLeast: 1, withMissing: kind.countedBy === 'documents' });
  const lasts = new Map(
    groups.map(({ key, found }): [string, Last] => [
      keyText(key),
      { key, at: readInstant(rule, numberAt(found, 'last', 'value') ?? undefined) ?? after },
    ]),
  );
  // One that is expected and never came is as old as can be.
  for (const { key } of fresh) if (!lasts.has(keyText(key))) lasts.set(keyText(key), { key, at: after });
  return togetherAmong([...lasts.values()], Math.max(...fresh.map(({ key }) => lasts.get(keyText(key))?.at ?? after)), scene);
}

/** @param since the last document of the one that fell silent last */
function togetherAmong(lasts: readonly Last[], since: number, { kind, span }: Scene<Flatline>): Together | null {
  const spreadMs = spreadOf(kind);
  // It sends less than it should, and is not silent.
  if (span.to - since <= spreadMs) return null;
  const keys = lasts.filter(({ at }) => Math.abs(at - since) <= spreadMs && span.to - at > spreadMs).map(({ key }) => key);
  return { keys, since, others: lasts.filter(({ at }) => at > since + spreadMs).length };
}
