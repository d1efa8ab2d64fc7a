import type { Alert } from '../alert.ts';
import { withAll } from '../book.ts';
import type { Escalation } from '../group.ts';
import { toldMembers, withGroups, type Round, type Stage } from '../round.ts';
import { digestMembers, digestStory } from '../say/digest.ts';
import { pagesFor } from '../say/pages.ts';
import { storyLine, type StoryPost } from '../say/story.ts';

/** Next person, everybody in the channel, the second way out. */
const STEPS = ['next', 'channel', 'second'] as const;

/** Wakes one after the other until somebody takes the alert. */
export const escalate: Stage = (round) => {
  let next = round;
  for (const group of round.book.groups.values()) {
    if (group.escalation === null || group.closedAt !== null || group.digest !== null) continue;
    const post = { post: group, members: toldMembers(round, group), openedAt: group.firstNotifiedAt ?? round.now };
    next = step(next, post, group.escalation, (moved, escalation) => withGroups(moved, [{ ...group, escalation }]));
  }
  for (const digest of round.book.digests.values()) {
    if (digest.escalation === null || digest.closedAt !== null) continue;
    const post = { post: digestStory(round, digest), members: digestMembers(round, digest), openedAt: digest.openedAt };
    next = step(next, post, digest.escalation, (moved, escalation) => ({
      ...moved,
      book: { ...moved.book, digests: withAll(moved.book.digests, [{ ...digest, escalation }]) },
    }));
  }
  return next;
};

interface Woken {
  readonly post: StoryPost;
  readonly members: readonly Alert[];
  readonly openedAt: number;
}

function step(
  round: Round,
  { post, members, openedAt }: Woken,
  escalation: Escalation,
  keep: (round: Round, escalation: Escalation | null) => Round,
): Round {
  const waiting = members.filter((alert) => alert.severity === 'critical' && alert.state === 'firing');
  // Taken, silenced or over: whoever comes back starts it anew.
  if (waiting.length === 0) return keep(round, null);
  const what = STEPS[escalation.step];
  if (what === undefined || round.now - escalation.at < round.settings.escalateAfterMs) return round;
  const moved = keep(round, { step: escalation.step + 1, at: round.now });
  const { current, next } = round.onCall;
  const person = what === 'next' ? (next[escalation.step] ?? current) : null;
  const section = person === null && what === 'next' ? 'channel' : what;
  const { second } = round.settings.pagers;
  const line = storyLine(post, `escalated-${section}`, `escalated:${escalation.at}:${what}`, {
    person,
    pagers: second,
    waited: round.now - openedAt,
  });
  // Without a second way nothing is said of one.
  const say = what === 'second' && second.length === 0 ? [] : [line];
  const pages = what === 'second' ? pagesFor(moved, post, waiting, 'second') : [];
  return { ...moved, say: [...moved.say, ...say], pages: [...moved.pages, ...pages] };
}
