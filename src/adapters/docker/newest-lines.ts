import type { LogLine } from '#ports/swarm.ts';

export interface Most {
  readonly lines: number;
  readonly characters: number;
}

/** Keeps the newest lines of many tasks, whose logs come one after the other or mixed, and never many more of them. */
export class NewestLines {
  readonly #most: Most;
  #lines: LogLine[] = [];
  #characters = 0;
  #dropped = false;

  constructor(most: Most) {
    this.#most = most;
  }

  /** Whether any line was left out for newer ones. */
  get dropped(): boolean {
    return this.#dropped;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    // Sorted now and then, not at each line.
    if (this.#lines.length > this.#most.lines * 2 + 64 || this.#characters > this.#most.characters * 2) this.#trim();
  }

  /** Oldest first. */
  take(): readonly LogLine[] {
    this.#trim();
    return this.#lines;
  }

  #trim(): void {
    const sorted = this.#lines.toSorted((a, b) => a.at - b.at);
    let from = Math.max(0, sorted.length - this.#most.lines);
    let characters = sorted.slice(from).reduce((sum, { text }) => sum + text.length, 0);
    for (; characters > this.#most.characters; from += 1) characters -= sorted[from]?.text.length ?? 0;
    this.#dropped ||= from > 0;
    this.#lines = sorted.slice(from);
    this.#characters = characters;
  }
}
