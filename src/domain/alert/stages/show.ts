import type { OutboxEntry } from '../../outbox-entry.ts';
import { withAll, type Digest } from '../book.ts';
import { groupPostKey, worst, type AlertGroup } from '../group.ts';
import { withGroups, type Round, type Stage } from '../round.ts';
import { digestMembers, digestMessage, digestStory, groupsOf } from '../say/digest.ts';
import { storyLine } from '../say/story.ts';
import { groupMessage, shownHash } from '../say/post.ts';

/** Take it, silence it, run its remedy: Mattermost's names of 👀, 🔕 and ▶️. */
export const ALERT_SEEDS = ['eyes', 'no_bell', 'arrow_forward'] as const;

/** The posts follow the book: one for each group that people were told of, one for each digest, edited when what they show has changed. */
export const show: Stage = (round) => {
  let next = round;
  for (const group of round.book.groups.values())
    if (group.firstNotifiedAt !== null && group.digest === null && isFresh(round, group)) next = showGroup(next, group);
  for (const digest of round.book.digests.values()) if (digest.closedAt === null) next = showDigest(next, digest);
  return next;
};

/** A post that was closed before this round stays as it is. */
function isFresh(round: Round, group: AlertGroup): boolean {
  return group.closedAt === null || round.before.groups.get(group.id)?.closedAt === null;
}

function showGroup(round: Round, group: AlertGroup): Round {
  const message = groupMessage(round, group);
  const shown = shownHash(message);
  if (shown === group.shown) return round;
  const { remedy } = message.data;
  const seeds = remedy === null ? ALERT_SEEDS.slice(0, 2) : ALERT_SEEDS;
  const say: OutboxEntry = { kind: 'state', key: groupPostKey(group), to: toChannel(group.channel), message, seeds };
  return withGroups({ ...round, say: [...round.say, say] }, [{ ...group, shown }]);
}

function showDigest(round: Round, digest: Digest): Round {
  const groups = groupsOf(round, digest);
  const over = groups.every((group) => group.closedAt !== null);
  const critical = worst(digestMembers(round, digest)) === 'critical';
  const fresh = !round.before.digests.has(digest.id);
  const next: Digest = {
    ...digest,
    closedAt: over ? round.now : null,
    woken: digest.woken ?? (critical ? round.onCall.current : null),
    escalation: fresh && critical ? { step: 0, at: round.now } : digest.escalation,
  };
  const message = digestMessage(round, next);
  const shown = shownHash(message);
  const say: OutboxEntry = {
    kind: 'state',
    key: groupPostKey(digest),
    to: toChannel(digest.channel),
    message,
    seeds: ALERT_SEEDS.slice(0, 2),
  };
  const book = { ...round.book, digests: withAll(round.book.digests, [{ ...next, shown }]) };
  const ended = over ? [storyLine(digestStory(round, digest), 'resolved', 'resolved', endOf(digest, groups, round.now))] : [];
  return { ...round, book, say: [...round.say, ...(shown === digest.shown ? [] : [say]), ...ended] };
}

function endOf(digest: Digest, groups: readonly AlertGroup[], now: number) {
  return { total: groups.length, after: now - digest.openedAt, started_at: digest.openedAt };
}

function toChannel(channel: string): OutboxEntry['to'] {
  return { channel, root: null, underKey: null };
}
