import { isJsonObject, type Json } from '#kernel/json.ts';
import type { DataSet } from './data.ts';
import { explain } from './explain.ts';
import type { Died, Life, Match, Theirs, Written } from './sides.ts';

export interface Difference {
  readonly rule: string;
  readonly key: readonly string[];
  readonly what: string;
  /** Number in docs/elastalert.md; null: nobody can say why. */
  readonly explanation: number | null;
}

/** What ElastAlert found. */
export interface Sides {
  readonly theirs: Theirs;
  /** What it finds when no document is late: vigie may find that in its place; null when none was. */
  readonly prompt: Theirs | null;
}

/** What both found. */
interface Found extends Sides {
  readonly lives: readonly Life[];
  /** What ElastAlert finds of documents as vigie reads them (`asRead`), by the name of the rule. */
  readonly read?: ReadonlyMap<string, Sides>;
}

/** Late documents count. */
const LATE = 31;
/** The moment at which the buffer begins isn't in it. */
const BUFFER_EDGE = 36;
/** Moments in whole seconds. */
const WHOLE_SECONDS = 28;

type Pace = Pick<DataSet, 'runEveryMs' | 'bufferTimeMs' | 'from' | 'documents'>;

/** What both found of one key. */
interface Pair {
  readonly own: readonly Life[];
  readonly other: readonly Match[];
  /** Null when no document was late. */
  readonly prompt: readonly Match[] | null;
}

/**
 * The same (rule, key) fire, first at the same event time within one tick, and each match of ElastAlert lies in a life of vigie's alert.
 */
export function compare(rules: readonly Written[], { lives, read, ...sides }: Found, pace: Pace): readonly Difference[] {
  return rules.flatMap((rule) => {
    const mine = lives.filter((life) => life.rule === rule.name);
    const end = endOf(rule, sides.theirs);
    const anew = read?.get(rule.name);
    return keysOf(rule, mine, sides.theirs).flatMap((key) => {
      const pair = pairOf(rule, key, mine, sides);
      const what = differenceIn(pair.own, pair.other, pace.runEveryMs);
      if (what === null) return [];
      const known = ofMoments(rule, pair, pace);
      const explanation =
        known ?? ofReason(rule, { key, end, pair, anew: anew === undefined ? null : readPairOf(rule, key, mine, anew) }, pace);
      return [{ rule: rule.name, key, what, explanation }];
    });
  });
}

/** Rules that nobody can judge without what ElastAlert finds of documents as vigie reads them. */
export function toBeRead(rules: readonly Written[], theirs: Theirs, differences: readonly Difference[]): readonly Written[] {
  return rules.filter((rule) =>
    differences.some(
      ({ rule: name, key, explanation }) =>
        name === rule.name && explanation === null && explain(rule, key, endOf(rule, theirs))?.rest === 'as read',
    ),
  );
}

function endOf({ name }: Written, { died }: Theirs): Died | null {
  return died.find(({ rule }) => rule === name) ?? null;
}

function keysOf({ name }: Written, lives: readonly Life[], { matches }: Theirs): readonly (readonly string[])[] {
  const found = [...matches.filter(({ rule }) => rule === name), ...lives];
  return [...new Map(found.map(({ key }) => [JSON.stringify(key), key])).values()];
}

function pairOf({ name }: Written, key: readonly string[], lives: readonly Life[], { theirs, prompt }: Sides): Pair {
  const text = JSON.stringify(key);
  const isMeant = (one: Match | Life): boolean => one.rule === name && JSON.stringify(one.key) === text;
  return { own: lives.filter(isMeant), other: theirs.matches.filter(isMeant), prompt: prompt?.matches.filter(isMeant) ?? null };
}

/** Null where ElastAlert died of these as well. */
function readPairOf(rule: Written, key: readonly string[], lives: readonly Life[], sides: Sides): Pair | null {
  const isDead = endOf(rule, sides.theirs) !== null || (sides.prompt !== null && endOf(rule, sides.prompt) !== null);
  return isDead ? null : pairOf(rule, key, lives, sides);
}

interface Doubt {
  readonly key: readonly string[];
  readonly end: Died | null;
  readonly pair: Pair;
  /** With what ElastAlert finds of documents as vigie reads them, if somebody knows. */
  readonly anew: Pair | null;
}

/** A reason explains what it is about: what is left without that has to agree, or to have an explanation of its own. */
function ofReason(rule: Written, { key, end, pair, anew }: Doubt, pace: Pace): number | null {
  const reason = explain(rule, key, end);
  if (reason === null) return null;
  const rest = reason.rest === 'until it died' && end !== null ? untilItDied(rule, pair, end, pace) : anew;
  if (rest === null) return null;
  return agrees(rest, pace) || ofMoments(rule, rest, pace) !== null ? reason.number : null;
}

/** What was found before the tick at which ElastAlert died: what it would have found then may be as old as the windows that it judges. */
function untilItDied(rule: Written, { own, other, prompt }: Pair, { at }: Died, { runEveryMs, bufferTimeMs }: Pace): Pair {
  const window = Math.max(msIn(rule['timeframe']), rule['bucket_interval'] === undefined ? 0 : bufferTimeMs);
  const isKnown = (life: Life): boolean => other.some((match) => isWithin(life, match.at, runEveryMs));
  return {
    own: own.filter((life) => life.firedAt <= at - runEveryMs - window || isKnown(life)),
    other,
    prompt: prompt?.filter((match) => match.tick < at) ?? null,
  };
}

function msIn(period: Json | undefined): number {
  const { seconds = 0, minutes = 0 } = period !== undefined && isJsonObject(period) ? period : {};
  return Number(seconds) * 1_000 + Number(minutes) * 60_000;
}

function agrees({ own, other }: Pair, { runEveryMs }: Pace): boolean {
  return (own.length === 0 && other.length === 0) || differenceIn(own, other, runEveryMs) === null;
}

/** By when documents come, and which moments windows hold. */
function ofMoments(rule: Written, { own, other, prompt }: Pair, pace: Pace): number | null {
  const late =
    prompt === null
      ? null
      : (ofLateness(own, other, prompt, pace.runEveryMs) ?? ofPastWindows(rule, own, { late: other, prompt }, pace.runEveryMs));
  return late ?? ofBufferEdge(rule, own, other, pace) ?? ofFirstSecond(rule, own, other, pace);
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
