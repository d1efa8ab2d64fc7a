import type { JsonObject } from '#kernel/json.ts';
import { LabLimit, Refusal } from './refusal.ts';

/** One condition: on a field, or on the default ones. */
export type Leaf = { readonly field: string | null; readonly text: string } & (
  | { readonly kind: 'word' | 'phrase' | 'wildcard' | 'regexp' }
  | { readonly kind: 'range'; readonly bounds: JsonObject }
);

/** What is made of the parsed text. */
export interface Builder<T> {
  leaf(leaf: Leaf): T;
  bool(must: readonly T[], should: readonly T[], mustNot: readonly T[]): T;
  all(): T;
  none(): T;
}

type Occur = 'must' | 'should' | 'must_not';

interface Clause<T> {
  readonly query: T;
  occur: Occur;
}

const SPACE = /\s*/uy;
const CONJUNCTION = /(?:AND|&&|OR|\|\|)(?=[\s("+\-!]|$)/uy;
const MODIFIER = /(?:\+|-|!|NOT(?=[\s("]))/uy;
const FIELD = /((?:\\.|[^\s\\"()[\]{}:^~+!-])(?:\\.|[^\s\\"()[\]{}:^~!])*):/uy;
const RANGE = /([[{])\s*("(?:\\.|[^"\\])*"|[^\s\]}]+)\s+TO\s+("(?:\\.|[^"\\])*"|[^\s\]}]+)\s*([\]}])/uy;
const COMPARISON = /(>=?|<=?)\s*("(?:\\.|[^"\\])*"|(?:\\.|[^\s\\()])+)/uy;
const PHRASE = /"((?:\\.|[^"\\])*)"/uy;
const REGEXP = /\/((?:\\.|[^/\\])*)\//uy;
const WORD = /(?:\\.|[^\s\\"()[\]{}:^~])+/uy;
/** Neither an operator, nor a field, nor a wildcard. */
const NEXT_WORD = /\s+(?!(?:AND|OR|NOT|&&|\|\|)(?:[\s("]|$))((?:\\.|[^\s\\"()[\]{}:^~*?/+!-])(?:\\.|[^\s\\"()[\]{}:^~*?])*)(?=[\s)]|$)/uy;
const BOOST = /\^\d+(?:\.\d+)?/uy;

/**
 * Parses Lucene's query language, with the precedence that its own parser has: `a OR b AND c` asks for b and c.
 * @param and words without an operator between them must all match
 */
export function parseQueryString<T>(text: string, and: boolean, builder: Builder<T>): T {
  const parser = new Parser(text, and, builder);
  return parser.whole();
}

class Parser<T> {
  readonly #text: string;
  readonly #and: boolean;
  readonly #builder: Builder<T>;
  #at = 0;

  constructor(text: string, and: boolean, builder: Builder<T>) {
    this.#text = text;
    this.#and = and;
    this.#builder = builder;
  }

  whole(): T {
    this.#take(SPACE);
    if (this.#at === this.#text.length) return this.#builder.none();
    const query = this.#query(null);
    if (this.#at < this.#text.length) throw this.#unreadable();
    return query;
  }

  /** Clauses up to the end or to a closing parenthesis. */
  #query(field: string | null): T {
    const clauses: Clause<T>[] = [];
    for (this.#take(SPACE); this.#at < this.#text.length && this.#text[this.#at] !== ')'; this.#take(SPACE)) {
      const conjunction = this.#conjunction(clauses.length > 0);
      const modifier = this.#take(MODIFIER)?.[0];
      if (modifier === 'NOT') this.#take(SPACE);
      this.#add(clauses, conjunction, modifier, this.#clause(field));
    }
    if (clauses.length === 0) throw this.#unreadable();
    const [only] = clauses;
    if (clauses.length === 1 && only !== undefined && only.occur !== 'must_not') return only.query;
    const of = (occur: Occur): readonly T[] => clauses.filter((clause) => clause.occur === occur).map(({ query }) => query);
    return this.#builder.bool(of('must'), of('should'), of('must_not'));
  }

  #conjunction(allowed: boolean): 'and' | 'or' | null {
    const found = this.#take(CONJUNCTION)?.[0];
    if (found === undefined) return null;
    if (!allowed) throw this.#unreadable();
    this.#take(SPACE);
    return found === 'AND' || found === '&&' ? 'and' : 'or';
  }

  /** As Lucene's classic parser adds a clause: an operator also changes what stands before it. */
  #add(clauses: Clause<T>[], conjunction: 'and' | 'or' | null, modifier: string | undefined, query: T): void {
    const before = clauses.at(-1);
    if (before !== undefined && before.occur !== 'must_not') {
      if (conjunction === 'and') before.occur = 'must';
      else if (conjunction === 'or' && this.#and) before.occur = 'should';
    }
    const required = modifier === '+' || (this.#and ? conjunction !== 'or' : conjunction === 'and');
    const prohibited = modifier !== undefined && modifier !== '+';
    clauses.push({ query, occur: prohibited ? 'must_not' : required ? 'must' : 'should' });
  }

  #clause(outer: string | null): T {
    const named = this.#take(FIELD)?.[1];
    const field = named === undefined ? outer : unescape(named);
    if (named !== undefined) this.#take(SPACE);
    const query = this.#group(field) ?? this.#builder.leaf(this.#leaf(field));
    this.#take(BOOST);
    return query;
  }

  #group(field: string | null): T | null {
    if (this.#text[this.#at] !== '(') return null;
    this.#at += 1;
    const query = this.#query(field);
    if (this.#text[this.#at] !== ')') throw this.#unreadable();
    this.#at += 1;
    return query;
  }

  #leaf(field: string | null): Leaf {
    const phrase = this.#take(PHRASE)?.[1];
    if (phrase !== undefined) return { field, kind: 'phrase', text: unescape(phrase) };
    const expression = this.#take(REGEXP)?.[1];
    if (expression !== undefined) return { field, kind: 'regexp', text: expression };
    const bounds = this.#range() ?? (field === null ? null : this.#comparison());
    if (bounds !== null) return { field, kind: 'range', text: '', bounds };
    const word = this.#take(WORD)?.[0];
    if (word === undefined) throw this.#unreadable();
    if (this.#text[this.#at] === '~') throw new LabLimit('~ in query_string');
    return hasWildcard(word) ? { field, kind: 'wildcard', text: word } : { field, kind: 'word', text: this.#run(unescape(word)) };
  }

  /** Words with nothing but space between them are one text: `pica01 pica02` is no name of any host. */
  #run(first: string): string {
    let text = first;
    for (let next = this.#take(NEXT_WORD)?.[1]; next !== undefined; next = this.#take(NEXT_WORD)?.[1]) text += ` ${unescape(next)}`;
    return text;
  }

  #range(): JsonObject | null {
    const [, opening, low = '', high = '', closing] = this.#take(RANGE) ?? [];
    if (opening === undefined) return null;
    return {
      ...(low === '*' ? {} : { [opening === '[' ? 'gte' : 'gt']: unquoted(low) }),
      ...(high === '*' ? {} : { [closing === ']' ? 'lte' : 'lt']: unquoted(high) }),
    };
  }

  #comparison(): JsonObject | null {
    const [, operator, bound = ''] = this.#take(COMPARISON) ?? [];
    if (operator === undefined) return null;
    const name = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' }[operator] ?? 'gte';
    return { [name]: unquoted(bound) };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#text);
    if (match !== null) this.#at = expression.lastIndex;
    return match;
  }

  #unreadable(): Refusal {
    return new Refusal(`Failed to parse query [${this.#text}]`);
  }
}

const hasWildcard = (word: string): boolean => /(?<!\\)(?:\\\\)*[*?]/u.test(word);
const unescape = (text: string): string => text.replaceAll(/\\(.)/gu, '$1');
const unquoted = (text: string): string => unescape(text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text);
