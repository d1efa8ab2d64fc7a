import { parseDuration } from '#kernel/duration.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { USUAL } from './beats.ts';
import type { Metric, Reading, Target } from './metric.ts';

/** What words may mean. */
export interface MetricNames {
  readonly hosts: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  /** What else machines are called, all names of one together. */
  readonly called: readonly (readonly string[])[];
  readonly metrics: readonly Metric[];
}

/** One metric of one target. */
export interface Wanted {
  readonly metric: Metric;
  readonly target: Target;
  readonly reading: Reading;
}

export interface Asked {
  readonly wanted: readonly Wanted[];
  readonly periodMs: number;
}

const HOUR_MS = 3_600_000;
const USUAL_PERIOD_MS = 6 * HOUR_MS;
const PERIOD_MS = { least: 5 * 60_000, most: 31 * 24 * HOUR_MS } as const;
/** What fits into one picture. */
const MOST_TARGETS = 6;
const MOST_METRICS = 4;

/** The words as people type them, `cpu,memory` being two. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/u).filter((word) => word !== ''))];
}

/** Words that only the documents or the Swarm can explain: neither a metric nor a period. */
export function namesIn(words: readonly string[], metrics: readonly Metric[]): readonly string[] {
  return words.filter((word) => metricOf(word, metrics) === undefined && parseDuration(word) === null);
}

/**
 * Understands hosts, services, metrics and a period in any order; nothing is guessed.
 * @throws VigieError metrics_unknown, metrics_target_missing, metrics_period, metrics_too_many, metric_not_for
 */
export function readAsked(words: readonly string[], names: MetricNames): Asked {
  const targets = distinct(words.flatMap((word) => targetOf(word, names) ?? []));
  const rest = words.filter((word) => targetOf(word, names) === null);
  const metrics = rest.flatMap((word) => metricOf(word, names.metrics) ?? []);
  const others = rest.filter((word) => metricOf(word, names.metrics) === undefined);
  const unknown = others.find((word) => parseDuration(word) === null);
  if (unknown !== undefined) throw new VigieError('metrics_unknown', { word: unknown, nearest: nearest(unknown, allNames(names)) });
  if (targets.length === 0) throw new VigieError('metrics_target_missing', { hosts: [...names.hosts].toSorted().slice(0, 8) });
  tooMany('hosts', targets.length, MOST_TARGETS);
  tooMany('metrics', metrics.length, MOST_METRICS);
  return { wanted: targets.flatMap((target) => wantedOf(target, metrics, names.metrics)), periodMs: periodOf(others) };
}

/** A name that is both counts as the host: its metrics are more. A machine may be called otherwise than its documents call it. */
export function targetOf(name: string, { hosts, services, called, metrics }: MetricNames): Target | null {
  if (metricOf(name, metrics) !== undefined) return null;
  if (hosts.has(name)) return { kind: 'host', name };
  if (services.has(name)) return { kind: 'service', name };
  const known = called.find((names) => names.includes(name))?.find((each) => hosts.has(each));
  return known === undefined ? null : { kind: 'host', name: known };
}

function distinct(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [`${target.kind} ${target.name}`, target])).values()];
}

function metricOf(word: string, metrics: readonly Metric[]): Metric | undefined {
  const name = word.toLowerCase();
  return metrics.find((each) => each.name === name) ?? metrics.find((each) => each.aliases.includes(name));
}

function allNames({ hosts, services, metrics }: MetricNames): readonly string[] {
  return [...metrics.flatMap(({ name, aliases }) => [name, ...aliases]), ...hosts, ...services];
}

function tooMany(what: string, count: number, most: number): void {
  if (count > most) throw new VigieError('metrics_too_many', { what, most });
}

function periodOf(words: readonly string[]): number {
  const [word, another] = words;
  if (another !== undefined) throw new VigieError('argument_too_many', { action: 'metrics', word: another });
  if (word === undefined) return USUAL_PERIOD_MS;
  const periodMs = parseDuration(word) ?? 0;
  if (periodMs < PERIOD_MS.least || periodMs > PERIOD_MS.most)
    throw new VigieError('metrics_period', { period: word, least: '5m', most: '31d' });
  return periodMs;
}

function wantedOf(target: Target, asked: readonly Metric[], known: readonly Metric[]): readonly Wanted[] {
  const metrics = asked.length > 0 ? asked : USUAL[target.kind].flatMap((name) => metricOf(name, known) ?? []);
  return metrics.map((metric) => {
    const reading = metric.readings[target.kind];
    if (reading !== null) return { metric, target, reading };
    const possible = known.filter((each) => each.readings[target.kind] !== null).map(({ name }) => name);
    throw new VigieError('metric_not_for', { metric: metric.name, target: target.name, possible });
  });
}
