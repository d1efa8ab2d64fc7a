import type { Alert } from '../alert.ts';
import { keyWords } from '../key.ts';
import type { PageOrder } from '../page.ts';
import type { Round } from '../round.ts';
import type { StoryPost } from './story.ts';

/** Pages for the critical alerts of a post: by the first way at once, by the second when nobody answered. */
export function pagesFor(round: Round, group: StoryPost, alerts: readonly Alert[], way: 'first' | 'second'): readonly PageOrder[] {
  const critical = alerts.filter((alert) => alert.severity === 'critical');
  if (critical.length === 0) return [];
  const data = {
    where: group.where,
    group: group.id,
    alerts: critical.slice(0, 5).map((alert) => ({
      id: alert.id,
      rule: alert.rule,
      key: keyWords(alert.key),
      value: alert.value,
      started_at: alert.startedAt,
      // The one alert of vigie's own whose post nobody can read: the page says what to do.
      problem: alert.rule === 'vigie:chat' ? (alert.document['problem'] ?? null) : null,
    })),
    more: Math.max(0, critical.length - 5),
  };
  return round.settings.pagers[way].map((pager) => ({
    key: `${group.id}:${way}:${round.now}`,
    pager,
    severity: 'critical',
    section: 'alert',
    data,
    person: round.onCall.current,
    notBefore: round.now,
  }));
}
