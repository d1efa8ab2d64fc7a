import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import { startLoop } from '#kernel/loop.ts';
import type { Shift } from '#domain/alert/oncall.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Cursors } from '#ports/store.ts';
import { readIcs, shiftsIn, type IcsCopy } from './ics-shifts.ts';
import { namesOf } from './names.ts';
import { readSource, type CalendarSource } from './source.ts';

export interface IcsOptions {
  readonly source: CalendarSource;
  readonly people: readonly string[];
  /** A name or mail address of the calendar: the user name. */
  readonly names: Readonly<Record<string, string>>;
  readonly timezone: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Between two readings; 15 minutes by default. */
  readonly everyMs?: number;
  /** Where the last good copy is kept over a restart. */
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
}

const EVERY_MS = 15 * 60_000;
/** Under this name the last good copy is kept. */
const FACT = 'calendar';
const keptSchema = z.object({ at: z.number(), text: z.string() });

interface Copy extends IcsCopy {
  readonly at: number;
}

/** A calendar of shifts in iCalendar's form. The first reading is over, well or not, when it resolves. */
export async function openIcsCalendar(options: IcsOptions): Promise<Calendar> {
  const { clock, timezone, facts } = options;
  const nameOf = namesOf(options.people, options.names);
  let copy: Copy | null = null;
  let problem: Problem | null = null;
  let answered: { readonly key: string; readonly shifts: readonly Shift[] } | null = null;
  const take = (text: string, at: number): void => {
    copy = { ...readIcs(text, nameOf, at), at };
    answered = null;
  };
  const refresh = async (): Promise<void> => {
    try {
      const text = await readSource(options.source, AbortSignal.timeout(options.timeoutMs));
      const at = clock.now();
      take(text, at);
      problem = null;
      await facts.remember(FACT, JSON.stringify({ at, text }));
    } catch (error) {
      problem = problemOf(error);
    }
  };
  const kept = keptSchema.safeParse(JSON.parse((await facts.fact(FACT)) ?? 'null'));
  try {
    if (kept.success) take(kept.data.text, kept.data.at);
  } catch (error) {
    problem = problemOf(error);
  }
  await refresh();
  const everyMs = options.everyMs ?? EVERY_MS;
  let first = true;
  const loop = startLoop(clock, async () => {
    if (!first) await refresh();
    first = false;
    return everyMs;
  });
  return {
    shifts(from, to) {
      if (copy === null) return [];
      const key = `${from} ${to}`;
      if (answered?.key !== key) answered = { key, shifts: shiftsIn(copy, { nameOf, timezone }, from, to) };
      return answered.shifts;
    },
    state: () => ({ readAt: copy?.at ?? null, problem, ignored: copy?.ignored ?? [] }),
    refresh,
    close: () => loop.stop(),
  };
}
