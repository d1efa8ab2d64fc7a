import type { JsonObject } from '#kernel/json.ts';
import { hostOf, isOpen, type Alert } from '#domain/alert/alert.ts';
import type { Book } from '#domain/alert/book.ts';
import { worst } from '#domain/alert/group.ts';
import { keyWords } from '#domain/alert/key.ts';
import type { Together } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { isCommonSilence, SEVERAL, silentWith, sourceKey, sourceOf, spreadOf } from '#domain/alert/together.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { Circumstances } from './clocks.ts';
import type { Result } from './polling.ts';

/** What was just found to be silent, with the rule that found it. */
export interface Silence {
  readonly rule: Rule;
  readonly together: Together;
}

/** What is found within so long of each other is one moment. */
const MOMENT_MS = 300_000;
/** Those that are still to be found silent are waited for. */
const HOLD_MS = 180_000;
/** Names that fit in a post. */
const NAMED = 10;

export function silencesIn(results: readonly Result[]): readonly Silence[] {
  return results.flatMap(({ rule, outcome }) => {
    const together = outcome.ok ? outcome.look.together : undefined;
    return together === undefined ? [] : [{ rule, together }];
  });
}

/** The open alerts that say so of several. */
export function commonSilences(book: Book): readonly Alert[] {
  return [...book.alerts.values()].filter((alert) => isOpen(alert) && isCommonSilence(alert));
}

export function sourceOfSilence({ rule }: Silence): string {
  return sourceKey(rule.cluster, rule.index);
}

/** Of sources none of whose keys goes on, by `sourceKey`: for how long they have been silent at least (ms). */
export function silentFor(silences: readonly Silence[], now: number): ReadonlyMap<string, number> {
  const whole = silences.filter(({ together }) => together.others === 0);
  return new Map(
    whole.map((silence) => {
      const { kind } = silence.rule;
      return [sourceOfSilence(silence), now - silence.together.since - (kind.type === 'flatline' ? spreadOf(kind) : 0)];
    }),
  );
}

/** Hosts that a flatline tells of: whether it is their clock is asked at once where that is new. */
export function silentHosts(book: Book, results: readonly Result[], rules: ReadonlyMap<string, Rule>, now: number): Circumstances {
  const silences = silencesIn(results);
  const open = [...book.alerts.values()].filter((alert) => isOpen(alert) && rules.get(alert.rule)?.kind.type === 'flatline');
  const keys = [...open.map(({ key }) => key), ...silences.flatMap(({ together }) => together.keys)];
  return { now, silent: new Set(keys.flatMap((key) => hostOf({ key }) ?? [])), atOnce: silences.length > 0 };
}

/** Keys of a source that fell silent at one moment: one trouble a source and moment, for as long as several of them are silent. */
export function silentTroubles(book: Book, results: readonly Result[], rules: ReadonlyMap<string, Rule>, now: number): readonly Trouble[] {
  const known = commonSilences(book);
  const several = silencesIn(results).filter(({ together }) => together.keys.length >= SEVERAL);
  const fresh = several.filter((found) => !known.some((cause) => isSameMoment(cause, found)));
  return [...known.flatMap((cause) => lastingTrouble(cause, silentWith(cause, book, rules), now)), ...byMoment(fresh).map(freshTrouble)];
}

function isSameMoment(cause: Pick<Alert, 'key' | 'startedAt'>, { rule, together }: Silence): boolean {
  return sourceOf(cause) === sourceKey(rule.cluster, rule.index) && Math.abs(cause.startedAt - together.since) <= MOMENT_MS;
}

/** Several rules, and several ticks of one look, may find the same. */
function byMoment(found: readonly Silence[]): readonly Silence[] {
  return found.filter((one, position) => !found.slice(0, position).some((other) => isSameMoment(asCause(other), one)));
}

function asCause({ rule: { cluster, index }, together }: Silence): Pick<Alert, 'key' | 'startedAt'> {
  return { key: { cluster, index }, startedAt: together.since };
}

function freshTrouble({ rule, together: { keys, since, others } }: Silence): Trouble {
  const names = keys.map(keyWords).toSorted();
  // Others may fall silent at another moment, and are another alert.
  const key = { cluster: rule.cluster, index: rule.index, first: names[0] ?? '' };
  return {
    key,
    since,
    value: names.length,
    document: { index: rule.index, ...named(names), total: names.length + others },
    severity: rule.severity,
    isCurrent: true,
  };
}

/** @param silent those of its alerts that are open */
function lastingTrouble(cause: Alert, silent: readonly Alert[], now: number): readonly Trouble[] {
  const { key, startedAt: since, document, value } = cause;
  const isYoung = now - (cause.firingAt ?? now) < HOLD_MS;
  if (silent.length < SEVERAL && !isYoung) return [];
  // Not all of them were found yet.
  const asTold = { key, since, value: Number(value), document, severity: cause.severity };
  if (isYoung && silent.length < Number(value)) return [asTold];
  const names = [...new Set(silent.map((alert) => keyWords(alert.key)))].toSorted();
  return [{ ...asTold, value: names.length, document: { ...document, ...named(names) }, severity: worst(silent), isCurrent: true }];
}

function named(names: readonly string[]): JsonObject {
  return { names: names.slice(0, NAMED), more: Math.max(0, names.length - NAMED) };
}
