import { inspect } from 'node:util';
import { BLOT_UNKNOWN, createBlot } from '#kernel/blot.ts';
import { visible } from '#kernel/visible.ts';
import type { LoadedConfig } from '#config/load.ts';

/** Prints to the standard output, or to the standard error when the code says that something is wrong. @returns the code */
export type Print = (text: string, code: number) => number;

/** The terminal, or whatever stands in its place: nothing is printed but through here. */
export interface Terminal {
  readonly print: Print;
  /** Reads a configuration; from then on its secrets are printed no more. @throws ConfigError */
  readonly load: (path: string) => Promise<LoadedConfig>;
  /** What was read last; null: nothing yet. */
  readonly known: () => LoadedConfig | null;
  /** What nobody caught, as Node would print it. */
  crash(error: unknown): void;
}

/** @param out where to write, the standard streams by default */
export function openTerminal(
  out: (text: string, code: number) => void = (text, code) => (code === 0 ? process.stdout : process.stderr).write(text),
): Terminal {
  let blot = BLOT_UNKNOWN;
  let known: LoadedConfig | null = null;
  const secrets: string[] = [];
  const print: Print = (text, code) => {
    const shown = visible(blot(text));
    out(shown.endsWith('\n') ? shown : `${shown}\n`, code);
    return code;
  };
  return {
    print,
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
