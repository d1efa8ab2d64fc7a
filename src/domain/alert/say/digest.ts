import type { JsonObject } from '#kernel/json.ts';
import type { MessageData } from '../../outbox-entry.ts';
import { isOpen, type Alert } from '../alert.ts';
import { membersOf, type Digest } from '../book.ts';
import { inOrder, worst, type AlertGroup } from '../group.ts';
import { memberData } from './post.ts';
import { toldMembers, type Round } from '../round.ts';
import type { StoryPost } from './story.ts';

/** Lines of a digest that fit on a phone before it folds. */
const SHOWN = 5;

export function groupsOf(round: Round, digest: Digest): readonly AlertGroup[] {
  return [...round.book.groups.values()].filter((group) => group.digest === digest.id);
}

/** The digest as the post of a story: a few of its places stand for all. */
export function digestStory(round: Round, digest: Digest): StoryPost {
  const groups = groupsOf(round, digest);
  const places = groups.slice(0, 3).map((group) => group.where);
  return { id: digest.id, digest: null, channel: digest.channel, where: `${places.join(', ')}${groups.length > 3 ? ', …' : ''}` };
}

/** Its members that people are to know of. */
export function digestMembers(round: Round, digest: Digest): readonly Alert[] {
  return groupsOf(round, digest).flatMap((group) => toldMembers(round, group));
}

/** Many groups in one post: how many, of which rules, where, and the worst by name. */
export function digestMessage(round: Round, digest: Digest): MessageData {
  const groups = groupsOf(round, digest);
  const members = groups.flatMap((group) => membersOf(round.book, group));
  const open = members.filter(isOpen);
  const listed = inOrder(open.length > 0 ? open : members);
  return {
    template: 'alert-digest',
    data: {
      id: digest.id,
      state: open.length === 0 ? 'resolved' : open.every((alert) => alert.state === 'acknowledged') ? 'acknowledged' : 'firing',
      severity: worst(listed),
      opened_at: digest.openedAt,
      closed_at: digest.closedAt,
      firing: open.length,
      total: members.length,
      groups: groups.length,
      rules: counted(listed, (alert) => alert.rule),
      places: counted(
        groups.flatMap((group) =>
          membersOf(round.book, group)
            .filter(isOpen)
            .map(() => group.where),
        ),
        (where) => where,
      ),
      worst: listed.slice(0, SHOWN).map((alert) => memberData(round, alert)),
      woken: digest.woken,
      everybody: worst(members) === 'critical' && digest.woken === null,
    },
  };
}

/** How many of each, the most frequent first. */
function counted<T>(items: readonly T[], name: (item: T) => string): JsonObject[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.slice(0, SHOWN).map(([label, count]) => ({ label, count }));
}

/** What began and ended while vigie was away. It mentions nobody. */
export function missedMessage(round: Pick<Round, 'rules' | 'withheld'>, alerts: readonly Alert[]): MessageData {
  const listed = inOrder(alerts);
  return {
    template: 'alert-story:missed',
    data: {
      total: alerts.length,
      since: Math.min(...alerts.map((alert) => alert.startedAt)),
      alerts: listed.slice(0, SHOWN * 2).map((alert) => memberData(round, alert)),
      more: Math.max(0, alerts.length - SHOWN * 2),
    },
  };
}
