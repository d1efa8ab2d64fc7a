import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A regular expression that reads any text in linear time: RE2, which has no way back, and so neither look-ahead nor back-references. */
export interface Expression {
  /** Whether the text as a whole has this form. */
  matches(text: string): boolean;
}

/** Compiled once: a list of a rule is held against each document. */
const compiled = new Map<string, Expression | null>();
/** More than all rules of a house have. */
const KEPT = 1_000;

/** @returns null for what isn't one, or needs what RE2 doesn't have */
export function expressionOf(pattern: string): Expression | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): Expression | null {
  try {
    const expression = RE2JS.compile(pattern);
    return { matches: (text) => expression.matches(text) };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return null;
    throw error;
  }
}
