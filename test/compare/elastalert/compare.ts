import type { DataSet } from './data.ts';
import { explain } from './explain.ts';
import type { Life, Match, Theirs, Written } from './sides.ts';

export interface Difference {
  readonly rule: string;
  readonly key: readonly string[];
  readonly what: string;
  /** Number in docs/elastalert.md; null: nobody can say why. */
  readonly explanation: number | null;
}

/** What both found. */
interface Found {
  readonly theirs: Theirs;
  readonly lives: readonly Life[];
  /** What ElastAlert finds when no document is late: vigie may find that in its place; null when none was. */
  readonly prompt: Theirs | null;
}

/** Late documents count. */
const LATE = 31;
/** The moment at which the buffer begins isn't in it. */
const BUFFER_EDGE = 36;
/** Moments in whole seconds. */
const WHOLE_SECONDS = 28;

type Pace = Pick<DataSet, 'runEveryMs' | 'bufferTimeMs' | 'from' | 'documents'>;

/**
 * The same (rule, key) fire, first at the same event time within one tick, and each match of ElastAlert lies in a life of vigie's alert.
 */
export function compare(rules: readonly Written[], { theirs, lives, prompt }: Found, pace: Pace): readonly Difference[] {
  const tickMs = pace.runEveryMs;
  return rules.flatMap((rule) => {
    const [matches, wanted] = [theirs, prompt].map((side) => byKey(side?.matches.filter((match) => match.rule === rule.name) ?? []));
    const ours = byKey(lives.filter((life) => life.rule === rule.name));
    const end = theirs.died.find((one) => one.rule === rule.name) ?? null;
    return [...new Set([...(matches?.keys() ?? []), ...ours.keys()])].flatMap((text) => {
      const [own, other] = [ours.get(text) ?? [], matches?.get(text) ?? []];
      const what = differenceIn(own, other, tickMs);
      if (what === null) return [];
      const key = own[0]?.key ?? other[0]?.key ?? [];
      const inTime = prompt === null ? null : (wanted?.get(text) ?? []);
      const late =
        inTime === null
          ? null
          : (ofLateness(own, other, inTime, tickMs) ?? ofPastWindows(rule, own, { late: other, prompt: inTime }, tickMs));
      const explanation = explain(rule, key, end) ?? late ?? ofBufferEdge(rule, own, other, pace) ?? ofFirstSecond(rule, own, other, pace);
      return [{ rule: rule.name, key, what, explanation }];
    });
  });
}

/**
 * Vigie finds what ElastAlert finds when no document is late. Or, nothing that ElastAlert finds is missing, though vigie's alert may have begun
 * already when a late document told that it should have begun before; and no alert begins where ElastAlert finds something neither so nor so.
 */
function ofLateness(lives: readonly Life[], late: readonly Match[], prompt: readonly Match[], tickMs: number): number | null {
  if (differenceIn(lives, prompt, tickMs) === null) return LATE;
  const isKnown = late.every(({ at, tick }) => lives.some((life) => isWithin(life, at, tickMs) || isWithin(life, tick, tickMs)));
  const isFounded = lives.every((life) => [...late, ...prompt].some(({ at }) => Math.abs(at - life.firedAt) <= tickMs));
  return isKnown && isFounded ? LATE : null;
}

/**
 * Of a spike vigie judges the windows that end since its last look: a document that comes later makes none fire that is past. What either has counted at a tick it doesn't judge again: both find
 * spikes and falls from what hadn't come by then, if not the same ones. What lateness changes nothing of, vigie finds as well.
 */
function ofPastWindows(
  rule: Written,
  lives: readonly Life[],
  { late, prompt }: Readonly<Record<'late' | 'prompt', readonly Match[]>>,
  tickMs: number,
): number | null {
  if (rule.type !== 'spike') return null;
  const isCounted = rule['use_count_query'] === true || rule['use_terms_query'] === true;
  if (isCounted) {
    const sure = late.filter(({ at, tick }) => prompt.some((one) => one.at === at && one.tick === tick));
    const isChanged = sure.length < late.length || sure.length < prompt.length;
    return isChanged && sure.every(({ at }) => lives.some((life) => isWithin(life, at, tickMs))) ? LATE : null;
  }
  const current = late.filter(({ at, tick }) => !prompt.some((one) => one.at === at && one.tick < tick));
  return differenceIn(lives, current, tickMs) === null ? LATE : null;
}

/** What ElastAlert finds in a bucket at the last moment at which its buffer holds it, since the bucket lacks a document then. */
function ofBufferEdge(rule: Written, lives: readonly Life[], matches: readonly Match[], { runEveryMs, bufferTimeMs }: Pace): number | null {
  if (rule['bucket_interval'] === undefined) return null;
  const whole = matches.filter(({ at, tick }) => tick - at < bufferTimeMs);
  return differenceIn(lives, whole, runEveryMs) === null ? BUFFER_EDGE : null;
}

/** What lies in the second in which the first look begins, before it, isn't in ElastAlert's window of known values, where moments are seconds. */
function ofFirstSecond(
  rule: Written,
  lives: readonly Life[],
  matches: readonly Match[],
  { from, documents, runEveryMs }: Pace,
): number | null {
  if (rule.type !== 'new_term' || rule['timestamp_type'] !== 'unix') return null;
  const second = Math.floor(from / 1_000) * 1_000;
  const known = documents.filter((document) => {
    const at = Date.parse(String(document['@timestamp']));
    return at >= second && at < from;
  });
  const outside = matches.filter(({ at }) => !lives.some((life) => isWithin(life, at, runEveryMs)));
  if (outside.length > known.length * [rule['fields']].flat().length) return null;
  const others = matches.filter((match) => !outside.includes(match));
  return differenceIn(lives, others, runEveryMs) === null ? WHOLE_SECONDS : null;
}

function byKey<Item extends { readonly key: readonly string[] }>(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, ({ key }) => JSON.stringify(key));
}

function differenceIn(lives: readonly Life[], matches: readonly Match[], tickMs: number): string | null {
  const [theirs, ours] = [first(matches.map(({ at }) => at)), first(lives.map(({ firedAt }) => firedAt))];
  if (ours === null) return `only ElastAlert fired, ${matches.length} times from ${time(theirs)} on`;
  if (theirs === null) return `only vigie fired, at ${time(ours)}`;
  if (Math.abs(ours - theirs) > tickMs) return `vigie first fired at ${time(ours)}, ElastAlert at ${time(theirs)}`;
  const outside = matches.find(({ at }) => !lives.some((life) => isWithin(life, at, tickMs)));
  if (outside !== undefined) return `ElastAlert matched at ${time(outside.at)}, when vigie had no alert`;
  const alone = lives.find((life) => !matches.some(({ at }) => isWithin(life, at, tickMs)));
  return alone === undefined ? null : `vigie fired at ${time(alone.firedAt)}, when ElastAlert had no match`;
}

function isWithin({ firedAt, resolvedAt }: Life, at: number, tickMs: number): boolean {
  return at >= firedAt - tickMs && at <= resolvedAt + tickMs;
}

function first(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}

function time(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString();
}
