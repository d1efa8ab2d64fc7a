import type { Digest } from '../book.ts';
import { withAll } from '../book.ts';
import { worst, type AlertGroup } from '../group.ts';
import { rank } from '../silence.ts';
import { toldMembers, withGroups, type Round, type Stage } from '../round.ts';

const MINUTE_MS = 60_000;

/** More new groups within a minute than a person can read become one digest; the worst still get posts of their own, as far as they fit. */
export const ceiling: Stage = (round) => {
  const first = [...round.decisions].filter(([, decision]) => decision.tell === 'first').map(([id]) => id);
  const groups = first.flatMap((id) => round.book.groups.get(id) ?? []);
  const room = Math.max(0, round.settings.postsPerMinute - recentPosts(round));
  if (groups.length <= room) return round;
  const over = groups.toSorted((a, b) => severityOf(round, b) - severityOf(round, a) || a.openedAt - b.openedAt).slice(room);
  let next = round;
  for (const group of over) next = digested(next, group);
  return next;
};

function recentPosts({ book, now }: Round): number {
  return [...book.groups.values()].filter(
    (group) => group.digest === null && group.firstNotifiedAt !== null && group.firstNotifiedAt > now - MINUTE_MS,
  ).length;
}

function severityOf(round: Round, group: AlertGroup): number {
  return rank(worst(toldMembers(round, group)));
}

function digested(round: Round, group: AlertGroup): Round {
  const open = [...round.book.digests.values()].find((digest) => digest.closedAt === null && digest.channel === group.channel);
  const digest: Digest = open ?? {
    id: round.freshId(),
    channel: group.channel,
    openedAt: round.now,
    escalation: null,
    woken: null,
    shown: null,
    closedAt: null,
  };
  const book = { ...round.book, digests: withAll(round.book.digests, [digest]) };
  return withGroups({ ...round, book }, [{ ...group, digest: digest.id }]);
}
