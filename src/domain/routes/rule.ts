import { nearest } from '#kernel/nearest.ts';
import type { Condition, MatcherName } from './condition.ts';

/** A rule that was read, or where it stopped making sense. */
export type ReadRule = { readonly condition: Condition; readonly unread: null } | { readonly condition: null; readonly unread: Unread };

/** What of a rule can't be read. */
export interface Unread {
  /** What stands there; null: the rule ends too early. */
  readonly found: string | null;
  /** What Traefik has that comes near it, where it is the name of a matcher. */
  readonly nearest: string | null;
}

/** Of Traefik 2 and 3. What 3 took away from 2 (`HeadersRegexp`) is read too: which of them serves, labels don't say. */
const MATCHERS: Readonly<Record<string, MatcherName>> = {
  host: 'Host',
  hostheader: 'Host',
  hostsni: 'HostSNI',
  hostregexp: 'HostRegexp',
  hostsniregexp: 'HostRegexp',
  path: 'Path',
  pathprefix: 'PathPrefix',
  pathregexp: 'PathRegexp',
  method: 'Method',
  header: 'Headers',
  headers: 'Headers',
  headerregexp: 'HeadersRegexp',
  headersregexp: 'HeadersRegexp',
  query: 'Query',
  queryregexp: 'Query',
  clientip: 'ClientIP',
  alpn: 'ALPN',
};
const SPELLED = [
  'Host',
  'HostSNI',
  'HostRegexp',
  'HostSNIRegexp',
  'Path',
  'PathPrefix',
  'PathRegexp',
  'Method',
  'Headers',
  'HeadersRegexp',
  'Query',
  'ClientIP',
];

const TOKEN = /\s*(?:(&&|\|\||[!(),])|([A-Za-z][\w.-]*)|`([^`]*)`|("(?:[^"\\]|\\.)*"))/uy;

interface Token {
  readonly kind: 'sign' | 'word' | 'text';
  readonly text: string;
  /** As it stands in the rule. */
  readonly raw: string;
}

class Unreadable extends Error {
  readonly unread: Unread;

  constructor(found: string | null, near: string | null = null) {
    super(found ?? 'the end');
    this.unread = { found, nearest: near };
  }
}

/** Reads a rule of Traefik 2 or 3: ``Host(`a`, `b`) && !PathPrefix(`/x`)``. What can't be read is said, and nothing is guessed. */
export function readRule(rule: string): ReadRule {
  try {
    const reader = new Reader(tokensOf(rule));
    return { condition: reader.whole(), unread: null };
  } catch (error) {
    if (error instanceof Unreadable) return { condition: null, unread: error.unread };
    throw error;
  }
}

function tokensOf(rule: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = rule.trimEnd();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [raw, sign, word, ticked, quoted] = TOKEN.exec(text) ?? [];
    if (raw === undefined) throw new Unreadable(text.slice(at).trimStart());
    const stands = raw.trimStart();
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, raw: stands });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, raw: stands });
    else tokens.push({ kind: 'text', text: ticked ?? unquoted(quoted ?? ''), raw: stands });
  }
  return tokens;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gu, '$1');
}

/** By Go's precedence: `!` before `&&` before `||`. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#alternatives();
    if (this.#next() !== undefined) this.#refuse();
    return condition;
  }

  #alternatives(): Condition {
    return this.#chain('any', '||', () => this.#chain('all', '&&', () => this.#single()));
  }

  #chain(kind: 'all' | 'any', sign: string, part: () => Condition): Condition {
    const of = [part()];
    while (this.#takes(sign)) of.push(part());
    const [only, ...more] = of;
    return only !== undefined && more.length === 0 ? only : { kind, of };
  }

  #single(): Condition {
    if (this.#takes('!')) return { kind: 'not', of: this.#single() };
    if (!this.#takes('(')) return this.#matcher();
    const inner = this.#alternatives();
    this.#require(')');
    return inner;
  }

  #matcher(): Condition {
    const word = this.#next();
    if (word?.kind !== 'word') return this.#refuse();
    const name = Object.hasOwn(MATCHERS, word.text.toLowerCase()) ? MATCHERS[word.text.toLowerCase()] : undefined;
    if (name === undefined) throw new Unreadable(word.text, nearest(word.text, SPELLED));
    this.#at += 1;
    this.#require('(');
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    this.#require(')');
    // A name in braces is the way of version 2; in an expression of version 3 braces hold numbers.
    const isTemplate = name === 'HostRegexp' && values.some((value) => /\{[A-Za-z_]\w*[:}]/u.test(value));
    return { kind: 'matcher', name: isTemplate ? 'HostTemplate' : name, values };
  }

  #value(): string {
    const token = this.#next();
    if (token?.kind !== 'text') return this.#refuse();
    this.#at += 1;
    return token.text;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #takes(sign: string): boolean {
    const token = this.#next();
    const found = token?.kind === 'sign' && token.text === sign;
    if (found) this.#at += 1;
    return found;
  }

  #require(sign: string): void {
    if (!this.#takes(sign)) this.#refuse();
  }

  #refuse(): never {
    throw new Unreadable(this.#next()?.raw ?? null);
  }
}
