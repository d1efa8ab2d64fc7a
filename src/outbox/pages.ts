import { BOUNDS } from '#kernel/bounds.ts';
import type { Clock } from '#kernel/clock.ts';
import { cutBytes } from '#kernel/cut.ts';
import { problemOf } from '#kernel/errors.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import { SEVERITIES } from '#domain/alert/rule.ts';
import type { Pager } from '#ports/pager.ts';
import type { OperationStore, Outbox, PageBox, PendingPage } from '#ports/store.ts';
import type { Engine } from '#messages/engine.ts';
import { line } from '#messages/fit.ts';
import type { Language } from '#messages/templates.ts';
import { createStragglers, type Stragglers } from './stragglers.ts';

export interface PagingOptions {
  readonly pages: PageBox;
  readonly outbox: Pick<Outbox, 'oldestUnsaid'>;
  readonly pagers: ReadonlyMap<string, Pager>;
  readonly engine: Engine;
  readonly language: Language;
  readonly clock: Clock;
  readonly log: { warn(data: object, text: string): void; error(data: object, text: string): void };
}

export interface Paging extends Loop {
  /** False once everything that was tried last failed. */
  readonly delivers: boolean;
}

/** The same, whose commits wake whoever sends pages where they order some: there are few of those among very many. */
export function wakingPages(operations: OperationStore, wake: () => void): OperationStore {
  return {
    ...operations,
    async commit(commit) {
      await operations.commit(commit);
      if ((commit.pages ?? []).length > 0) wake();
    },
  };
}

const BATCH = 10;
const IDLE_MS = 30_000;
const RETRY_MS = { first: 5_000, most: 300_000 } as const;
/** Nobody needs to be woken for what was wrong so long ago. */
const GIVE_UP_MS = 6 * 3_600_000;
/** What can't be said in the chat for so long is told outside: the chat may live on what just died. */
const UNHEARD_MS = 300_000;

/** The loop that rings outside the chat. It takes its work from the store alone, so a restart loses no page. */
export function startPaging(options: PagingOptions): Paging {
  const state = { delivers: options.pagers.size > 0, unheard: null as number | null };
  const stragglers = createStragglers(options.clock, (error) => {
    if (error !== null) options.log.error({ error }, 'what a page came to could not be kept');
    loop.wake();
  });
  const loop = startLoop(options.clock, async (stopping) => {
    try {
      await sendDue(options, state, stragglers, stopping);
      await watchChat(options, state, stopping);
      const next = await options.pages.nextDue(stragglers.ways());
      return next === null ? IDLE_MS : Math.max(1_000, Math.min(IDLE_MS, next - options.clock.now()));
    } catch (error) {
      if (!stopping.aborted) options.log.error({ error }, 'the pages could not be looked at');
      return RETRY_MS.first;
    }
  });
  return {
    wake: () => loop.wake(),
    async stop() {
      await loop.stop();
      await stragglers.over();
    },
    get delivers() {
      return state.delivers;
    },
  };
}

interface PagingState {
  delivers: boolean;
  /** Since when the chat takes nothing, once it was told. */
  unheard: number | null;
}

/** One after the other by each way; a pager that doesn't answer holds up none of the others. */
async function sendDue(options: PagingOptions, state: PagingState, stragglers: Stragglers, signal: AbortSignal): Promise<void> {
  const due = await options.pages.due(options.clock.now(), BATCH, stragglers.ways());
  const lanes = [...Map.groupBy(due, ({ pager }) => pager)].map(([way, pages]) => ({
    ways: [way],
    run: async (late: () => boolean) => {
      for (const page of pages) {
        if (signal.aborted || late()) return;
        state.delivers = await sendOne(options, page, signal);
      }
    },
  }));
  await stragglers.run(lanes);
}

async function sendOne(
  { pages, pagers, engine, language, clock, log }: PagingOptions,
  page: PendingPage,
  signal: AbortSignal,
): Promise<boolean> {
  const pager = pagers.get(page.pager);
  if (pager === undefined) {
    await pages.giveUp(page.key, page.pager, 'no such pager any more');
    return true;
  }
  if (SEVERITIES.indexOf(page.severity) < SEVERITIES.indexOf(pager.minSeverity)) {
    await pages.giveUp(page.key, page.pager, `below ${pager.minSeverity}`);
    return true;
  }
  try {
    // Written down before doing: a crash in between rings once more at worst, later.
    await pages.postpone(page.key, page.pager, clock.now() + backoff(page.attempts));
    const { key, severity, person } = page;
    await pager.page({ key, severity, person, link: null, ...pageWords(engine, language, page) }, signal);
    await pages.sent(page.key, page.pager);
    return true;
  } catch (error) {
    if (signal.aborted) return true;
    log.warn({ page: page.key, pager: page.pager, problem: problemOf(error) }, 'a page was not taken');
    if (clock.now() - page.createdAt > GIVE_UP_MS) await pages.giveUp(page.key, page.pager, JSON.stringify(problemOf(error)));
    return false;
  }
}

/** Of a size that every way takes: who is woken reads the rest elsewhere. */
function pageWords(engine: Engine, language: Language, { section, data }: PendingPage): { readonly title: string; readonly text: string } {
  const mark = engine.cutMark(language);
  const text = cutBytes(engine.render(language, 'page', section, data), BOUNDS.pageText.most);
  return {
    title: line(engine.render(language, 'page', `${section}-title`, data), BOUNDS.pageTitle.most, mark),
    text: text.missing === 0 ? text.text : `${text.text}${mark(text.missing)}`,
  };
}

function backoff(attempts: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** Math.min(attempts, 10));
}

/** Once for each time that the chat stays away. */
async function watchChat(
  { outbox, pagers, engine, language, clock, log }: PagingOptions,
  state: PagingState,
  signal: AbortSignal,
): Promise<void> {
  const oldest = await outbox.oldestUnsaid();
  if (oldest === null || clock.now() - oldest < UNHEARD_MS) {
    if (oldest === null) state.unheard = null;
    return;
  }
  if (state.unheard !== null) return;
  state.unheard = oldest;
  const words = (section: string): string => engine.render(language, 'page', section, { since: oldest });
  const page = {
    key: `unheard:${oldest}`,
    severity: 'critical',
    person: null,
    link: null,
    title: words('unheard-title'),
    text: words('unheard'),
  } as const;
  for (const pager of pagers.values())
    await pager
      .page(page, signal)
      .catch((error: unknown) => log.warn({ pager: pager.name, problem: problemOf(error) }, 'a page was not taken'));
}
