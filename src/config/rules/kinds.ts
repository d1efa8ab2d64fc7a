import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import { nearest } from '#kernel/nearest.ts';

/** ElastAlert's units of time, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};
/** Wrong units are told below: a key that is unknown would be, and what it makes of the whole isn't. */
const UNIT_MAP = z.record(z.string(), z.number()).meta({ propertyNames: { enum: Object.keys(UNITS) } });
const PERIOD_FORM = 'must be a duration such as "minutes: 5" or 5m';

/** A duration as ElastAlert writes it (`minutes: 5`, also several units) or as vigie does (`5m`). Becomes milliseconds, above zero. */
export const period = periodOf(false);
/** The same; nothing at all is a duration too: `minutes: 0`, `0s`. */
export const periodOrNone = periodOf(true);

function periodOf(zero: boolean) {
  return z.union([z.string(), UNIT_MAP], { error: PERIOD_FORM }).transform((written, context) => {
    const wrong = unitProblem(written);
    const ms = typeof written === 'string' ? textMs(written) : unitsMs(written);
    if (wrong === null && ms !== null && (ms > 0 || (zero && ms === 0))) return ms;
    context.addIssue({ code: 'custom', message: wrong ?? (ms === null ? PERIOD_FORM : 'must be longer than nothing') });
    return z.NEVER;
  });
}

function textMs(text: string): number | null {
  return /^0[a-z]+$/u.test(text) ? 0 : parseDuration(text);
}

function unitsMs(units: Readonly<Record<string, number>>): number | null {
  const given = Object.entries(units);
  if (given.length === 0) return null;
  return given.reduce((total, [unit, amount]) => total + amount * (UNITS[unit] ?? 0), 0);
}

function unitProblem(written: string | Readonly<Record<string, number>>): string | null {
  const wrong = typeof written === 'string' ? undefined : Object.keys(written).find((unit) => UNITS[unit] === undefined);
  if (wrong === undefined) return null;
  const meant = nearest(wrong, Object.keys(UNITS));
  return `"${wrong}" is no unit of time${meant === null ? '' : `, did you mean "${meant}"?`}`;
}

/** What ElastAlert takes as text without asking whether YAML read it as a number. */
export const words = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text' }).transform(String);
/** The name of a field of the documents. */
export const field = z.string().min(1, 'must be the name of a field');
/** One name or a list of them, always read as a list. */
export const fields = z
  .union([field, z.array(field)], { error: 'must be the name of a field, or a list of names' })
  .transform((names) => (typeof names === 'string' ? [names] : names));
/** Values of fields, compared as text. */
export const values = z.array(words);
export const flag = z.boolean();
/** A text in one language for all, or one for each. */
export const speech = z
  .union([z.string().min(1), z.strictObject({ en: z.string().min(1).optional(), fr: z.string().min(1).optional() })], {
    error: 'must be a text, or one text for each language: { en: …, fr: … }',
  })
  .transform((spoken) => (typeof spoken === 'string' ? { en: spoken, fr: spoken } : inBoth(spoken)));

/** What is written in one language only is better than nothing in the other. */
function inBoth({ en, fr }: { readonly en?: string | undefined; readonly fr?: string | undefined }): Readonly<Record<string, string>> {
  const either = en ?? fr;
  return either === undefined ? {} : { en: en ?? either, fr: fr ?? either };
}
