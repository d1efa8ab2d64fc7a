import type { Unit } from '#domain/chart.ts';
import type { Language } from './templates.ts';

/** Decimal, as disks and `df -H` count. */
const BYTES: Readonly<Record<Language, readonly string[]>> = {
  en: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'],
  fr: ['o', 'ko', 'Mo', 'Go', 'To', 'Po'],
};

/** A value as people read it: `92 %`, `1,2 Go`, `340 ms`; what isn't a number stays as it is. */
export function formatMeasure(value: unknown, unit: string, language: Language): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return String(value ?? '');
  return measured(value, toUnit(unit), language);
}

const UNITS: readonly Unit[] = ['percent', 'bytes', 'bytes_per_second', 'count', 'per_second', 'seconds', 'milliseconds', 'load', 'none'];

function toUnit(word: string): Unit {
  return UNITS.find((unit) => unit === word) ?? 'none';
}

function measured(value: number, unit: Unit, language: Language): string {
  switch (unit) {
    case 'percent':
      return spaced(number(value * 100, language, Math.abs(value) < 0.1 ? 2 : 1), '%', language);
    case 'bytes':
      return bytes(value, language);
    case 'bytes_per_second':
      return `${bytes(value, language)}/s`;
    case 'per_second':
      return `${number(value, language, Math.abs(value) < 0.1 ? 3 : 2)}/s`;
    case 'seconds':
      return spaced(number(value, language, 1), 's', language);
    case 'milliseconds':
      return spaced(number(value, language, 0), 'ms', language);
    case 'count':
      return number(value, language, 0);
    case 'load':
    case 'none':
      return number(value, language, 2);
    default:
      return unit satisfies never;
  }
}

function bytes(value: number, language: Language): string {
  const units = BYTES[language];
  const power = value === 0 ? 0 : Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value)) / 3)));
  return spaced(number(value / 1_000 ** power, language, power === 0 ? 0 : 1), units[power] ?? '', language);
}

/** Made once each: to make one takes longer than a whole line of a template. */
const formats = new Map<string, Intl.NumberFormat>();

function number(value: number, language: Language, digits: number): string {
  const name = `${language} ${digits}`;
  const format = formats.get(name) ?? new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { maximumFractionDigits: digits });
  formats.set(name, format);
  return format.format(value);
}

/** English writes `92%` but `1.2 GB`; French puts a no-break space before both. */
function spaced(text: string, unit: string, language: Language): string {
  return language === 'en' && unit === '%' ? `${text}%` : `${text}\u00a0${unit}`;
}
