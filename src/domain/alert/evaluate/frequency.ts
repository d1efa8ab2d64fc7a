import type { JsonObject } from '#kernel/json.ts';
import { keyText } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { reached, usedIn, usedSince, type Event, type Used } from './counting.ts';
import { entriesOf } from './documents.ts';
import { finish, type Draft } from './drafts.ts';
import { groupsOf, type Group, type Grouping } from './groups.ts';
import { together } from './inquiry.ts';
import { lateFor } from './late-ticks.ts';
import { soonMs } from './lateness.ts';
import { nearby } from './nearby.ts';
import { piecesOf, piecesStart } from './pieces.ts';
import { countOf, objectAt } from './read.ts';
import { awaitedMs, originOf } from './remembered.ts';
import { keyedBy, ofKeys, type Evaluation, type Scene } from './scene.ts';
import { within } from './time.ts';

type Frequency = Extract<RuleKind, { type: 'frequency' }>;

/** `frequency`: the keys that have enough documents in the window and one tick are looked at document by document. */
export function* evaluateFrequency(scene: Scene<Frequency>): Evaluation {
  const { kind, rule, span } = scene;
  if (kind.countedBy !== 'documents') return yield* evaluateCounted(kind.countedBy === 'count' ? keyedBy(scene, []) : scene);
  const used = usedIn(scene.memory);
  const unused = unusedOf(scene, used);
  const { byKey, after, counted, ...near } = yield* nearby(scene, kind.timeframeMs, {
    leaf: unused.leaf,
    atLeast: kind.numEvents,
    withMissing: true,
  });
  const groups = near.groups.filter((group) => unused.count(group) >= kind.numEvents);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total > scene.most && byKey) return yield* tooMany(scene, groups, used, { total, counted, lateMs: span.from - near.since });
  const drafts: Draft[] = [];
  let left = 0;
  if (groups.length > 0) {
    const only = byKey
      ? [
          ofKeys(
            scene,
            groups.map(({ key }) => key),
          ),
        ]
      : [];
    const { entries, isWhole } = yield* entriesOf(scene, { after, until: span.to, also: only }, [], total);
    // Not by their number, but by what they weigh.
    if (!isWhole && byKey) return yield* tooMany(scene, groups, used, { total, counted, lateMs: span.from - near.since });
    if (!isWhole) left = total - entries.length;
    drafts.push(
      ...draftsIn(
        kind,
        entries.map((entry) => ({ ...entry, count: 1, entry })),
        used,
      ),
    );
  }
  const since = span.to - awaitedMs(rule) - kind.timeframeMs;
  const memory = { origin: originOf(scene), counted, used: usedSince(used, since) };
  return { findings: yield* finish(scene, drafts), standings: null, memory, counted: left };
}

/** Too many to read: counted from tick to tick. A window may straddle two ticks, so each is taken one tick longer: nothing is missed. */
function* tooMany(
  scene: Scene<Frequency>,
  groups: readonly Group[],
  used: ReturnType<typeof usedIn>,
  { total, counted, lateMs }: { readonly total: number; readonly counted: JsonObject; readonly lateMs: number },
): Evaluation {
  const { kind, rule, span } = scene;
  const windowMs = kind.timeframeMs + rule.runEveryMs;
  const events = yield* piecesOf(
    scene,
    // Where documents came late, the ticks before are judged again.
    windowMs + (lateMs > soonMs(rule) ? lateMs : 0),
    groups.map(({ key }) => key),
  );
  const drafts = draftsIn({ ...kind, timeframeMs: windowMs }, events, used);
  const memory = { origin: originOf(scene), counted, used: usedSince(used, span.to - awaitedMs(rule) - windowMs) };
  return { findings: yield* finish(scene, drafts), standings: null, memory, counted: total };
}

interface Unused {
  /** To be aggregated in each group. */
  readonly leaf: JsonObject;
  /** How many documents of a group may still count: never too few. */
  count(group: Group): number;
}

/** While an alert lasts, what made it fire stays in the window: it is counted without being read again. */
function unusedOf({ kind, rule, span }: Scene<Frequency>, used: ReadonlyMap<string, Used>): Unused {
  const start = span.from - soonMs(rule) - kind.timeframeMs;
  let earliest = Number.POSITIVE_INFINITY;
  for (const { at } of used.values()) if (at > start && at < earliest) earliest = at;
  if (!Number.isFinite(earliest)) return { leaf: {}, count: ({ count }) => count };
  return {
    leaf: { unused: { filter: within(rule, earliest - 1, span.to) } },
    count({ key, count, found }) {
      const last = used.get(keyText(key));
      if (last === undefined || last.at < earliest) return count;
      return countOf(objectAt(found, 'unused')) - (last.at === earliest ? last.ties : 0);
    },
  };
}

function draftsIn(kind: Frequency, events: Iterable<Event>, used: Parameters<typeof reached>[3]): readonly Draft[] {
  return [...reached(events, kind.numEvents, kind.timeframeMs, used)].map(({ event: { key, at, entry }, count }) => ({
    key,
    at,
    value: count,
    limit: kind.numEvents,
    matches: count,
    entry,
  }));
}

/** `use_count_query`, `use_terms_query`: what came between two ticks counts as one event at the second. */
function* evaluateCounted(scene: Scene<Frequency>): Evaluation {
  const { kind, rule, span } = scene;
  const used = usedIn(scene.memory);
  const grouping: Grouping = { leaf: {}, atLeast: kind.numEvents, withMissing: false };
  const near = (reachMs: number) => groupsOf(scene, { after: piecesStart(scene, reachMs), until: span.to }, grouping);
  const [usual, late] = yield* together(near(kind.timeframeMs), lateFor(scene));
  const reachMs = kind.timeframeMs + (late.again === null ? 0 : span.from - late.again.from);
  const groups = late.again === null ? usual : yield* near(reachMs);
  const keys = groups.filter(({ count }) => count >= kind.numEvents).map(({ key }) => key);
  const events = keys.length === 0 ? [] : yield* piecesOf(scene, reachMs, keys);
  const drafts = draftsIn(kind, events, used);
  const since = span.to - awaitedMs(rule) - kind.timeframeMs - rule.runEveryMs;
  const memory = { origin: originOf(scene), used: usedSince(used, since), counted: late.counted };
  return { findings: yield* finish(scene, drafts), standings: null, memory };
}
