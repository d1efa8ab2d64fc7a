import { sha256 } from '#kernel/hash.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { ChartData, Series } from '../../chart.ts';
import type { MessageData } from '../../outbox-entry.ts';
import { isActive, isOpen, type Alert, type Saying } from '../alert.ts';
import { membersOf } from '../book.ts';
import { inOrder, worst, type AlertGroup } from '../group.ts';
import { keyWords } from '../key.ts';
import { besides, type Besides } from '../news.ts';
import type { Round } from '../round.ts';
import type { Rule, RuleType } from '../rule.ts';
import { remedyFor } from '../remedy.ts';
import { unitOf } from '../unit.ts';
import { discoverLink } from './discover.ts';
import { fill } from './fill.ts';

/** What fits above the fold on a phone. */
const SHOWN = 5;

/** The post of a group as data: its words are made when it is sent. */
export function groupMessage(round: Round, group: AlertGroup): MessageData {
  const members = inOrder(membersOf(round.book, group).filter((alert) => alert.state !== 'pending'));
  const open = members.filter(isOpen);
  const first = members[0];
  const rule = first === undefined ? null : (round.rules.get(first.rule) ?? null);
  const data = {
    id: group.id,
    where: group.where,
    state: stateOf(open),
    severity: worst(open.length > 0 ? open : members),
    started_at: Math.min(...members.map((alert) => alert.startedAt)),
    closed_at: open.length === 0 ? Math.max(...members.map((alert) => alert.resolvedAt ?? 0)) : null,
    alerts: members.slice(0, SHOWN).map((alert) => memberData(round, alert)),
    more: Math.max(0, members.length - SHOWN),
    firing: open.length,
    total: members.length,
    summary: rule?.summary ?? {},
    runbook: rule?.runbook ?? {},
    runbook_url: rule?.runbookUrl ?? null,
    discover: rule === null || first === undefined ? null : discoverLink(rule, first),
    color: rule?.color ?? null,
    remedy: open.length === 0 ? null : remedyOf(round, open),
    woken: group.woken,
    everybody: worst(members) === 'critical' && group.woken === null,
  };
  return { template: 'alert', data: group.chart === null ? data : { ...data, chart: chartData(group.chart) } };
}

/** A chart as what is to be said holds it. */
export function chartData(chart: ChartData): JsonObject {
  return { ...chart, series: chart.series.map(seriesData), forecast: chart.forecast === null ? null : seriesData(chart.forecast) };
}

function seriesData({ name, points }: Series): JsonObject {
  return { name, points: points.map(([at, value]) => [at, value]) };
}

function stateOf(open: readonly Alert[]): string {
  if (open.length === 0) return 'resolved';
  if (open.every((alert) => alert.state === 'acknowledged')) return 'acknowledged';
  if (open.every((alert) => alert.sight === 'unknown')) return 'unknown';
  return open.every((alert) => alert.sight === 'no-data') ? 'no-data' : 'firing';
}

/** The first remedy that one of them offers. */
export function remedyOf({ rules }: Pick<Round, 'rules'>, alerts: readonly Alert[]): string | null {
  for (const alert of alerts) {
    const remedy = isActive(alert) ? remedyFor(rules.get(alert.rule) ?? null, alert) : null;
    if (remedy !== null) return remedy;
  }
  return null;
}

/**
 * One alert as its line in a post, in a list or in an answer.
 * @param told whether people know of it, and are told only what is new to them
 */
export function memberData(round: Pick<Round, 'rules' | 'withheld'>, alert: Alert, told = false): JsonObject {
  const rule = round.rules.get(alert.rule) ?? null;
  return {
    id: alert.id,
    rule: alert.rule,
    key: keyWords(alert.key),
    severity: alert.severity,
    state: alert.state,
    sight: alert.sight,
    started_at: alert.startedAt,
    resolved_at: alert.resolvedAt,
    ...measured(rule, alert),
    ...besidesData(rule, besides(alert, told)),
    // Behind an aggregation stand as many documents as the Beat sent: nobody needs to know.
    documents: rule !== null && COUNTING.has(rule.kind.type) ? alert.matches : null,
    flapping: alert.flapping,
    starts: alert.starts.length,
    taken_by: alert.takenBy?.username ?? null,
    withheld: alert.state === 'resolved' ? null : (round.withheld.get(alert.id) ?? null),
    summary: rule?.summary ?? {},
    subject: rule?.subject == null ? null : fill(rule.subject, alert),
    text: rule?.text == null ? null : fill(rule.text, alert),
    fields: (rule?.fields ?? []).map((field) => ({ title: field.title, value: fill(field, alert), short: field.short })),
    detail: alert.rule.startsWith('vigie:') || rule?.kind.type === 'probe' ? alert.document : null,
  };
}

const COUNTING: ReadonlySet<RuleType> = new Set(['any', 'blacklist', 'whitelist', 'frequency', 'spike', 'cardinality']);

/** What it said besides; nothing at all for most. */
function besidesData(rule: Rule | null, { values, more }: Besides): JsonObject {
  return values.length === 0 ? {} : { besides: values.map((saying) => measured(rule, saying)), besides_more: more };
}

/** ElastAlert counts percentages from 0 to 100; people see them like any other. */
function measured(rule: Rule | null, { value, limit }: Saying): JsonObject {
  if (rule?.kind.type !== 'percentage_match') return { value, limit, unit: unitOf(rule) };
  const fraction = (number: Json): Json => (typeof number === 'number' ? number / 100 : number);
  return { value: fraction(value), limit: fraction(limit), unit: 'percent' };
}

/** What tells one state of a post from another; the chart stays out, since a posted picture can't be replaced. */
export function shownHash({ data }: MessageData): string {
  return sha256(JSON.stringify({ ...data, chart: null }));
}
