import { problemOf, type Problem } from '#kernel/errors.ts';
import { isOpen } from '#domain/alert/alert.ts';
import { alertsOf, type Book, type RuleState } from '#domain/alert/book.ts';
import type { AlertKey } from '#domain/alert/key.ts';
import type { RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { Search } from '#ports/search.ts';
import type { Desk } from './desk.ts';
import type { PollOptions, Result } from './polling.ts';

/** What one rule has to look at in a tick: spans of time, one after the other. */
interface Turn {
  readonly rule: Rule;
  readonly state: RuleState | null;
  readonly spans: readonly Span[];
}

/** Longer than this without a look is time that vigie was away: it is looked at first, and told apart. */
const AWAY_MS = 180_000;

/** The time to look at: since the last look, in two parts when that was long ago. */
export function turnOf(desk: Desk, rule: Rule, now: number): Turn {
  const state = stateOf(desk, rule);
  const to = now - rule.queryDelayMs;
  const known = state === null ? undefined : desk.looked[rule.name];
  // Between the times to which a rule is limited nobody was to look.
  const earliest = rule.limitExecution === null ? Number.NEGATIVE_INFINITY : to - rule.bufferTimeMs;
  const from = Math.max(known ?? to - rule.bufferTimeMs, earliest);
  if (to <= from) return { rule, state, spans: [] };
  const recently = to - rule.runEveryMs;
  const isAway = known !== undefined && rule.limitExecution === null && recently - from > AWAY_MS;
  const spans = isAway
    ? [
        { from, to: recently },
        { from: recently, to },
      ]
    : [{ from, to }];
  return { rule, state, spans };
}

export function stateOf(desk: Desk, rule: Rule): RuleState | null {
  const state = desk.ruleStates.get(rule.name);
  return state?.hash === rule.hash ? state : null;
}

interface Taking extends Pick<PollOptions, 'desk' | 'look'> {
  readonly search: Search;
  readonly now: number;
  /** What was refused for its size is given up after so long. */
  readonly skipAfterMs: number;
}

/** One rule within a tick: what is left to look at, and what the looks before it left. */
interface Queue {
  readonly rule: Rule;
  readonly state: RuleState | null;
  readonly opened: AlertKey[];
  memory: RuleMemory | null;
  spans: readonly Span[];
  /** The end of what is time that vigie was away; null when it wasn't. */
  readonly awayUntil: number | null;
  /** Looks that may still be refused for their size and tried in halves. */
  halvings: number;
}

/** So often a tick cuts a rule's time in halves: from two hours down to two seconds. */
const HALVINGS = 12;
/** What is shorter isn't cut. */
const SHORTEST_MS = 1_000;
const TOO_LARGE: readonly string[] = ['search_too_large', 'look_too_large'] satisfies readonly Problem['code'][];

/**
 * Looks at all spans of all turns: the first ones of all rules beside each other, then the next ones. A span that is refused for its size is tried in
 * halves; what still is, once it has failed for long enough, is skipped, so that a burst blinds nobody for ever; but where a node is out of memory, only while
 * that has answered something else.
 */
export async function takeTurns(turns: readonly Turn[], options: Taking, signal: AbortSignal): Promise<readonly Result[]> {
  const queues = turns.map(queueOf);
  const results: Result[] = [];
  let isAnswered = false;
  for (;;) {
    const waiting = queues.filter(({ spans }) => spans.length > 0);
    if (waiting.length === 0) return results;
    const outcomes = await outcomesOf(waiting, options, signal);
    isAnswered ||= outcomes.some(({ ok }) => ok);
    for (const [index, queue] of waiting.entries()) {
      const result = resultOf(queue, outcomes[index] ?? NO_ANSWER, { ...options, isAnswered });
      if (result !== null) results.push(result);
    }
  }
}

const NO_ANSWER: Outcome = { ok: false, problem: { code: 'internal', params: { reason: 'no answer' } } };

function queueOf({ rule, state, spans }: Turn): Queue {
  const awayUntil = spans.length === 2 ? (spans[0]?.to ?? null) : null;
  return { rule, state, opened: [], memory: state?.memory ?? null, spans, awayUntil, halvings: HALVINGS };
}

async function outcomesOf(queues: readonly Queue[], { desk, look, search }: Taking, signal: AbortSignal): Promise<readonly Outcome[]> {
  const requests = queues.flatMap(({ rule, memory, opened, spans: [span] }) =>
    span === undefined ? [] : [{ rule, span, memory, open: [...openKeys(desk.book, rule), ...opened] }],
  );
  return await look(requests, search, signal).catch((error: unknown) =>
    requests.map(() => ({ ok: false as const, problem: problemOf(error) })),
  );
}

function openKeys(book: Book, rule: Rule): readonly AlertKey[] {
  return alertsOf(book, rule.name)
    .filter(isOpen)
    .map((alert) => alert.key);
}

/** The memory of a node as a whole was used up, by whatever was asked of it. */
export function isOfNode({ code, params }: Problem): boolean {
  return code === 'search_too_large' && params['node'] === true;
}

/** What a look changes of its queue. @returns null when its span is tried in halves */
function resultOf(
  queue: Queue,
  outcome: Outcome,
  { now, skipAfterMs, isAnswered }: Taking & { readonly isAnswered: boolean },
): Result | null {
  const [span = { from: now, to: now }, ...rest] = queue.spans;
  const { rule, state, awayUntil } = queue;
  const result = { rule, span, outcome, missed: awayUntil !== null && span.to <= awayUntil };
  if (outcome.ok) {
    queue.memory = outcome.look.memory;
    queue.opened.push(...outcome.look.findings.map(({ key }) => key));
    queue.spans = rest;
    return result;
  }
  const isTooLarge = TOO_LARGE.includes(outcome.problem.code);
  const middle = span.from + Math.floor((span.to - span.from) / 2);
  if (isTooLarge && queue.halvings > 0 && span.to - span.from > SHORTEST_MS) {
    queue.halvings -= 1;
    queue.spans = [{ from: span.from, to: middle }, { from: middle, to: span.to }, ...rest];
    return null;
  }
  // A node that answers nobody hasn't the room for anything: it isn't the size of this.
  const isItsSize = isTooLarge && (isAnswered || !isOfNode(outcome.problem));
  const skipped = isItsSize && now - (state?.failingSince ?? now) >= skipAfterMs;
  queue.spans = skipped ? rest : [];
  return { ...result, skipped };
}
