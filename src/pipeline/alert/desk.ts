import type { Clock } from '#kernel/clock.ts';
import { freshLongId, freshShortId } from '#kernel/ids.ts';
import type { Alert } from '#domain/alert/alert.ts';
import { inOrder, wasTold } from '#domain/alert/group.ts';
import { changeBetween, membersOf, type Book, type LookedTo, type RuleState } from '#domain/alert/book.ts';
import type { ChartData } from '#domain/chart.ts';
import type { RuleMemory } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { OnCall } from '#domain/alert/oncall.ts';
import type { Round } from '#domain/alert/round.ts';
import type { AlertSettings } from '#domain/alert/settings.ts';
import { runStages } from '#domain/alert/stages.ts';
import type { AuditEntry } from '#domain/operation/commit.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Store } from '#ports/store.ts';
import { pruned } from './prune.ts';

export interface DeskOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: () => AlertSettings;
  /** By name, vigie's own among them. */
  readonly rules: () => ReadonlyMap<string, Rule>;
  readonly onCall: (now: number) => OnCall;
  /** Hosts whose probe is pending. */
  readonly probing: ReadonlySet<string>;
  /** Draws what a post shows; null when there is nothing to draw, or not in time. */
  readonly chart: (rule: Rule, alert: Alert, memory: RuleMemory | null, now: number) => Promise<ChartData | null>;
  readonly wake: () => void;
}

/** What somebody or something changes of the book, with what is to be kept and said of it. */
export interface Act {
  readonly book: Book;
  readonly rules?: readonly RuleState[];
  readonly looked?: LookedTo;
  readonly audit?: readonly AuditEntry[];
  readonly say?: readonly OutboxEntry[];
}

/** The only holder of the book of alerts: changes come one after the other, each goes through all stages and is stored whole. */
export interface Desk {
  readonly book: Book;
  readonly ruleStates: ReadonlyMap<string, RuleState>;
  readonly looked: Readonly<Record<string, number>>;
  /** The last round: why somebody isn't told of an alert. */
  readonly round: Round;
  freshId(): string;
  /** @param act gets the book as it is when its turn comes. @returns the round that followed */
  change(act: (book: Book, now: number) => Act): Promise<Round>;
}

/** Groups that get a chart in one round: more are a storm, which nobody looks at one by one. */
const CHARTS = 5;
const DAY_MS = 86_400_000;
/** What is over is kept in memory for as long as flapping and `realert` may ask for it. */
const KEPT_MS = 2 * DAY_MS;

export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { store, clock } = options;
  const stored = await store.alerts.load(clock.now() - KEPT_MS);
  const ids = new Set(stored.ids);
  let { book, looked } = stored;
  let ruleStates = stored.rules;
  let round = emptyRound(options, book);
  let turn: Promise<unknown> = Promise.resolve();

  const perform = async (act: (book: Book, now: number) => Act): Promise<Round> => {
    const now = clock.now();
    const { rules = [], looked: lookedNow, audit = [], say = [], book: acted } = act(book, now);
    const start: Round = { ...emptyRound(options, book), now, book: acted, audit, say };
    const preview = runStages(start);
    const charts = await chartsFor(options, preview, new Map([...ruleStates, ...byId(rules)]));
    const passed = charts.size === 0 ? preview : runStages({ ...start, charts });
    const change = { ...changeBetween(book, passed.book), rules, looked: lookedNow === undefined ? [] : [lookedNow] };
    const { pages, audit: entries, say: words } = passed;
    // Most rounds change nothing: the disk isn't asked to hold that.
    if ([...Object.values(change), pages, entries, words].some((list) => list.length > 0))
      await store.operations.commit({ book: change, pages, audit: entries, say: words });
    book = pruned(passed.book, now - KEPT_MS);
    if (lookedNow !== undefined) looked = lookedNow.to;
    if (rules.length > 0) ruleStates = new Map([...ruleStates, ...byId(rules)]);
    // What was before isn't kept: of ten thousand alerts that would be as many again.
    round = { ...passed, before: passed.book, charts: new Map(), say: [], pages: [], audit: [] };
    if (passed.say.length > 0 || passed.pages.length > 0) options.wake();
    return passed;
  };
  return {
    get book() {
      return book;
    },
    get ruleStates() {
      return ruleStates;
    },
    get looked() {
      return looked;
    },
    get round() {
      return round;
    },
    freshId() {
      const id = freshShortId((each) => ids.has(each));
      ids.add(id);
      return id;
    },
    change(act) {
      const done = turn.then(() => perform(act));
      turn = done.catch(() => undefined);
      return done;
    },
  };
}

function emptyRound({ clock, settings, rules, onCall, probing }: DeskOptions, book: Book): Round {
  const now = clock.now();
  return {
    now,
    settings: settings(),
    rules: rules(),
    onCall: onCall(now),
    probing,
    charts: new Map(),
    before: book,
    book,
    withheld: new Map(),
    decisions: new Map(),
    say: [],
    pages: [],
    audit: [],
    freshId: freshLongId,
  };
}

function byId(states: readonly RuleState[]): readonly (readonly [string, RuleState])[] {
  return states.map((each) => [each.id, each] as const);
}

/**
 * A chart belongs to a post from its beginning, since a posted picture can't be replaced; a reminder brings a new one. They are drawn up
 * before people are told.
 */
async function chartsFor(
  options: DeskOptions,
  preview: Round,
  states: ReadonlyMap<string, RuleState>,
): Promise<ReadonlyMap<string, ChartData>> {
  const told = [...preview.book.groups.values()].filter((group) => {
    const tell = preview.decisions.get(group.id)?.tell;
    return group.digest === null && (tell === 'first' || tell === 'repeat');
  });
  const charts = new Map<string, ChartData>();
  await Promise.all(
    told.slice(0, CHARTS).map(async (group) => {
      const [alert] = inOrder(membersOf(preview.book, group).filter((each) => wasTold(group, each.id)));
      const rule = alert === undefined ? undefined : preview.rules.get(alert.rule);
      if (alert === undefined || rule?.chart !== true) return;
      const chart = await options.chart(rule, alert, states.get(rule.name)?.memory ?? null, preview.now);
      if (chart !== null) charts.set(group.key, chart);
    }),
  );
  return charts;
}
