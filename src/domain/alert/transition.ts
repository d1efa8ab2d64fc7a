import type { Problem } from '#kernel/errors.ts';
import { identity, isOpen, type Alert } from './alert.ts';
import { byKey, keyText } from './key.ts';
import type { Finding, KeyReport, Look, Span } from './look.ts';
import { resolveAfter } from './resolve-after.ts';
import { newsIn } from './news.ts';
import type { Rule } from './rule.ts';

/** What became of one rule's look at one span. */
export type Outcome = { readonly ok: true; readonly look: Look } | { readonly ok: false; readonly problem: Problem };

export interface Circumstances {
  readonly rule: Rule;
  /** All open alerts of the rule, and those that were resolved within the last hour. */
  readonly known: readonly Alert[];
  readonly span: Span;
  readonly now: number;
  /** Whether the span lies in the time that vigie was away. */
  readonly missed: boolean;
  readonly freshId: () => string;
}

const HOUR_MS = 3_600_000;
/** Starts within an hour from which on an alert is said to flap. */
const FLAPPING_STARTS = 4;
/** How long an alert that flaps has to be quiet before it counts as over. */
const FLAPPING_CALM_MS = 900_000;

/** Works out what a look changes. A look that failed changes nothing but how well the open alerts are seen. */
export function transition(circumstances: Circumstances, outcome: Outcome): readonly Alert[] {
  // All are of one rule: the key tells them apart.
  const before = byKey(circumstances.known.filter(isOpen));
  const after = new Map(before);
  if (!outcome.ok) {
    for (const [id, alert] of before) after.set(id, { ...alert, sight: 'unknown' });
    return changed(before, after);
  }
  const { findings, reports } = outcome.look;
  for (const finding of findings) take(circumstances, after, finding);
  const reported = byKey(reports);
  const found = new Set(findings.map((finding) => keyText(finding.key)));
  after.forEach((alert, key) => after.set(key, judged(circumstances, alert, reported.get(key) ?? null, found.has(key))));
  return changed(before, after);
}

function changed(before: ReadonlyMap<string, Alert>, after: ReadonlyMap<string, Alert>): readonly Alert[] {
  const all: Alert[] = [];
  after.forEach((alert, id) => {
    if (!isSame(before.get(id), alert)) all.push(alert);
  });
  return all;
}

/** What stays as it is is the same object: of ten thousand open alerts, two texts of each at every look would be ten megabytes. */
function isSame(before: Alert | undefined, after: Alert): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

function seen(alert: Alert): Alert {
  return alert.sight === 'seen' ? alert : { ...alert, sight: 'seen' };
}

/** A finding goes on with the open alert of its key, or begins one. */
function take(circumstances: Circumstances, open: Map<string, Alert>, finding: Finding): void {
  const id = keyText(finding.key);
  const alert = open.get(id);
  const measured = { value: finding.value, limit: finding.limit, matches: finding.matches, document: finding.document };
  if (alert === undefined) {
    open.set(id, begun(circumstances, finding));
    return;
  }
  const again = alert.clearSince !== null && alert.flapping;
  const starts = again ? recent([...alert.starts, finding.at], finding.at) : alert.starts;
  const news = newsIn(circumstances.rule, alert, finding, circumstances.now);
  open.set(id, { ...alert, ...measured, ...news, starts, lastAt: Math.max(alert.lastAt, finding.at), clearSince: null, sight: 'seen' });
}

function begun({ rule, known, now, missed, freshId }: Circumstances, finding: Finding): Alert {
  const id = identity({ rule: rule.name, key: finding.key });
  const former = known.filter((alert) => !isOpen(alert) && identity(alert) === id).toSorted((a, b) => b.startedAt - a.startedAt)[0];
  const starts = recent([...(former?.starts ?? []), finding.at], finding.at);
  return {
    id: freshId(),
    rule: rule.name,
    key: finding.key,
    severity: rule.severity,
    state: rule.forMs === 0 ? 'firing' : 'pending',
    sight: 'seen',
    startedAt: finding.at,
    firingAt: rule.forMs === 0 ? now : null,
    lastAt: finding.at,
    clearSince: null,
    resolvedAt: null,
    value: finding.value,
    limit: finding.limit,
    matches: finding.matches,
    document: finding.document,
    starts,
    flapping: starts.length >= FLAPPING_STARTS,
    quietUntil: former === undefined ? null : quietUntil(rule, former, starts.length),
    takenBy: null,
    takenAt: null,
    group: null,
    missed,
  };
}

/** ElastAlert's `realert`, counted from when people were told; with `exponential_realert` it doubles with each start. */
function quietUntil(rule: Rule, former: Alert, starts: number): number | null {
  if (former.firingAt === null) return null;
  const doubled = rule.exponentialRealertMs === null ? rule.realertMs : rule.realertMs * 2 ** Math.max(0, starts - 2);
  return former.firingAt + Math.min(doubled, Math.max(rule.realertMs, rule.exponentialRealertMs ?? 0));
}

function recent(starts: readonly number[], now: number): readonly number[] {
  // A copy holds what it has and no more; a filtered list keeps room for a dozen, in each of ten thousand alerts.
  return starts.filter((at) => at > now - HOUR_MS).slice();
}

function judged(circumstances: Circumstances, alert: Alert, report: KeyReport | null, found: boolean): Alert {
  const { span, rule, now } = circumstances;
  // Nobody can say anything new about it: as it was.
  if (report === null && !found) return alert;
  if (report?.state === 'silent' && !found) return { ...alert, sight: 'no-data' };
  if (report === null || report.state === 'breached' || found) return held(seen(alert), circumstances, report);
  const clearSince = alert.clearSince ?? span.to;
  const quiet: Alert = alert.clearSince === clearSince ? seen(alert) : { ...alert, sight: 'seen', clearSince };
  // It didn't hold for long enough to be told to anybody.
  if (quiet.state === 'pending') return { ...quiet, state: 'resolved', resolvedAt: now };
  const needed = resolveAfter(rule) + (quiet.flapping ? FLAPPING_CALM_MS : 0);
  const since = quiet.flapping ? clearSince : quiet.lastAt;
  return span.to - since >= needed ? { ...quiet, state: 'resolved', resolvedAt: span.to } : quiet;
}

function held(alert: Alert, { rule, span, now }: Circumstances, report: KeyReport | null): Alert {
  const lastAt = report?.state === 'breached' ? Math.max(alert.lastAt, span.to) : alert.lastAt;
  const value = report?.state === 'breached' && report.value !== null ? report.value : alert.value;
  const next: Alert = { ...alert, lastAt, value, clearSince: report?.state === 'clear' ? alert.clearSince : null };
  // What was found in the time before and is clear by now held only as long as it was found.
  const until = report?.state === 'clear' ? lastAt : span.to;
  if (next.state !== 'pending' || until - next.startedAt < rule.forMs) return next;
  return { ...next, state: 'firing', firingAt: now };
}
