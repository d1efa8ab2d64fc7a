import { isOpen, type Alert } from '../alert.ts';
import { membersOf } from '../book.ts';
import { wasTold, worst, type AlertGroup } from '../group.ts';
import { openGroups, toldMembers, type Decision, type Round, type Stage } from '../round.ts';
import { quietUntil } from '../settings.ts';

/** Wait and deduplicate: what is told now of each open group, with the reason when it is nothing. */
export const decide: Stage = (round) => {
  const decisions = new Map<string, Decision>();
  for (const group of openGroups(round)) decisions.set(group.id, decisionFor(round, group));
  return { ...round, decisions };
};

function decisionFor(round: Round, group: AlertGroup): Decision {
  const open = membersOf(round.book, group).filter(isOpen);
  if (open.length === 0) return { tell: group.firstNotifiedAt === null ? 'closed' : 'resolved' };
  const told = toldMembers(round, group);
  if (told.length === 0) return { tell: 'nothing', because: 'withheld' };
  // What is bad enough to wake somebody doesn't wait for the morning.
  const held = worst(told) === 'critical' ? null : quietUntil(round.settings, round.now);
  const fresh = freshOf(group, told);
  const waits = held !== null || round.now < group.notifyAt || isProbed(round, group);
  if (waits && (group.firstNotifiedAt === null || fresh.length > 0)) return { tell: 'nothing', because: 'waiting' };
  if (group.firstNotifiedAt === null) return { tell: 'first' };
  if (fresh.length > 0) return { tell: 'grown', fresh };
  return isRepeatDue(round, group) ? { tell: 'repeat' } : { tell: 'nothing', because: 'told' };
}

/** Of which nobody was told yet, or not of what they say now: ids. */
function freshOf(group: AlertGroup, members: readonly Alert[]): readonly string[] {
  const isFresh = ({ id, newsAt }: Alert): boolean => !wasTold(group, id) || (newsAt !== undefined && newsAt > (group.notifiedAt ?? 0));
  return members.filter(isFresh).map(({ id }) => id);
}

/** A probe that never comes to its verdict holds nothing back for longer. */
const PROBED_MS = 300_000;

/** What happens on a host waits for the host's probe: if it is dead, that is the story. */
function isProbed({ probing, now }: Round, group: AlertGroup): boolean {
  return group.firstNotifiedAt === null && probing.has(group.where) && now - group.openedAt < PROBED_MS;
}

function isRepeatDue(round: Round, group: AlertGroup): boolean {
  if (round.now - (group.notifiedAt ?? round.now) < round.settings.repeatIntervalMs) return false;
  return toldMembers(round, group).some((alert) => alert.state === 'firing');
}
