import type { Alert } from '../alert.ts';
import { worst, type AlertGroup, type Escalation } from '../group.ts';
import { asTold, isUntold } from '../news.ts';
import { toldMembers, withAlerts, withGroups, type Decision, type Round, type Stage } from '../round.ts';

/** Last: what people were told of is written down, and when they may be told something next. */
export const record: Stage = (round) => {
  const changed: AlertGroup[] = [];
  const told: Alert[] = [];
  for (const [id, decision] of round.decisions) {
    const group = round.book.groups.get(id);
    if (group === undefined || decision.tell === 'nothing') continue;
    changed.push(recorded(round, group, decision));
    told.push(...toldMembers(round, group).filter(isUntold));
  }
  return withAlerts(withGroups(round, changed), told.map(asTold));
};

function recorded(round: Round, group: AlertGroup, decision: Decision): AlertGroup {
  const { now, settings } = round;
  if (decision.tell === 'resolved' || decision.tell === 'closed') return { ...group, closedAt: now, escalation: null };
  const told = toldMembers(round, group);
  return {
    ...group,
    firstNotifiedAt: group.firstNotifiedAt ?? now,
    notifiedAt: now,
    notifyAt: now + settings.groupIntervalMs,
    told: [...new Set([...group.told, ...told.map((alert) => alert.id)])],
    escalation: escalationAfter(round, group, decision),
    woken: group.woken ?? (worst(told) === 'critical' ? round.onCall.current : null),
    chart: group.chart ?? round.charts.get(group.key) ?? null,
  };
}

/** A critical alert that is new to people starts waking them from the beginning. */
function escalationAfter(round: Round, group: AlertGroup, decision: Decision): Escalation | null {
  // A digest wakes people for all of its groups.
  if (group.digest !== null) return null;
  if (decision.tell === 'repeat') return group.escalation;
  const fresh = decision.tell === 'grown' ? new Set(decision.fresh) : null;
  const woken = toldMembers(round, group).some(
    (alert) => alert.severity === 'critical' && alert.state === 'firing' && (fresh === null || fresh.has(alert.id)),
  );
  return woken ? { step: 0, at: round.now } : group.escalation;
}
