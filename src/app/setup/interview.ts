/** Asks the person at the terminal. What is secret is never shown. */
export interface Asker {
  text(question: string, fallback?: string): Promise<string>;
  secret(question: string): Promise<string>;
  choose(question: string, choices: readonly string[]): Promise<string>;
  confirm(question: string, fallback: boolean): Promise<boolean>;
}

/** An answer that leaves something out. */
export const NONE = /^(?:|none|no)$/u;

/** How `setup` speaks with whoever runs it. */
export interface Interview {
  /** Null: nobody is asked; what no option says has its default. */
  readonly asker: Asker | null;
  readonly say: (line: string) => void;
}

/** An answer that won't do, with what to do instead: asked again where somebody can be. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** `setup` can't go on; what it did stays, and it may be run again. */
export class Stop extends Error {
  override readonly name = 'Stop';
}

export interface Question<T> {
  readonly ask: string;
  /** What the answer is for: said once, before the question. */
  readonly explain?: string;
  /** The option that answers it. */
  readonly option: string;
  /** What that option says. */
  readonly given: string | undefined;
  readonly fallback?: string;
  readonly secret?: true;
  readonly choices?: readonly string[];
  /** @throws Unfit */
  readonly judge: (answer: string) => T | Promise<T>;
}

/** An answer that will do: an option's, else the person's, else the fallback. @throws Stop where nobody can be asked for a better one */
export async function answered<T>({ asker, say }: Interview, question: Question<T>): Promise<T> {
  let { given } = question;
  let explained = false;
  for (;;) {
    if (given === undefined && !explained && asker !== null && question.explain !== undefined) {
      say(question.explain);
      explained = true;
    }
    const answer = given ?? (asker === null ? fallbackOf(question) : await askedFor(asker, question));
    try {
      return await question.judge(answer.trim());
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      if (asker === null) throw new Stop(`${question.option}: ${error.message}`);
      say(`✗ ${error.message}`);
      given = undefined;
    }
  }
}

function fallbackOf({ ask, option, fallback }: Question<unknown>): string {
  if (fallback === undefined) throw new Stop(`${ask} Say it with ${option}`);
  return fallback;
}

async function askedFor(asker: Asker, { ask, fallback, secret, choices }: Question<unknown>): Promise<string> {
  if (secret === true) return await asker.secret(ask);
  return choices === undefined ? await asker.text(ask, fallback) : await asker.choose(ask, choices);
}
