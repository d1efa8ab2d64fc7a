import { momentOf, wallTime } from '#kernel/zoned-time.ts';

/** Somebody is to be woken from one moment up to another, which isn't part of it any more (ms). */
export interface Shift {
  readonly from: number;
  readonly to: number;
  /** User name. */
  readonly person: string;
}

/** Somebody takes over for a while, whoever's turn it is. The later swap wins. */
export interface Swap extends Shift {
  /** User name of who said so. */
  readonly by: string;
  /** Of the same operation there is one swap, however often it is stored. */
  readonly operation: string;
}

/** A list of people who take turns week by week, or the shifts of a calendar. */
export type Rota =
  | {
      readonly kind: 'weekly';
      readonly timezone: string;
      readonly people: readonly string[];
      readonly handover: {
        /** 0 is Sunday. */
        readonly weekday: number;
        /** Of the day. */
        readonly minute: number;
      };
      /** `2026-01-05`: the first of the list takes over at the first handover on that day or after it. */
      readonly starts: string;
    }
  | { readonly kind: 'shifts'; readonly shifts: readonly Shift[] };

export interface Turn extends Shift {
  readonly swapped: boolean;
}

export interface Duty {
  /** Null when the calendar has nobody. */
  readonly current: Turn | null;
  /** Those that follow, the next first. */
  readonly next: readonly Turn[];
}

/** Who is on call now, and who comes after them: user names. */
export interface OnCall {
  readonly current: string | null;
  readonly next: readonly string[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** How far turns are looked for. A calendar that knows nobody for so long has nobody. */
const AHEAD_MS = 56 * DAY_MS;
const BACK_MS = 28 * DAY_MS;

/** Who is on call at a moment, until when, and who comes after. */
export function onCall(rota: Rota, swaps: readonly Swap[], at: number): Duty {
  const turns = turnsBetween(rota, swaps, at - BACK_MS, at + aheadOf(rota));
  return { current: turns.find(({ from, to }) => from <= at && at < to) ?? null, next: turns.filter(({ from }) => from > at) };
}

/** Everybody of a list comes at least once. */
function aheadOf(rota: Rota): number {
  return rota.kind === 'weekly' ? Math.max(AHEAD_MS, (rota.people.length + 1) * WEEK_MS) : AHEAD_MS;
}

/** The people whom an escalation wakes one after the other: who is on call, then each other one once, in the order of turns. */
export function namesOnCall({ current, next }: Duty): OnCall {
  const others = new Set(next.map(({ person }) => person));
  if (current !== null) others.delete(current.person);
  return { current: current?.person ?? null, next: [...others] };
}

/** The turns within a span, cut at its ends: in order, none overlapping another. */
export function turnsBetween(rota: Rota, swaps: readonly Swap[], from: number, to: number): readonly Turn[] {
  const shifts = rota.kind === 'weekly' ? weeks(rota, from, to) : rota.shifts;
  const touching = <S extends Shift>(all: readonly S[]): readonly S[] => all.filter((each) => each.from < to && each.to > from);
  const [base, over] = [touching(shifts), touching(swaps)];
  const cuts = new Set([from, to, ...[...base, ...over].flatMap((each) => [each.from, each.to])]);
  const moments = [...cuts].filter((cut) => cut >= from && cut <= to).toSorted((a, b) => a - b);
  const turns: { source: Shift; turn: Turn }[] = [];
  for (const [index, start] of moments.slice(0, -1).entries()) {
    const swap = over.findLast((each) => covers(each, start));
    const source = swap ?? shiftAt(base, start);
    if (source === undefined) continue;
    const last = turns.at(-1);
    const goesOn = last?.source === source && last.turn.to === start;
    const turn = {
      from: goesOn ? last.turn.from : start,
      to: moments[index + 1] ?? to,
      person: source.person,
      swapped: swap !== undefined,
    };
    if (goesOn) turns.pop();
    turns.push({ source, turn });
  }
  return turns.map(({ turn }) => turn);
}

function covers({ from, to }: Shift, at: number): boolean {
  return from <= at && at < to;
}

/** Where shifts of a calendar overlap, the one that began last was put over the others. */
function shiftAt(shifts: readonly Shift[], at: number): Shift | undefined {
  return shifts.filter((each) => covers(each, at)).toSorted((a, b) => b.from - a.from || a.to - b.to || (a.person < b.person ? -1 : 1))[0];
}

/** Handovers are at the same time of the local day, summer and winter. Before its start the list is read backwards. */
function weeks(rota: Extract<Rota, { readonly kind: 'weekly' }>, from: number, to: number): readonly Shift[] {
  const { timezone, people, handover } = rota;
  const first = firstHandover(rota.starts, handover);
  const handoverOf = (week: number): number => momentOf(first + week * WEEK_MS, timezone);
  const shifts: Shift[] = [];
  // One week early: daylight saving may shift a handover against the span.
  let week = Math.floor((wallTime(from, timezone) - first) / WEEK_MS) - 1;
  for (let start = handoverOf(week); start < to; week += 1) {
    const end = handoverOf(week + 1);
    const person = people[((week % people.length) + people.length) % people.length];
    if (person !== undefined) shifts.push({ from: start, to: end, person });
    start = end;
  }
  return shifts;
}

/** As a wall time. */
function firstHandover(starts: string, { weekday, minute }: { readonly weekday: number; readonly minute: number }): number {
  const day = Date.parse(`${starts}T00:00:00Z`);
  const wait = (weekday - new Date(day).getUTCDay() + 7) % 7;
  return day + wait * DAY_MS + minute * 60_000;
}
