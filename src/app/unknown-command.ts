import type { Command } from 'commander';

/** A word stands where a subcommand is meant, and is none. */
export class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';
  readonly word: string;
  /** What it was to be a subcommand of. */
  readonly within: Command;

  constructor(word: string, within: Command) {
    super(`there is no command "${word}"`);
    this.word = word;
    this.within = within;
  }
}
