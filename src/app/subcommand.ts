import type { Command } from 'commander';
import type { LoadedConfig } from '#config/load.ts';
import type { Terminal } from './terminal.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a subcommand is given to run. */
export interface Call extends Pick<Terminal, 'print' | 'say' | 'load'> {
  /** Where the configuration is. */
  readonly path: string;
  /** Reads it. @throws ConfigError */
  readonly loaded: () => Promise<LoadedConfig>;
  /** Whatever stood behind the subcommand and was no option. */
  readonly words: readonly string[];
  readonly environment: Environment;
}

interface Described {
  readonly name: string;
  /** One line, for the list of all. */
  readonly summary: string;
  /** What to type, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
}

/**
 * A subcommand of vigie: how it is called, and what it runs. That is imported within `run`, so that no subcommand loads anything of another.
 */
export interface Subcommand extends Described {
  /** Its arguments and options. */
  readonly declare?: (command: Command) => unknown;
  /** `--config` means nothing to it, and is taken all the same. */
  readonly readsNoConfig?: true;
  /** @returns the exit code: 0 well, 1 something is wrong, 2 the command line itself */
  readonly run: (call: Call, command: Command) => Promise<number>;
}

/** A word that only leads to others, as `audit` to `audit verify`. */
export interface Family extends Described {
  readonly members: readonly Subcommand[];
}
