import type { Language } from './templates.ts';

/** Between a number and its unit: a line never breaks there. */
const NBSP = '\u00a0';
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** From here on seconds, and from there on hours, are nothing that a person wants to know. */
const WITHOUT_SECONDS_MS = 10 * MINUTE_MS;
const WITHOUT_HOURS_MS = 10 * DAY_MS;

interface Words {
  readonly instant: string;
  readonly day: readonly [one: string, many: string];
  /** Minutes behind hours: French says `1 h 30`, without a unit. */
  readonly minutes: (minutes: number) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: { instant: 'less than a second', day: ['day', 'days'], minutes: (minutes) => `${minutes}${NBSP}min` },
  fr: { instant: 'moins d’une seconde', day: ['jour', 'jours'], minutes: (minutes) => String(minutes).padStart(2, '0') },
};

/**
 * A duration as people say it: `3 min 19 s`, `1 h 30` (in English `1 h 30 min`), `23 days`. Two units at most, rounded down.
 * Commands aren't written by it: what is typed again is `1h30m`.
 */
export function durationWords(ms: number, language: Language): string {
  const words = WORDS[language];
  if (!Number.isFinite(ms) || ms <= 0) return `0${NBSP}s`;
  if (ms < SECOND_MS) return words.instant;
  if (ms >= DAY_MS) return daysOf(ms, language);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  if (ms >= HOUR_MS) return joined(`${Math.floor(ms / HOUR_MS)}${NBSP}h`, minutes === 0 ? '' : words.minutes(minutes));
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
  const rest = seconds === 0 || ms >= WITHOUT_SECONDS_MS ? '' : `${seconds}${NBSP}s`;
  return joined(minutes === 0 ? '' : `${minutes}${NBSP}min`, rest);
}

/** From so many of a unit on, nobody asks for the next smaller one. */
const ROUGH = 3;

/** How long ago something was, roughly: `1 h 30`, but `9 h`; `2 days 4 h`, but `3 days`. */
export function ageWords(ms: number, language: Language): string {
  const unit = [DAY_MS, HOUR_MS, MINUTE_MS].find((each) => ms >= each);
  return durationWords(unit !== undefined && ms >= ROUGH * unit ? ms - (ms % unit) : ms, language);
}

function daysOf(ms: number, language: Language): string {
  const { day } = WORDS[language];
  const days = Math.floor(ms / DAY_MS);
  const hours = ms >= WITHOUT_HOURS_MS ? 0 : Math.floor((ms % DAY_MS) / HOUR_MS);
  return joined(`${days.toLocaleString(language)}${NBSP}${days === 1 ? day[0] : day[1]}`, hours === 0 ? '' : `${hours}${NBSP}h`);
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(NBSP);
}
