import type { Language } from './templates.ts';

const NBSP = '\u00a0';

/** Where the words stand: who reads, and when and where they do. */
export interface Here {
  readonly language: Language;
  readonly timezone: string;
  readonly now: number;
}

/** What leads to a moment: a filter each. */
export const LEADS = ['on', 'at', 'since', 'until', 'of', 'after', 'from'] as const;
export type Lead = (typeof LEADS)[number];

/** What stands before the time of today, and before the date of another day: "tomorrow" would be wrong once somebody reads the post tomorrow. */
type Words = readonly [today: string, date: string];

const WORDS: Readonly<Record<Language, Readonly<Record<Lead, Words>>>> = {
  en: {
    on: ['today at ', 'on '],
    at: ['at ', 'on '],
    since: ['since ', 'since '],
    until: ['until ', 'until '],
    of: ['of ', 'of '],
    after: ['after ', 'after '],
    from: ['from ', 'from '],
  },
  fr: {
    on: ['aujourd’hui à ', 'le '],
    at: ['à ', 'le '],
    since: ['depuis ', 'depuis le '],
    until: ['jusqu’à ', 'jusqu’au '],
    of: ['de ', 'du '],
    after: ['après ', 'après le '],
    from: ['à partir de ', 'à partir du '],
  },
};
const AT: Readonly<Record<Language, string>> = { en: ' at ', fr: ' à ' };
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };

/** A moment with its preposition: `since 14:05`, `until 2 December at 09:00`; `le 28 novembre à 14 h 05`, `depuis 5 h 07`, `jusqu’au 2 décembre à 9 h`. */
export function momentWords(ms: number, lead: Lead, here: Here): string {
  const [today, date] = WORDS[here.language][lead];
  const clock = clockOf(ms, here);
  return isToday(ms, here) ? today + clock : date + dateOf(ms, here) + AT[here.language] + clock;
}

/** The preposition alone, before what is no moment: the list of errors has names of parameters there. */
export function leading(lead: Lead, language: Language): string {
  return WORDS[language][lead][0];
}

/**
 * For lists and footers: `14:05` today, `23/11, 14:05` another day, `14 h 05` and `23/11 à 14 h 05` in French; with its year where that is another one.
 * It can be typed as it is, as in `--before "23/11, 14:05"`.
 */
export function shortMoment(ms: number, here: Here): string {
  const clock = clockOf(ms, here);
  if (isToday(ms, here)) return clock;
  const day = format(ms, here, { day: '2-digit', month: '2-digit', ...yearOf(ms, here) });
  return here.language === 'fr' ? `${day} à ${clock}` : `${day}, ${clock}`;
}

/** `14:05`; `14 h 05`, `5 h`. */
export function clockOf(ms: number, here: Pick<Here, 'language' | 'timezone'>): string {
  const clock = format(ms, { ...here, language: 'en' }, { hour: '2-digit', minute: '2-digit' });
  if (here.language === 'en') return clock;
  const [hour, minute = '00'] = clock.split(':');
  return `${Number(hour)}${NBSP}h${minute === '00' ? '' : NBSP + minute}`;
}

/** `28 November`, `28 novembre 2025`, `1er décembre`. */
function dateOf(ms: number, here: Here): string {
  const date = format(ms, here, { day: 'numeric', month: 'long', ...yearOf(ms, here) });
  return here.language === 'fr' ? date.replace(/^1 /u, '1er ') : date;
}

/** Made once each: to make one takes longer than a whole line of a template. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(ms: number, { language, timezone }: Pick<Here, 'language' | 'timezone'>, options: Intl.DateTimeFormatOptions): string {
  const name = JSON.stringify([language, timezone, options]);
  const made = formats.get(name) ?? new Intl.DateTimeFormat(LOCALES[language], { timeZone: timezone, ...options });
  formats.set(name, made);
  return made.format(ms);
}

function yearOf(ms: number, here: Here): Intl.DateTimeFormatOptions {
  const [year, now] = [ms, here.now].map((each) => format(each, here, { year: 'numeric' }));
  return year === now ? {} : { year: 'numeric' };
}

function isToday(ms: number, here: Here): boolean {
  const [day, today] = [ms, here.now].map((each) => format(each, here, { dateStyle: 'short' }));
  return day === today;
}
