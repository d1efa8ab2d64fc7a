import type { OutboxEntry } from '../../outbox-entry.ts';
import { isActive, isOpen, type Alert } from '../alert.ts';
import { membersOf, type Digest } from '../book.ts';
import { isUntold } from '../news.ts';
import { wasTold, worst, type AlertGroup } from '../group.ts';
import { toldMembers, withAlerts, type Decision, type Round, type Stage } from '../round.ts';
import { digestMembers, digestStory, groupsOf, missedMessage } from '../say/digest.ts';
import { pagesFor } from '../say/pages.ts';
import { chartData, memberData } from '../say/post.ts';
import { storyLine } from '../say/story.ts';

/** What is decided becomes lines of the story, and pages; the posts themselves follow from the book. */
export const send: Stage = (round) => {
  let next = missed(round);
  for (const [id, decision] of round.decisions) {
    const group = round.book.groups.get(id);
    // What stands in a digest has no story of its own.
    if (group !== undefined && group.digest === null) next = sent(next, group, decision);
  }
  for (const digest of round.book.digests.values()) if (digest.closedAt === null) next = sentDigest(next, digest);
  return next;
};

/** A digest tells its story once for all of its groups. */
function sentDigest(round: Round, digest: Digest): Round {
  const post = digestStory(round, digest);
  const told = digestMembers(round, digest);
  const tells = groupsOf(round, digest).map((group) => round.decisions.get(group.id)?.tell);
  if (!round.before.digests.has(digest.id)) return { ...round, pages: [...round.pages, ...pagesFor(round, post, told, 'first')] };
  if (!tells.includes('repeat')) return round;
  const firing = told.filter((alert) => alert.state === 'firing');
  return { ...round, say: [...round.say, storyLine(post, 'repeat', `repeat:${round.now}`, linesOf(round, null, firing))] };
}

function sent(round: Round, group: AlertGroup, decision: Decision): Round {
  const told = toldMembers(round, group);
  switch (decision.tell) {
    case 'first':
      return { ...round, pages: [...round.pages, ...pagesFor(round, group, told, 'first')] };
    case 'grown': {
      const ids = new Set(decision.fresh);
      const fresh = told.filter((alert) => ids.has(alert.id));
      // What was found within `realert` goes along.
      const named = told.filter((alert) => ids.has(alert.id) || isUntold(alert));
      // People know of each already, and not of what it says now.
      const section = named.every(({ id }) => wasTold(group, id)) ? 'news' : 'grown';
      const say = storyLine(group, section, `grown:${round.now}`, linesOf(round, group, named));
      return { ...round, say: [...round.say, say], pages: [...round.pages, ...pagesFor(round, group, fresh, 'first')] };
    }
    case 'repeat': {
      const firing = told.filter((alert) => alert.state === 'firing');
      const chart = round.charts.get(group.key);
      const data = { ...linesOf(round, group, firing), ...(chart === undefined ? {} : { chart: chartData(chart) }) };
      return { ...round, say: [...round.say, storyLine(group, 'repeat', `repeat:${round.now}`, data)] };
    }
    case 'resolved':
      return { ...round, say: [...round.say, resolvedLine(round, group)] };
    case 'closed':
    case 'nothing':
      return round;
    default:
      return decision satisfies never;
  }
}

/** Of those that people know of, what is new to them. Edits notify nobody, so what is new mentions whoever is on call when it is bad enough. */
function linesOf(round: Round, group: AlertGroup | null, alerts: readonly Alert[]) {
  const critical = worst(alerts) === 'critical';
  return {
    alerts: alerts.slice(0, 5).map((alert) => memberData(round, alert, group !== null && wasTold(group, alert.id))),
    more: Math.max(0, alerts.length - 5),
    person: critical ? round.onCall.current : null,
    everybody: critical && round.onCall.current === null,
    started_at: Math.min(...alerts.map((alert) => alert.startedAt)),
  };
}

function resolvedLine(round: Round, group: AlertGroup): OutboxEntry {
  const members = membersOf(round.book, group).filter((alert) => alert.firingAt !== null);
  const startedAt = Math.min(...members.map((alert) => alert.startedAt));
  const endedAt = Math.max(...members.map((alert) => alert.resolvedAt ?? startedAt));
  return storyLine(group, 'resolved', 'resolved', {
    total: members.length,
    after: Math.max(0, endedAt - startedAt),
    started_at: startedAt,
  });
}

/** What began and ended while vigie was away was told to nobody: one message tells all of it. */
function missed(round: Round): Round {
  const over = [...round.book.alerts.values()].filter(
    (alert) => alert.missed && alert.firingAt !== null && !isOpen(alert) && alert.group === null,
  );
  const ended = new Set(over);
  const done = [...round.book.alerts.values()].filter((alert) => alert.missed && (ended.has(alert) || isActive(alert)));
  const next = withAlerts(
    round,
    done.map((alert) => ({ ...alert, missed: false })),
  );
  if (over.length === 0) return next;
  const to = { channel: round.settings.channel, root: null, underKey: null };
  const say: OutboxEntry = { kind: 'create', key: `missed:${round.now}`, to, message: missedMessage(round, over), seeds: [] };
  return { ...next, say: [...next.say, say] };
}
