import { inspect } from 'node:util';
import { BLOT_UNKNOWN, createBlot } from '#kernel/blot.ts';
import { visible } from '#kernel/visible.ts';
import type { LoadedConfig } from '#config/load.ts';
import { wrapped } from '#messages/wrapped.ts';
import type { Tell } from '#ports/gateway.ts';

/** Prints to the standard output, or to the standard error when the code says that something is wrong. @returns the code */
export type Print = (text: string, code: number) => number;

/** The terminal, or whatever stands in its place: nothing is printed but through here. */
export interface Terminal {
  readonly print: Print;
  /** Words for whoever sits there, wrapped at the terminal's width; what goes elsewhere, and blocks of code, keep their lines. */
  readonly say: Tell;
  /** Reads a configuration; from then on its secrets are printed no more. @throws ConfigError */
  readonly load: (path: string) => Promise<LoadedConfig>;
  /** What was read last; null: nothing yet. */
  readonly known: () => LoadedConfig | null;
  /** What nobody caught, as Node would print it. */
  crash(error: unknown): void;
}

/** @param out where to write, the standard streams by default @param columns how wide that is; null: it is no terminal */
export function openTerminal(
  out: (text: string, code: number) => void = (text, code) => (code === 0 ? process.stdout : process.stderr).write(text),
  columns: () => number | null = () => (process.stdout.isTTY ? process.stdout.columns : null),
): Terminal {
  let blot = BLOT_UNKNOWN;
  let known: LoadedConfig | null = null;
  const secrets: string[] = [];
  // Secrets go first: one that a line break parts is none that is known.
  const write = (text: string, code: number, width: number | null): number => {
    const shown = wrapped(visible(blot(text)), width);
    out(shown.endsWith('\n') ? shown : `${shown}\n`, code);
    return code;
  };
  const print: Print = (text, code) => write(text, code, null);
  return {
    print,
    say: (words, isCode = false) => void write(words, 0, isCode ? null : columns()),
    async load(path) {
      // Whoever speaks to a vigie that runs needs no configuration, nor its schema.
      const { loadConfig } = await import('#config/load.ts');
      known = loadConfig(path);
      secrets.push(...known.secrets);
      blot = createBlot(secrets);
      return known;
    },
    known: () => known,
    crash(error) {
      print(inspect(error, { depth: 3 }), 1);
    },
  };
}
