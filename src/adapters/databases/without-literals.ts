import type { Engine } from '#ports/databases.ts';

/** What stands in the place of a text, a value or a body that somebody wrote. */
const HIDDEN = '…';

/**
 * What of a statement is kept as it is (names in quotes), and what is hidden: texts, bodies, comments. Whatever of them is left open hides all that follows. In PostgreSQL a text with an `E` before it
 * knows backslashes, another one doesn't.
 */
const POSTGRES =
  /(?<name>"(?:[^"]|"")*")|(?<text>\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'?|(?:\b[bBxX]|\b[uU]&)?'(?:[^']|'')*'?)|(?<body>\$(?<tag>[A-Za-z_\u{80}-\u{10ffff}][\w\u{80}-\u{10ffff}]*)?\$[\s\S]*?(?:\$\k<tag>\$|$(?![\s\S])))|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S])))/gu;
const MARIADB =
  /(?<name>`(?:[^`]|``)*`|\/\*!\d*|\*\/)|(?<text>\b0[xX][0-9A-Fa-f]+\b|(?:\b[bBxXnN])?'(?:[^']|'')*'?|"(?:[^"]|"")*"?)|(?<comment>--(?=\s)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S])))/gu;

/** Headings of the servers' own clients: names alone stand in them. */
const HEADING = /^-- (?:Name: |(?:Table structure for table|(?:Temporary table|Final view) structure for view) `)/u;

/**
 * Statements as a message may show them: what is made, and of what; no text, no body of a function, no password. Whoever runs them finds them whole on vigie's machine. Where a backslash makes it doubtful
 * where a text ends, as in MariaDB's modes, all is hidden but what is made.
 */
export function withoutLiterals(statements: string, engine: Engine): string {
  if (engine !== 'postgres' && statements.includes('\\')) return statements.split('\n').filter((line) => HEADING.test(line)).join('\n'); // prettier-ignore
  const shown = statements.replaceAll(engine === 'postgres' ? POSTGRES : MARIADB, (whole, name, text) => {
    if (name !== undefined || HEADING.test(whole)) return whole;
    if (text !== undefined) return `'${HIDDEN}'`;
    return whole.startsWith('$') ? `$$${HIDDEN}$$` : '';
  });
  return `${shown.replaceAll(/^\s*$\n/gmu, '').trim()}\n`;
}
