import type { Json } from '#kernel/json.ts';
import { isList } from './fields.ts';
import { numberIn } from './remembered.ts';
import type { Element, Restart, StoredWindows } from './spike-windows.ts';

/**
 * The windows of one key as a text, `first after skipUntil|at:value at:value|at:value`: of a hundred thousand keys, lists of numbers would be fifty
 * megabytes. Times count from the rule's beginning, in base 36.
 */
export function textOfWindows({ first, restart, current, reference }: StoredWindows, origin: number): string {
  const moment = (at: number | null): string => (at === null ? '' : (at - origin).toString(RADIX));
  const points = (window: readonly Element[]): string => window.map(({ at, value }) => `${moment(at)}:${value}`).join(' ');
  const head = [first, ...(restart === null ? [] : [restart.after, restart.skipUntil])].map(moment).join(' ');
  return `${head}|${points(current)}|${points(reference)}`;
}

const RADIX = 36;

export function windowsInText(text: string, origin: number): StoredWindows {
  const [head = '', current = '', reference = ''] = text.split('|');
  const moment = (written: string | undefined): number | null => {
    const at = parseInt(written ?? '', RADIX);
    return Number.isNaN(at) ? null : at + origin;
  };
  const points = (window: string): readonly Element[] =>
    window.split(' ').flatMap((point) => {
      const [written, value = ''] = point.split(':');
      const at = moment(written);
      return at === null ? [] : [elementOf(at, Number(value))];
    });
  const [first = null, after = null, skipUntil = null] = head.split(' ').map(moment);
  return { first, restart: restartOf(first, after, skipUntil), current: points(current), reference: points(reference) };
}

/** As an older vigie stored them: an object. */
export function windowsOfBefore(value: Json, origin: number): string | null {
  if (value === null || typeof value !== 'object' || isList(value)) return null;
  const [first = null, after = null, skipUntil = null] = ['first', 'after', 'skipUntil'].map((name) => numberIn(value, name));
  const [current = [], reference = []] = ['current', 'reference'].map((name) => readElements(value[name]));
  return textOfWindows({ first, restart: restartOf(first, after, skipUntil), current, reference }, origin);
}

function restartOf(first: number | null, after: number | null, skipUntil: number | null): Restart | null {
  return after === null || skipUntil === null ? null : { first, after, skipUntil };
}

function readElements(value: Json | undefined): readonly Element[] {
  if (!isList(value)) return [];
  return value.flatMap((item): readonly Element[] => {
    const [at, measured] = isList(item) ? item : [];
    return typeof at === 'number' && typeof measured === 'number' ? [elementOf(at, measured)] : [];
  });
}

function elementOf(at: number, value: number): Element {
  return { at, value, isTick: false, entry: null };
}
