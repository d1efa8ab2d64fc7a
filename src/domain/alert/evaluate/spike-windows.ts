import type { SpikeWindows } from '../rule.ts';
import type { Entry } from './documents.ts';

/** What a window holds: a document or an aggregated value, or the zero that each tick adds so that windows go on in the absence of either. */
export interface Element {
  readonly at: number;
  readonly value: number;
  /** Values of the field that it is the sum of; one where it isn't said. */
  readonly of?: number;
  readonly isTick: boolean;
  readonly entry: Entry | null;
}

/** How two windows are compared: by what came, or by the mean of a field; for aggregations by their kind. */
export type Comparing = 'sum' | 'mean' | 'min' | 'max' | 'field';

/** What must be known of a key that matched, beyond its documents. */
export interface Restart {
  /** The first event since; null: none yet. */
  readonly first: number | null;
  /** Events up to here don't count in the reference any more. */
  readonly after: number;
  /** With `alert_on_new_data`: no match before. */
  readonly skipUntil: number;
}

export interface Spike {
  /** Of the oldest event in the current window, as ElastAlert has it. */
  readonly at: number;
  readonly element: Element;
  readonly current: number;
  readonly reference: number;
}

/** Windows as the next look goes on with them. */
export interface StoredWindows {
  readonly first: number | null;
  readonly restart: Restart | null;
  readonly current: readonly Element[];
  readonly reference: readonly Element[];
}

/** ElastAlert's two windows of one key. The reference is sized by its own newest event, not by the clock. */
export class KeyWindows {
  first: number | null;
  restart: Restart | null;
  readonly #kind: SpikeWindows;
  readonly #comparing: Comparing;
  #current: Element[] = [];
  #reference: Element[] = [];

  constructor(kind: SpikeWindows, comparing: Comparing, first: number | null, restart: Restart | null) {
    this.#kind = kind;
    this.#comparing = comparing;
    this.first = restart === null ? first : restart.first;
    this.restart = restart;
  }

  /** What goes on in the next look. */
  get stored(): StoredWindows {
    return { first: this.first, restart: this.restart, current: this.#current, reference: this.#reference };
  }

  /** Goes on with windows as they were. */
  hold(current: readonly Element[], reference: readonly Element[]): void {
    this.#current = [...current];
    this.#reference = [...reference];
  }

  /** Neither window counts anything: ElastAlert forgets such a key, though not when it began. */
  get isEmpty(): boolean {
    return sum(this.#current) === 0 && sum(this.#reference) === 0;
  }

  /** Lets an event in; what is too old for the current window moves to the reference. */
  add(element: Element): void {
    const { timeframeMs } = this.#kind;
    this.#current.push(element);
    if (element.at - (this.#current[0]?.at ?? element.at) < timeframeMs) return;
    const leaving = this.#current.filter(({ at }) => element.at - at >= timeframeMs);
    this.#current = this.#current.filter(({ at }) => element.at - at < timeframeMs);
    const reference = [...this.#reference, ...leaving.filter(({ at }) => at > (this.restart?.after ?? Number.NEGATIVE_INFINITY))];
    const newest = reference.at(-1)?.at ?? 0;
    this.#reference = reference.filter(({ at }) => newest - at < timeframeMs);
  }

  /** Whether the windows, as they are at an event, are a spike; then the key starts again. */
  match(at: number, allowed: boolean): Spike | null {
    if (this.first === null) this.first = at;
    if (!allowed) return null;
    const [reference, current] = [this.#measure(this.#reference), this.#measure(this.#current)];
    if (!isSpike(this.#kind, this.#comparing, reference, current)) return null;
    const oldest = this.#current.find((element) => this.#speaks(element)) ?? this.#current.at(-1);
    if (oldest === undefined) return null;
    this.#reference = [];
    this.first = null;
    this.restart = { first: null, after: at - this.#kind.timeframeMs, skipUntil: oldest.at + 2 * this.#kind.timeframeMs };
    return { at: oldest.at, element: oldest, current: current ?? 0, reference: reference ?? 0 };
  }

  #speaks({ isTick, value }: Element): boolean {
    return this.#comparing === 'field' ? !isTick : value !== 0;
  }

  #measure(window: readonly Element[]): number | null {
    const values = window.filter(({ isTick }) => !isTick).map(({ value }) => value);
    switch (this.#comparing) {
      case 'sum':
        return sum(window);
      case 'mean':
      case 'field':
        return values.length === 0 ? null : sum(window) / valuesIn(window);
      case 'min':
        return values.length === 0 ? null : Math.min(...values);
      case 'max':
        return values.length === 0 ? null : Math.max(...values);
      default:
        return this.#comparing satisfies never;
    }
  }
}

function valuesIn(window: readonly Element[]): number {
  return window.reduce((total, { isTick, of = 1 }) => total + (isTick ? 0 : of), 0);
}

function sum(window: readonly Element[]): number {
  return window.reduce((total, { value }) => total + value, 0);
}

/** Not before the reference is filled, twice the window after the key began; with `alert_on_new_data`, once any key's has been. */
export function isFilled(kind: SpikeWindows, { first }: Pick<KeyWindows, 'first'>, at: number): boolean {
  return first !== null && at - first >= 2 * kind.timeframeMs;
}

export function isNewDataAllowed(kind: SpikeWindows, { restart }: Pick<KeyWindows, 'restart'>, at: number, isFilledOnce: boolean): boolean {
  return isFilledOnce && kind.alertOnNewData && (restart === null || at >= restart.skipUntil);
}

function isSpike(kind: SpikeWindows, comparing: Comparing, reference: number | null, current: number | null): boolean {
  if (reference === null || current === null) return false;
  if (comparing === 'field') {
    if (reference === 0 || current === 0) return false;
  } else if (current < (kind.thresholdCur ?? 0) || reference < (kind.thresholdRef ?? 0)) return false;
  const isUp = kind.spikeType !== 'down' && current >= reference * kind.spikeHeight;
  const isDown = kind.spikeType !== 'up' && current <= reference / kind.spikeHeight;
  return isUp || isDown;
}
