import { VigieError } from '#kernel/errors.ts';
import { isActive, type Alert, type Taker } from '#domain/alert/alert.ts';
import type { Book } from '#domain/alert/book.ts';
import { worst, type AlertGroup } from '#domain/alert/group.ts';
import { activeIn, groupsOfPost, matchersOf, release, silenced, take, unsilenced } from '#domain/alert/hands.ts';
import type { Matchers, Severity } from '#domain/alert/rule.ts';
import { storyLine } from '#domain/alert/say/story.ts';
import { isSystemRule } from '#domain/alert/system.ts';
import type { AuditEntry } from '#domain/operation/commit.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Act, Desk } from './desk.ts';

/** How long 🔕 keeps an alert quiet. */
const BELL_MS = 3_600_000;

/** 👀 under a post: everything in it that is open. */
export async function takePost(desk: Desk, post: string, by: Taker): Promise<void> {
  await desk.change((book, now) => {
    const groups = groupsOfPost(book, post);
    return taken(book, { groups, alerts: activeIn(book, groups), by, comment: null, now });
  });
}

/** `ack k7p`, `ack all`: those alerts alone, and a line in the thread of each of their posts. */
export async function takeAlerts(desk: Desk, ids: readonly string[], comment: string | null, by: Taker): Promise<void> {
  await desk.change((book, now) => {
    const alerts = ids.flatMap((id) => book.alerts.get(id) ?? []).filter(isActive);
    if (alerts.length === 0) throw new VigieError('alert_not_open', { id: ids[0] ?? '' });
    const groups = [...new Set(alerts.flatMap((alert) => groupOf(book, alert)))];
    return taken(book, { groups, alerts, by, comment, now });
  });
}

interface Taking {
  readonly groups: readonly AlertGroup[];
  readonly alerts: readonly Alert[];
  readonly by: Taker;
  readonly comment: string | null;
  readonly now: number;
}

function taken(book: Book, { groups, alerts, by, comment, now }: Taking): Act {
  const fresh = alerts.filter((alert) => alert.takenBy?.id !== by.id);
  if (fresh.length === 0 && comment === null) return { book };
  return {
    book: take(book, fresh, by, now),
    say: lines(groups, 'taken', `taken:${by.id}:${now}`, { by: by.username, comment }),
    audit: [entry('alert-taken', by, { alerts: alerts.map((alert) => alert.id), comment })],
  };
}

/** 👀 taken back. */
export async function releasePost(desk: Desk, post: string, by: Taker): Promise<void> {
  await desk.change((book, now) => {
    const groups = groupsOfPost(book, post);
    const own = activeIn(book, groups).filter((alert) => alert.takenBy?.id === by.id);
    if (own.length === 0) return { book };
    return {
      book: release(book, own, by.id),
      say: lines(groups, 'released', `released:${by.id}:${now}`, { by: by.username }),
      audit: [entry('alert-released', by, { alerts: own.map((alert) => alert.id) })],
    };
  });
}

/** 🔕 under a post: each rule and key in it, at its severity and below, for an hour. What says that vigie is blind stays. */
export async function silencePost(desk: Desk, post: string, by: Taker): Promise<void> {
  await desk.change((book, now) => {
    const groups = groupsOfPost(book, post);
    const alerts = activeIn(book, groups).filter((alert) => !isSystemRule(alert.rule));
    let next: Act = { book };
    for (const alert of alerts)
      next = addSilence(desk, next, { matchers: matchersOf(alert), ms: BELL_MS, reason: '🔕', upTo: alert.severity, by }, now);
    const until = now + BELL_MS;
    const first = next.book.silences.size > book.silences.size ? [...next.book.silences.keys()].at(-1) : undefined;
    if (first === undefined) return next;
    return { ...next, say: lines(groups, 'silenced', `silenced:${now}`, { by: by.username, until, id: first }) };
  });
}

export interface Wanted {
  readonly matchers: Matchers;
  readonly ms: number;
  readonly reason: string;
  readonly upTo: Severity;
  readonly by: Taker;
}

function addSilence(desk: Desk, act: Act, wanted: Wanted, now: number): Act {
  const { book, silence } = silenced(act.book, { id: desk.freshId(), ...wanted, now });
  const detail = { silence: silence.id, matchers: silence.matchers, until: silence.endsAt, reason: silence.reason };
  return { ...act, book, audit: [...(act.audit ?? []), entry('silenced', wanted.by, detail)] };
}

/** `silence rule=disk 2h cleaning up`. @returns its id */
export async function silenceMatching(desk: Desk, wanted: Wanted): Promise<string> {
  let id = '';
  await desk.change((book, now) => {
    const act = addSilence(desk, { book }, wanted, now);
    id = [...act.book.silences.keys()].at(-1) ?? '';
    return act;
  });
  return id;
}

export async function endSilence(desk: Desk, id: string, by: Taker): Promise<void> {
  await desk.change((book, now) => {
    const silence = book.silences.get(id);
    if (silence === undefined || silence.endsAt <= now) return { book };
    return { book: unsilenced(book, silence, by.username, now), audit: [entry('unsilenced', by, { silence: id })] };
  });
}

/** How bad what it covers now is; a silence that covers nothing yet is meant for whatever comes. */
export function coveredUpTo(alerts: readonly Alert[]): Severity {
  return alerts.length === 0 ? 'critical' : worst(alerts);
}

export function groupOf(book: Book, alert: Alert): readonly AlertGroup[] {
  const group = alert.group === null ? undefined : book.groups.get(alert.group);
  return group === undefined ? [] : [group];
}

/** One line for each post: the groups of a digest share theirs. */
function lines(groups: readonly AlertGroup[], section: string, once: string, data: JsonObject): readonly OutboxEntry[] {
  const told = groups.filter((group) => group.firstNotifiedAt !== null);
  const first = new Map(told.map((group) => [group.digest ?? group.id, group]));
  return [...first.values()].map((group) => storyLine(group, section, once, data));
}

function entry(kind: string, by: Taker, detail: JsonObject): AuditEntry {
  return { kind, operation: null, by: by.id, detail };
}
