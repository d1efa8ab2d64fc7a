import { BOUNDS } from '#kernel/bounds.ts';

/** A line as a source gives it. */
export interface Said {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  /** How much more of it there is; 0: nothing. */
  readonly cut: number;
}

/** Lines of one program that come later than this say something else. */
const TOGETHER_MS = 2_000;
/** What is kept of an entry; of what is longer it is said how much is missing. */
const CHARACTERS = BOUNDS.logEntry.most;
/** Sources whose last entry may still grow: beyond them the one that was quiet longest is taken for finished. */
const OPEN = 64;

const INDENTED = /^[ \t]+\S|^[ \t]*[)}\]]+[;,]?$/u;
const FRAMES =
  /^(?:Caused by: |Suppressed: |\.{3} \d+ (?:more|common frames)|stack backtrace:|note: (?:run|Some) |Stack trace:|\[stacktrace\]|goroutine \d+ \[|\[signal |created by |exit status \d|--- End of )/u;
const PHP_FRAME = /^#\d+ /u;
const GO_FUNCTION = /^[\w.\-/*()]+\(.*\)$/u;
const PYTHON_AGAIN =
  /^(?:During handling of the above exception|The above exception was the direct cause|Traceback \(most recent call last\):)/u;
const ERROR_HEAD = /^(?:Uncaught )?(?:[\w$]+[.:])*[A-Z]\w*(?:Error|Exception)\b/u;

interface Open<L> {
  readonly first: L;
  readonly nth: number;
  readonly parts: string[];
  characters: number;
  cut: number;
  lastAt: number;
  /** What the entry has shown itself to be: whose next lines aren't indented. */
  kind: 'lines' | 'python' | 'python-ended' | 'go' | 'node';
}

/** Puts the lines together that are one entry, such as a stack trace: each source's for itself, as they come. */
export class Joiner<L extends Said> {
  readonly #open = new Map<string, Open<L>>();
  readonly #give: (entry: L, nth: number) => void;
  #count = 0;

  /** @param give called with each entry once it is whole, and with the place among all lines that its first one had */
  constructor(give: (entry: L, nth: number) => void) {
    this.#give = give;
  }

  /** @param source whose lines belong together: a task's stream, a unit's process */
  add(source: string, line: L): void {
    const open = this.#open.get(source);
    if (open !== undefined && line.at - open.lastAt <= TOGETHER_MS && continues(open, line.text)) return grow(open, line);
    this.#count += 1;
    if (open !== undefined) this.#close(source, open);
    const oldest = this.#open.size >= OPEN ? this.#open.entries().next().value : undefined;
    if (oldest !== undefined) this.#close(...oldest);
    this.#open.set(source, {
      first: line,
      nth: this.#count,
      parts: [line.text],
      characters: line.text.length,
      cut: line.cut,
      lastAt: line.at,
      kind: kindOf(line.text),
    });
  }

  /** Nothing more comes. */
  end(): void {
    for (const [source, open] of this.#open) this.#close(source, open);
  }

  #close(source: string, { first, nth, parts, cut }: Open<L>): void {
    this.#open.delete(source);
    // Empty lines behind a trace are no part of it.
    while (parts.length > 1 && parts.at(-1)?.trim() === '') parts.pop();
    this.#give(parts.length === 1 && cut === first.cut ? first : { ...first, text: parts.join('\n'), cut }, nth);
  }
}

function kindOf(text: string): Open<never>['kind'] {
  if (text.includes('Traceback (most recent call last):')) return 'python';
  if (/(?:^|\s)(?:panic|fatal error): /u.test(text)) return 'go';
  return 'lines';
}

function continues({ parts, kind }: Open<unknown>, text: string): boolean {
  if (INDENTED.test(text) || FRAMES.test(text)) return true;
  if (PHP_FRAME.test(text))
    return parts.some((part) => part.includes('Stack trace:') || part.includes('[stacktrace]') || PHP_FRAME.test(part));
  if (text.trim() === '') return parts.length > 1 || kind !== 'lines';
  switch (kind) {
    case 'python':
      return parts.length > 1;
    case 'python-ended':
      return parts.at(-1)?.trim() === '' && PYTHON_AGAIN.test(text);
    case 'go':
      return GO_FUNCTION.test(text);
    case 'node':
      return parts.at(-1)?.trim() === '' && ERROR_HEAD.test(text);
    case 'lines':
      return false;
    default:
      return kind satisfies never;
  }
}

function grow<L extends Said>(open: Open<L>, { at, text, cut }: L): void {
  open.lastAt = at;
  open.kind = kindAfter(open, text);
  const room = CHARACTERS - open.characters;
  if (room <= 0) {
    open.cut += text.length + 1 + cut;
    return;
  }
  open.parts.push(text.slice(0, room));
  open.characters += Math.min(room, text.length) + 1;
  open.cut += cut + Math.max(0, text.length - room);
}

function kindAfter({ kind, parts }: Open<unknown>, text: string): Open<never>['kind'] {
  if (/^\s*\^+\s*$/u.test(text) && kind === 'lines') return 'node';
  if (PYTHON_AGAIN.test(text)) return text.startsWith('Traceback') ? 'python' : 'python-ended';
  if (kind === 'python' && parts.length > 1 && text.trim() !== '' && !INDENTED.test(text)) return 'python-ended';
  return kind;
}
