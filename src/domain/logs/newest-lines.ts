import type { Said } from './joiner.ts';

export interface Most {
  readonly lines: number;
  readonly characters: number;
}

/** Keeps the newest lines of many sources, which come one after the other or mixed, and never many more of them. */
export class NewestLines<L extends Said> {
  readonly #most: Most;
  #lines: { readonly line: L; readonly nth: number }[] = [];
  #count = 0;
  #characters = 0;
  #dropped = false;

  constructor(most: Most) {
    this.#most = most;
  }

  /** Whether any line was left out for newer ones. */
  get dropped(): boolean {
    return this.#dropped;
  }

  /** @param nth where it stands among those of the same moment; left out: behind those that came before */
  add(line: L, nth: number = this.#count): void {
    this.#count += 1;
    this.#lines.push({ line, nth });
    this.#characters += line.text.length;
    // Sorted now and then, not at each line.
    if (this.#lines.length > this.#most.lines * 2 + 64 || this.#characters > this.#most.characters * 2) this.#trim();
  }

  /** Oldest first. */
  take(): readonly L[] {
    this.#trim();
    return this.#lines.map(({ line }) => line);
  }

  #trim(): void {
    const sorted = this.#lines.toSorted((a, b) => a.line.at - b.line.at || a.nth - b.nth);
    let from = Math.max(0, sorted.length - this.#most.lines);
    let characters = sorted.slice(from).reduce((sum, { line }) => sum + line.text.length, 0);
    for (; characters > this.#most.characters; from += 1) characters -= sorted[from]?.line.text.length ?? 0;
    this.#dropped ||= from > 0;
    this.#lines = sorted.slice(from);
    this.#characters = characters;
  }
}
