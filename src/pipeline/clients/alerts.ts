import { byName } from '#kernel/by-name.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { nearest } from '#kernel/nearest.ts';
import { hostOf, isActive, isOpen, labels, type Alert } from '#domain/alert/alert.ts';
import { inOrder } from '#domain/alert/group.ts';
import { matchersOf } from '#domain/alert/hands.ts';
import { isReasonable, matches, parseMatchers } from '#domain/alert/matchers.ts';
import type { Matchers } from '#domain/alert/rule.ts';
import { memberData } from '#domain/alert/say/post.ts';
import { isSystemRule } from '#domain/alert/system.ts';
import { keyWords } from '#domain/alert/key.ts';
import type { Span } from '#domain/alert/look.ts';
import type { AlertLine, Alerts, PastEvent } from '#ports/alerts.ts';
import type { Search } from '#ports/search.ts';
import type { Store } from '#ports/store.ts';
import type { Desk } from '../alert/desk.ts';
import { replay } from '../alert/replay.ts';
import { coveredUpTo, endSilence, silenceMatching, takeAlerts } from '../alert/respond.ts';

/** The book of alerts, as handlers see it. */
export function alertsOf(desk: () => Desk, searches: ReadonlyMap<string, Search>, store: Store, now: () => number): Alerts {
  const open = (): readonly Alert[] => inOrder([...desk().book.alerts.values()].filter(isOpen));
  const line = (alert: Alert): AlertLine => ({ ...memberData(desk().round, alert), id: alert.id });
  const live = () => [...desk().book.silences.values()].filter((silence) => silence.endsAt > now());
  return {
    open: () => open().map(line),
    async get(id) {
      const alert = desk().book.alerts.get(id) ?? onlyOne(id, open()) ?? (await store.alerts.alert(id));
      if (alert !== null) return line(alert);
      throw new VigieError('alert_unknown', {
        id,
        nearest: nearest(
          id,
          open().map((each) => each.id),
        ),
      });
    },
    async fired(names, { from, to }) {
      const stored = await store.alerts.load(from);
      const all = new Map([...stored.book.alerts, ...desk().book.alerts]);
      return [...all.values()]
        .flatMap((alert) =>
          alert.firingAt === null || !isAbout(alert, names) ? [] : [{ id: alert.id, rule: alert.rule, at: alert.firingAt }],
        )
        .filter(({ at }) => at >= from && at <= to)
        .toSorted((one, other) => one.at - other.at);
    },
    silences: live,
    silence(id) {
      const found = live().find((silence) => silence.id === id);
      if (found !== undefined) return found;
      throw new VigieError('silence_unknown', {
        id,
        nearest: nearest(
          id,
          live().map((silence) => silence.id),
        ),
      });
    },
    matchers(text) {
      const matchers = parseMatchers(text) ?? named(text, open()) ?? ofRule(text, [...desk().round.rules.keys()]);
      if (matchers === null) throw new VigieError('matchers_invalid', { text, firing: suggestions(open()) });
      if (!isReasonable(matchers)) throw tooLong();
      return { matchers, covers: covered(desk(), matchers).map(line) };
    },
    replay: (name, span, signal) => replayed({ desk: desk(), searches }, name, span, signal),
    rules: () =>
      [...desk().round.rules.values()]
        .filter((rule) => !isSystemRule(rule.name))
        .map((rule) => {
          const state = desk().ruleStates.get(rule.name);
          const firing = open().filter((alert) => alert.rule === rule.name && isActive(alert)).length;
          const failing = (state?.failures ?? 0) > 0 ? (state?.failingSince ?? null) : null;
          return {
            name: rule.name,
            type: rule.kind.type,
            severity: rule.severity,
            enabled: rule.enabled,
            summary: rule.summary,
            file: rule.file,
            firing,
            failing_since: failing,
            looked_to: desk().looked[rule.name] ?? null,
          };
        }),
    take: (ids, comment, by) => takeAlerts(desk(), ids, comment, by),
    async addSilence({ matchers, ms, reason }, by) {
      return await silenceMatching(desk(), { matchers, ms, reason, upTo: coveredUpTo(covered(desk(), matchers)), by });
    },
    endSilence: (id, by) => endSilence(desk(), id, by),
  };
}

async function replayed(
  { desk, searches }: { readonly desk: Desk; readonly searches: ReadonlyMap<string, Search> },
  name: string,
  span: Span,
  signal: AbortSignal,
): Promise<readonly PastEvent[]> {
  const rules = [...desk.round.rules.values()].filter((rule) => !isSystemRule(rule.name) && rule.kind.type !== 'probe');
  const rule = byName(rules, name, (each) => [each.name]);
  const search = rule === undefined ? undefined : searches.get(rule.cluster);
  if (rule === undefined || search === undefined)
    throw new VigieError('rule_unknown', {
      rule: name,
      nearest: nearest(
        name,
        rules.map((each) => each.name),
      ),
    });
  const events: PastEvent[] = [];
  for await (const { event, at, key, value } of replay([rule], search, { ...span, timezone: desk.round.settings.timezone }, signal))
    events.push({ event, at, key: key === null ? '' : keyWords(key), value: typeof value === 'string' ? value : JSON.stringify(value) });
  return events;
}

function covered(desk: Desk, matchers: Matchers): readonly Alert[] {
  const { book, settings } = desk.round;
  const alerts = [...book.alerts.values()];
  return alerts.filter((alert) => isActive(alert) && !isSystemRule(alert.rule) && matches(matchers, labels(alert), settings.hostNames));
}

function tooLong(): VigieError {
  const { pattern, patternStars, matchers } = BOUNDS;
  return new VigieError('matchers_too_long', { characters: pattern.most, stars: patternStars.most, matchers: matchers.most });
}

/** The open alert of a rule or of a machine, by the name that is shown. @throws alert_ambiguous when there are several */
function onlyOne(word: string, open: readonly Alert[]): Alert | null {
  const meant = open.filter((alert) => [alert.rule, hostOf(alert)].some((name) => name !== null && fold(name) === fold(word)));
  if (meant.length > 1) throw new VigieError('alert_ambiguous', { word, ids: meant.map(({ id }) => id) });
  return meant[0] ?? null;
}

/** A rule that isn't firing, by its name or by the first word of it that no other rule begins with. */
function ofRule(word: string, rules: readonly string[]): Matchers | null {
  const begins = rules.filter((name) => name === word || name.split(/[_\s-]/u)[0] === word);
  const name = rules.includes(word) ? word : begins.length === 1 ? begins[0] : undefined;
  return name === undefined || isSystemRule(name) ? null : { rule: name };
}

/** A bare word: an alert's id, a rule or a host of what is firing. */
function named(word: string, open: readonly Alert[]): Matchers | null {
  const alert = open.find(({ id }) => id === word);
  if (alert !== undefined) return matchersOf(alert);
  if (open.some(({ rule }) => rule === word)) return { rule: word };
  const onHost = open.find((each) => hostOf(each) === word);
  const field = onHost === undefined ? undefined : Object.keys(onHost.key).find((name) => onHost.key[name] === word);
  return field === undefined ? null : { [field]: word };
}

/** What may be typed now: the words that would match something. */
function suggestions(open: readonly Alert[]): readonly string[] {
  const words = open
    .filter((alert) => !isSystemRule(alert.rule))
    .flatMap((alert) => [`rule=${alert.rule}`, ...Object.entries(alert.key).map(([field, value]) => `${field}=${value}`)]);
  return [...new Set(words)].slice(0, 6);
}

/** Whether an alert's machine, or any value of its key, is called so. */
function isAbout(alert: Alert, names: readonly string[]): boolean {
  const host = hostOf(alert);
  return [...(host === null ? [] : [host]), ...Object.values(alert.key).map(String)].some((value) => names.includes(value));
}
