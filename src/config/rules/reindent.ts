/** What is open where a line ends: a quoted text, brackets, or both. */
interface Open {
  readonly quote: string | null;
  readonly depth: number;
}

const NOTHING: Open = { quote: null, depth: 0 };
/** A line's indentation, that of a list's item included. */
const INDENT = /^ *(?:- +)*/u;
const SPACES = /^ */u;
/** Begins a text that ends where the indentation does. */
const BLOCK_SCALAR = /(?:^|[:\-?] +)[|>][+-]?\d?[+-]? *(?:#.*)?$/u;
/** What may stand in a line before the first character of a value. */
const BEFORE_VALUE = /(?:^|[:\-?] +|[[{,] *)$/u;

/**
 * PyYAML doesn't care how far lines are indented that go on with a quoted text, or stand within brackets; YAML wants them further in than their key. Such
 * lines are moved in, which changes nothing of what they say; each keeps its number.
 */
export function reindented(text: string): string {
  let open = NOTHING;
  let least = 0;
  /** Lines further in than this belong to a block scalar. */
  let block: number | null = null;
  return text
    .split('\n')
    .map((line) => {
      const own = line.trim() === '' ? null : line.length - line.trimStart().length;
      const isInside = open !== NOTHING;
      if (!isInside && block !== null && (own === null || own > block)) return line;
      if (!isInside) {
        least = (INDENT.exec(line)?.[0].length ?? 0) + 1;
        block = BLOCK_SCALAR.test(line) ? (own ?? 0) : null;
      }
      open = openAfter(line, open);
      if (!isInside) return line;
      // A tab is no indentation to YAML; within quotes neither it nor blanks at a line's beginning are a part of the text.
      if (own === null) return '';
      const spaces = SPACES.exec(line)?.[0].length ?? 0;
      return spaces < least ? `${' '.repeat(least - spaces)}${line}` : line;
    })
    .join('\n');
}

function openAfter(line: string, before: Open): Open {
  let { quote, depth } = before;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    const former = line.slice(0, index);
    if (quote !== null) {
      const isEscape = (quote === '"' && character === '\\') || (quote === "'" && character === "'" && line[index + 1] === "'");
      if (isEscape) index += 1;
      else if (character === quote) quote = null;
    } else if (character === '#' && /(?:^|\s)$/u.test(former)) break;
    else if (depth > 0 || BEFORE_VALUE.test(former.trimStart())) {
      if (character === '[' || character === '{') depth += 1;
      else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
      else if ((character === '"' || character === "'") && BEFORE_VALUE.test(former.trimStart())) quote = character;
    }
  }
  return quote === null && depth === 0 ? NOTHING : { quote, depth };
}
