import type { AlertKey } from '../key.ts';
import { keyIn } from '../key.ts';
import type { Entry } from './documents.ts';
import type { Draft } from './drafts.ts';
import { textOf } from './fields.ts';
import type { SizedTick } from './values-at-ticks.ts';

interface Limits {
  readonly field: string;
  readonly timeframeMs: number;
  readonly min: number | null;
  readonly max: number | null;
}

interface Match {
  readonly at: number;
  readonly size: number;
  readonly limit: number | null;
  readonly entry: Entry | null;
}

/**
 * ElastAlert's cardinality, document by document. Its window is closed: a value exactly `timeframeMs` old counts. Old values go only when a
 * match seems near, and at the ticks; then all keys are tidied up, and each held against the minimum. The minimum waits for more than
 * `timeframeMs` after a key's first document, and after each match for the next document and as long again.
 */
export class DistinctValues {
  readonly drafts: Draft[] = [];
  /** By key, the moment from which the minimum's waiting counts; absent after a match. */
  readonly first: Map<string, number>;
  readonly #limits: Limits;
  readonly #last = new Map<string, Map<string, number>>();
  readonly #told: ReadonlyMap<string, number>;
  #tellsAfter = 0;

  /** @param told by key, the last match that was told in an earlier look */
  constructor(limits: Limits, first: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>) {
    this.#limits = limits;
    this.#told = told;
    this.first = new Map(first);
    for (const key of first.keys()) this.#last.set(key, new Map());
  }

  /**
   * @param entries in order of time, from a window's length before `since`
   * @param since matches before it were told, or can't be judged any more
   * @param watchedFrom ticks count after it, and first documents; those before are in `first` already, but for late ones
   */
  run(entries: readonly Entry[], ticks: readonly number[], since: number, watchedFrom: number): void {
    this.#tellsAfter = since;
    let next = 0;
    for (const entry of entries) {
      for (; (ticks[next] ?? Number.POSITIVE_INFINITY) < entry.at; next += 1) this.#tidy(ticks[next] ?? 0);
      this.#read(entry, entry.at > watchedFrom);
    }
    for (; next < ticks.length; next += 1) this.#tidy(ticks[next] ?? 0);
  }

  /** A tick of which only is known how many values each key has there: of documents that are too many to be read. */
  counted({ at, keys }: SizedTick): void {
    const { min, max, timeframeMs } = this.#limits;
    for (const [text, { key, size, first }] of keys) {
      if (first !== null && !this.first.has(text)) this.first.set(text, first);
      if (max !== null && size > max && (first !== null || min !== null)) this.#tell(key, text, { at, size, limit: max, entry: null });
    }
    if (min === null) return;
    for (const [text, first] of [...this.first]) {
      const size = keys.get(text)?.size ?? 0;
      if (size < min && at - first > timeframeMs) this.#tell(keyIn(text), text, { at, size, limit: min, entry: null });
    }
  }

  #read(entry: Entry, isNew: boolean): void {
    const { keyText, at } = entry;
    const last = this.#last.get(keyText) ?? new Map<string, number>();
    this.#last.set(keyText, last);
    if (!this.first.has(keyText) && (isNew || this.#isLate(keyText, at))) this.first.set(keyText, at);
    const values = entry.values[this.#limits.field] ?? [];
    for (const value of values) last.set(textOf(value), at);
    if (values.length > 0 && at > this.#tellsAfter) this.#check(entry, isNew);
  }

  /** A key that nobody watches has had no document since its last match: one that stands there now wasn't there in its time. */
  #isLate(text: string, at: number): boolean {
    return at > this.#tellsAfter && at > (this.#told.get(text) ?? Number.NEGATIVE_INFINITY);
  }

  #check(entry: Entry, isNew: boolean): void {
    const { key, keyText: text, at } = entry;
    if (!this.#isOver(text) && !(isNew && this.#isUnder(text, at))) return;
    this.#tidy(at, isNew);
    if (this.#isOver(text) || (isNew && this.#isUnder(text, at))) this.#match(key, text, at, entry);
  }

  #tidy(at: number, holdsMinimum = true): void {
    for (const [text, last] of this.#last) {
      for (const [value, seen] of last) if (at - seen > this.#limits.timeframeMs) last.delete(value);
      if (!holdsMinimum || this.#limits.min === null) continue;
      if (this.#isOver(text) || this.#isUnder(text, at)) this.#match(keyIn(text), text, at, null);
    }
  }

  #isOver(text: string): boolean {
    return this.#limits.max !== null && this.#size(text) > this.#limits.max;
  }

  #isUnder(text: string, at: number): boolean {
    const { min, timeframeMs } = this.#limits;
    return min !== null && this.#size(text) < min && at - (this.first.get(text) ?? at) > timeframeMs;
  }

  #size(text: string): number {
    return this.#last.get(text)?.size ?? 0;
  }

  #match(key: AlertKey, text: string, at: number, entry: Entry | null): void {
    const limit = this.#isOver(text) ? this.#limits.max : this.#limits.min;
    this.#tell(key, text, { at, size: this.#size(text), limit, entry });
  }

  #tell(key: AlertKey, text: string, { at, size, limit, entry }: Match): void {
    this.first.delete(text);
    this.drafts.push({ key, at, value: size, limit, matches: size, entry });
  }
}
