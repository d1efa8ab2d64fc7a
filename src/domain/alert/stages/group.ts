import { isActive, type Alert } from '../alert.ts';
import { groupingOf, type AlertGroup } from '../group.ts';
import { openGroups, withAlerts, withGroups, type Round, type Stage } from '../round.ts';

/** Every alert that people may be told of belongs to one group: an open one of its key, or a new one. */
export const group: Stage = (round) => {
  const lone = [...round.book.alerts.values()].filter((alert) => isActive(alert) && alert.group === null);
  if (lone.length === 0) return round;
  const open = new Map(openGroups(round).map((each) => [each.key, each]));
  const joined: Alert[] = [];
  for (const alert of lone) {
    const { key, where } = groupingOf(alert, round.rules.get(alert.rule) ?? null, channelOf(round, alert));
    const found = open.get(key) ?? fresh(round, key, where, alert);
    open.set(key, found);
    joined.push({ ...alert, group: found.id });
  }
  return withAlerts(withGroups(round, [...open.values()]), joined);
};

function channelOf({ rules, settings }: Round, alert: Alert): string {
  const name = rules.get(alert.rule)?.channel ?? null;
  return (name === null ? undefined : settings.channels[name]) ?? settings.channel;
}

function fresh(round: Round, key: string, where: string, alert: Alert): AlertGroup {
  return {
    id: round.freshId(),
    key,
    channel: channelOf(round, alert),
    where,
    openedAt: round.now,
    notifyAt: round.now + round.settings.groupWaitMs,
    firstNotifiedAt: null,
    notifiedAt: null,
    told: [],
    escalation: null,
    woken: null,
    digest: null,
    chart: null,
    shown: null,
    closedAt: null,
  };
}
