import type { Json } from '#kernel/json.ts';
import type { SpikeWindows } from '../rule.ts';
import { isList } from './fields.ts';
import { keptKeys, noted, type KeptKeys } from './kept-keys.ts';
import { awaitedMs, mapIn, toldUntil } from './remembered.ts';
import type { Scene } from './scene.ts';
import { isFilled, isNewDataAllowed, KeyWindows, type Comparing, type Element, type Restart, type Spike } from './spike-windows.ts';

export interface KeySpike extends Spike {
  readonly keyText: string;
}

/** The windows of all keys of a rule, over its events and ticks in order of time. */
export class SpikeKeys {
  readonly spikes: KeySpike[] = [];
  readonly #windows = new Map<string, KeyWindows>();
  readonly #restarts: Map<string, Restart>;
  /** When a key matched that earlier looks told of. */
  readonly #matched: ReadonlyMap<string, number>;
  /** When forgotten keys began: they aren't new when they come back. */
  readonly #began = new Map<string, number>();
  readonly #scene: Scene;
  readonly #kind: SpikeWindows;
  readonly #comparing: Comparing;
  #isFilledOnce: boolean;

  constructor(scene: Scene, kind: SpikeWindows, comparing: Comparing, isFilledOnce: boolean) {
    this.#scene = scene;
    this.#kind = kind;
    this.#comparing = comparing;
    this.#isFilledOnce = isFilledOnce;
    this.#restarts = mapIn(scene.memory, 'restarts', readRestart);
    this.#matched = new Map([...this.#restarts].map(([key, { after }]) => [key, after + kind.timeframeMs]));
  }

  /** Whether any key had its reference filled, ever. */
  get isFilledOnce(): boolean {
    return this.#isFilledOnce;
  }

  /** Lets a key's windows begin before its next event does. */
  begin(keyText: string, began: number): KeyWindows {
    const windows = new KeyWindows(this.#kind, this.#comparing, this.#began.get(keyText) ?? began, this.#restarts.get(keyText) ?? null);
    this.#windows.set(keyText, windows);
    return windows;
  }

  /** @param began the key's first event since the rule's first look; it is only read when the key is new here */
  event(keyText: string, element: Element, began: number): void {
    const windows = this.#windows.get(keyText) ?? this.begin(keyText, began);
    this.#handle(keyText, windows, element);
  }

  /** Each tick adds a zero to every key; one with nothing in its windows is forgotten instead, unless it is the rule as a whole. */
  tick(at: number): void {
    for (const [keyText, windows] of this.#windows) {
      if (this.#scene.rule.queryKey.length > 0 && windows.isEmpty) {
        this.#windows.delete(keyText);
        if (windows.restart !== null) this.#restarts.set(keyText, { ...windows.restart, first: windows.first });
        else if (windows.first !== null) this.#began.set(keyText, windows.first);
      } else this.#handle(keyText, windows, { at, value: 0, isTick: true, entry: null });
    }
  }

  /** What the next look must know. A restart is over once both windows have been filled anew. */
  memory(): KeptKeys {
    for (const [keyText, { restart, first }] of this.#windows) if (restart !== null) noted(this.#restarts, keyText, { ...restart, first });
    const over = this.#scene.span.to - awaitedMs(this.#scene.rule) - 4 * this.#kind.timeframeMs - 4 * this.#scene.rule.runEveryMs;
    const kept = [...this.#restarts].filter(([, { first }]) => first === null || first > over);
    return keptKeys(new Map(kept.map(([keyText, { first, after, skipUntil }]) => [keyText, [first, after, skipUntil]])));
  }

  #handle(keyText: string, windows: KeyWindows, element: Element): void {
    windows.add(element);
    if (element.at <= this.#toldUntil(keyText)) return;
    const spike = windows.match(element.at, this.#isAllowed(windows, element.at));
    if (spike !== null) this.spikes.push({ ...spike, keyText });
  }

  /** Up to the span, which reaches back where documents came late; and what an earlier look told of the key isn't told again. */
  #toldUntil(keyText: string): number {
    return Math.max(toldUntil(this.#scene), this.#scene.span.from, this.#matched.get(keyText) ?? 0);
  }

  #isAllowed(windows: KeyWindows, at: number): boolean {
    if (isFilled(this.#kind, windows, at)) {
      this.#isFilledOnce = true;
      return true;
    }
    return isNewDataAllowed(this.#kind, windows, at, this.#isFilledOnce);
  }
}

function readRestart(value: Json): Restart | null {
  const [first, after, skipUntil] = isList(value) ? value : [];
  if (typeof after !== 'number' || typeof skipUntil !== 'number') return null;
  return { first: typeof first === 'number' ? first : null, after, skipUntil };
}
