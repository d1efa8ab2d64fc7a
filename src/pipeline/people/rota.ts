import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { namesOnCall, onCall, turnsBetween, type Duty, type OnCall, type Rota, type Swap, type Turn } from '#domain/alert/oncall.ts';
import type { CalendarState } from '#ports/calendar.ts';
import type { Rota as RotaClient } from '#ports/clients.ts';
import type { Store } from '#ports/store.ts';
import type { People } from './people.ts';

/** Where turns come from: the list of the configuration, or a calendar. */
export interface RotaSource {
  readonly timezone: string;
  /** User names that the configuration knows, for "did you mean". */
  readonly people: readonly string[];
  /** What holds around a moment. */
  rota(at: number): Rota;
  /** How reading went; null for a list. */
  state(): CalendarState | null;
}

/** Who is on call, with the swaps that were stored. Asking costs no look into the store: every round of alerts asks. */
export interface RotaBook {
  readonly source: RotaSource;
  duty(at: number): Duty;
  names(at: number): OnCall;
  turns(from: number, to: number): readonly Turn[];
  swaps(): readonly Swap[];
  /** Stores a swap, once for each operation. @throws store_unavailable */
  add(swap: Swap, byId: string): Promise<void>;
}

const MONTH_MS = 31 * 86_400_000;

/** Reads the swaps that may still count, and those of the last month. */
export async function openRota(source: RotaSource, store: Pick<Store, 'operations' | 'rota'>, clock: Clock): Promise<RotaBook> {
  const load = (): Promise<readonly Swap[]> => store.rota.swaps(clock.now() - MONTH_MS);
  let swaps = await load();
  const duty = (at: number): Duty => onCall(source.rota(at), swaps, at);
  return {
    source,
    duty,
    names: (at) => namesOnCall(duty(at)),
    turns: (from, to) => turnsBetween(source.rota(from), swaps, from, to),
    swaps: () => swaps,
    async add(swap, byId) {
      const { person, from, to, operation } = swap;
      await store.operations.commit({ swaps: [swap], audit: [{ kind: 'swap', operation, by: byId, detail: { person, from, to } }] });
      swaps = await load();
    },
  };
}

/** The rota as handlers have it. @param book null where none is configured */
export function rotaClient(book: RotaBook | null, people: () => People): RotaClient {
  const known = (): RotaBook => {
    if (book === null) throw new VigieError('oncall_not_configured');
    return book;
  };
  return {
    timezone: () => known().source.timezone,
    duty: (at) => known().duty(at),
    turns: (from, to) => known().turns(from, to),
    calendar: () => known().source.state(),
    stored: (operation) =>
      known()
        .swaps()
        .some((swap) => swap.operation === operation),
    async person(name) {
      const { source } = known();
      const id = await people().idOf(name);
      const person = id === null ? null : await people().person(id, 'cached');
      if (person !== null && person.active && person.kind === 'person' && person.roles.length > 0) return person.username;
      throw new VigieError('oncall_person_unknown', { person: name, nearest: nearest(name, source.people) });
    },
    async swap({ person, from, to }, operation, by) {
      await known().add({ person, from, to, by: by.username, operation }, by.id);
    },
  };
}
