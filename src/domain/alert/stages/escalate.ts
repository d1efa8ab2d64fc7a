import type { AlertGroup } from '../group.ts';
import { toldMembers, withGroups, type Round, type Stage } from '../round.ts';
import { pagesFor } from '../say/pages.ts';
import { storyLine } from '../say/story.ts';

/** Next person, everybody in the channel, the second way out. */
const STEPS = ['next', 'channel', 'second'] as const;

/** Wakes one after the other until somebody takes the alert. */
export const escalate: Stage = (round) => {
  let next = round;
  for (const group of round.book.groups.values()) if (group.escalation !== null && group.closedAt === null) next = step(next, group);
  return next;
};

function step(round: Round, group: AlertGroup): Round {
  const { escalation } = group;
  const waiting = toldMembers(round, group).filter((alert) => alert.severity === 'critical' && alert.state === 'firing');
  if (escalation === null) return round;
  // Taken, silenced or over: whoever comes back starts it anew.
  if (waiting.length === 0) return withGroups(round, [{ ...group, escalation: null }]);
  const what = STEPS[escalation.step];
  if (what === undefined || round.now - escalation.at < round.settings.escalateAfterMs) return round;
  const moved = withGroups(round, [{ ...group, escalation: { step: escalation.step + 1, at: round.now } }]);
  const { current, next } = round.onCall;
  const person = what === 'next' ? (next[escalation.step] ?? current) : null;
  const line = storyLine(
    group,
    `escalated-${person === null && what === 'next' ? 'channel' : what}`,
    `escalated:${escalation.at}:${what}`,
    {
      person,
      pagers: round.settings.pagers.second,
      waited: round.now - (group.firstNotifiedAt ?? round.now),
    },
  );
  // Without a second way nothing is said of one.
  const say = what === 'second' && round.settings.pagers.second.length === 0 ? [] : [line];
  const pages = what === 'second' ? pagesFor(moved, group, waiting, 'second') : [];
  return { ...moved, say: [...moved.say, ...say], pages: [...moved.pages, ...pages] };
}
