import { LabLimit, Refusal } from './refusal.ts';

/** A regular expression that matches this text and no other. */
export function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** A pattern of `wildcard`: `*`, `?`, and `\` before one that is meant as it is. */
export function wildcardOf(pattern: string, ignoreCase = false): RegExp {
  const source = [...pattern.matchAll(/\\(.)|([\s\S])/gu)]
    .map(([, escaped, plain]) => {
      if (escaped !== undefined) return literally(escaped);
      if (plain === '*') return '[\\s\\S]*';
      return plain === '?' ? '[\\s\\S]' : literally(plain ?? '');
    })
    .join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'iu' : 'u');
}

const TOKENS = /\\([\s\S])|"([^"]*)"|(\[(?:\\[\s\S]|[^\]\\])+\])|(\{\d+(?:,\d*)?\})|([.*+?()|])|([~<&@#^$])|([\s\S])/gu;

/** Lucene's regular expressions: they match the whole, `^` and `$` are letters, and `"…"` is meant as it is. */
export function regexpOf(pattern: string, ignoreCase = false): RegExp {
  const source = [...pattern.matchAll(TOKENS)]
    .map(([, escaped, quoted, set, repeat, operator, special, plain]) => {
      if (special !== undefined) return specialOf(special, pattern);
      if (set !== undefined) return setOf(set);
      return repeat ?? operator ?? literally(escaped ?? quoted ?? plain ?? '');
    })
    .join('');
  try {
    return new RegExp(`^(?:${source})$`, ignoreCase ? 'isu' : 'su');
  } catch (cause) {
    throw new Refusal(`failed to create query: regular expression [${pattern}]: ${String(cause)}`);
  }
}

function specialOf(special: string, pattern: string): string {
  if (special === '@') return '[\\s\\S]*';
  if (special === '#') return '(?!)';
  if (special === '^' || special === '$') return `\\${special}`;
  throw new LabLimit(`${special} in the regular expression ${pattern}`);
}

/** `[a-z]`, `[^0-9]`: the same, but that a letter may be escaped which needs it not. */
function setOf(set: string): string {
  const inner = set.slice(1, -1);
  const negated = inner.startsWith('^');
  const members = (negated ? inner.slice(1) : inner).replaceAll(
    /\\([\s\S])|([\\[\]^&])/gu,
    (_, escaped: string | undefined, plain: string | undefined) => {
      const letter = escaped ?? plain ?? '';
      return /[A-Za-z0-9]/u.test(letter) ? letter : `\\${letter}`;
    },
  );
  return `[${negated ? '^' : ''}${members}]`;
}
