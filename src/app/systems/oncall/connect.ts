import type { Clock } from '#kernel/clock.ts';
import { weekdayOf } from '#domain/alert/days.ts';
import type { Rota } from '#domain/alert/oncall.ts';
import type { Cursors } from '#ports/store.ts';
import type { RotaSource } from '#pipeline/people/rota.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

export interface ConfiguredRota extends RotaSource {
  close(): Promise<void>;
}

type OncallConfig = NonNullable<Config['oncall']>;
type IcsConfig = NonNullable<OncallConfig['ics']>;

/**
 * The rota of the configuration, its calendar read once; null where it has none.
 * @param facts where the last good copy of a calendar is kept
 */
export async function openConfiguredRota(
  { oncall, timezone }: Pick<Config, 'oncall' | 'timezone'>,
  clock: Clock,
  facts: Pick<Cursors, 'fact' | 'remember'>,
): Promise<ConfiguredRota | null> {
  if (oncall === undefined) return null;
  if (oncall.ics !== undefined) return await openCalendar({ people: oncall.people, ics: oncall.ics, timezone }, clock, facts);
  const rota = weekly(oncall, timezone);
  return { timezone, people: oncall.people, rota: () => rota, state: () => null, close: async () => undefined };
}

function weekly({ people, handover, starts = '' }: OncallConfig, timezone: string): Rota {
  const [day = '', time = ''] = handover.split(' ');
  const [hours = '', minutes = ''] = time.split(':');
  const minute = Number(hours) * 60 + Number(minutes);
  return { kind: 'weekly', timezone, people, handover: { weekday: weekdayOf(day) ?? 1, minute }, starts };
}

const DAY_MS = 86_400_000;
/** What is looked at around a moment: more than anybody asks for. */
const [BACK_MS, AHEAD_MS] = [60 * DAY_MS, 400 * DAY_MS];

interface CalendarConfig {
  readonly people: OncallConfig['people'];
  readonly ics: IcsConfig;
  readonly timezone: string;
}

async function openCalendar(
  { people, ics: { url, file = '', names, timeout }, timezone }: CalendarConfig,
  clock: Clock,
  facts: Pick<Cursors, 'fact' | 'remember'>,
): Promise<ConfiguredRota> {
  const { openIcsCalendar } = await import('#adapters/calendar/ics-calendar.ts');
  const source = url === undefined ? { file } : { url };
  const calendar = await openIcsCalendar({ source, people, names, timezone, clock, timeoutMs: durationMs(timeout), facts });
  return {
    timezone,
    people: [...new Set([...people, ...Object.values(names)])],
    // The same span all day long: the calendar expands it once.
    rota: (at) => ({ kind: 'shifts', shifts: calendar.shifts(at - (at % DAY_MS) - BACK_MS, at - (at % DAY_MS) + AHEAD_MS) }),
    state: () => calendar.state(),
    close: () => calendar.close(),
  };
}
