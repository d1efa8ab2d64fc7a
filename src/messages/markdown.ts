import { isRecord } from '#kernel/json.ts';
import { visible, visibleLine } from '#kernel/visible.ts';

/** A zero-width space: `\@all` still notifies, `@` with this behind it doesn't; nor does anything else that it parts begin to work. */
const BREAK = '\u200b';
/** Where Mattermost makes a link without being asked: any scheme with slashes, those that need none, `www.`, and a host before a slash. */
const LINKS = [
  /(?<=[a-z][a-z\d.+-]*:)(?=\/)/giu,
  /(?<=(?<![a-z\d.+-])(?:https?|ftp|mailto|tel|sms|callto|skype|sips?|xmpp|magnet|geo|data|javascript|vbscript|file|git|ssh|news|urn|slack|msteams):)(?=[\p{L}\d%+])/giu,
  /(?<=www\d{0,3})(?=\.)/giu,
  /(?<=[\p{L}\d])(?=\.\p{L}{2,63}\/)/gu,
] as const;
/** Emoji by name (but no times of day), and tags. */
const NAMES = [/(?<=:)(?=(?!\d\d:)[\w+-]+:)/giu, /(?<=#)(?=\p{L})/gu] as const;
/** What would begin a list, draw a rule, or make a heading of the line above. */
const AT_START = /^(?=[-+=]|\d+[.)]\s)/u;
/**
 * A backslash keeps most marks from working. Not those that Mattermost reads before or behind it: characters by number
 * (`&#x202e;`), addresses in angle brackets, formulas.
 * Source: the rules `escape`, `autolink`, `url` and `inlinelatex` of https://github.com/mattermost/marked
 */
const MARKS = /(?<entity>&(?=#?\w+;)|<(?=[^\s>][^\s>@]{0,254}@[^\s>]{0,254}>)|\$)|@|[\\`*_~[\]<>#|!]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', $: '&#36;' };

/**
 * Text from outside as plain words: no mention, no link, no emoji by name, no Markdown, no formula, no line break, nothing
 * hidden. Everything that a template prints goes through here, unless one of the filters below made it.
 */
export function escapeText(value: unknown): string {
  const line = broken(oneLine(value), LINKS);
  return marked(typeof value === 'string' ? line.replace(AT_START, BREAK) : line);
}

/** The same for words of whoever writes rules and templates: an address among them may be the link that they meant. */
export function escapeOwn(value: unknown): string {
  return escapeFilled([oneLine(value)]);
}

/** What a rule says, with values of documents (`{ value }`) filled in: those alone can't be links. */
export function escapeFilled(parts: readonly unknown[]): string {
  return marked(parts.map((part) => (isRecord(part) ? broken(oneLine(part['value']), LINKS) : oneLine(part))).join(''));
}

function broken(text: string, places: readonly RegExp[]): string {
  return places.reduce((rest, place) => rest.replaceAll(place, BREAK), text);
}

function marked(text: string): string {
  return broken(text, NAMES).replaceAll(MARKS, (mark: string, entity: string | undefined) =>
    entity !== undefined ? (ENTITIES[entity] ?? '') : mark === '@' ? `@${BREAK}` : `\\${mark}`,
  );
}

const MARKUP = new RegExp(
  [
    '^(?<fence>`{3,})\\n(?<block>[^]*?)\\n\\k<fence>$',
    '(?<ticks>`+)(?<span>[^\\n]*?[^`\\n])\\k<ticks>(?!`)',
    '\\\\(?<mark>[\\\\`*_~[\\]<>#|!])',
    '&(?<entity>#36|lt|amp);',
    '\\*\\*|`|\\u200b',
  ].join('|'),
  'gmu',
);
const CHARACTERS: Readonly<Record<string, string>> = { '#36': '$', lt: '<', amp: '&' };

/** Markdown as a terminal shows it best: without its marks, code as it is, and nothing that the terminal would obey. */
export function plainWords(markdown: string): string {
  return visible(markdown.replaceAll(MARKUP, (...match) => wordsOf(match.at(-1))));
}

/** Words of a terminal, or a block of code, which keeps its lines as they are. */
export interface PlainPart {
  readonly words: string;
  readonly isCode: boolean;
}

const BLOCK = /^(?<fence>`{3,})\n(?<block>[^]*?)\n\k<fence>$/gmu;

/** The same, with each block of code apart from the words around it. Printed one after the other, a line break behind each, they are the whole. */
export function plainParts(markdown: string): readonly PlainPart[] {
  const parts: PlainPart[] = [];
  const add = (text: string): void => {
    if (text !== '') parts.push({ words: plainWords(text), isCode: false });
  };
  let from = 0;
  for (const match of markdown.matchAll(BLOCK)) {
    add(markdown.slice(from, match.index).replace(/\n$/u, ''));
    parts.push({ words: visible(match.groups?.['block'] ?? ''), isCode: true });
    from = match.index + match[0].length + (markdown[match.index + match[0].length] === '\n' ? 1 : 0);
  }
  add(markdown.slice(from));
  return parts;
}

function wordsOf(found: unknown): string {
  const { block, span, mark, entity } = isRecord(found) ? found : {};
  // A code span with a back-tick at one end holds a blank at both, which CommonMark takes away again.
  if (typeof span === 'string') return span.replace(/^ (.*[^ ].*) $/u, '$1');
  return String(block ?? mark ?? CHARACTERS[String(entity)] ?? '');
}

/** For what is shown as it is, titles, footers and pages: a mail program or a telephone may still make a link there. */
export function rawLine(value: unknown): string {
  return broken(oneLine(value), LINKS).replaceAll('@', `@${BREAK}`);
}

/** As a code span, longer than any run of back-ticks inside; mentions don't count there. */
export function codeSpan(value: unknown): string {
  const text = oneLine(value);
  if (text === '') return '';
  const fence = '`'.repeat(longestRun(text) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\u2223')}${space}${fence}`;
}

/** Within a code span that is there already: nothing in it may end that. */
export function codeContent(value: unknown): string {
  return oneLine(value).replaceAll('`', '\u02cb').replaceAll('|', '\u2223');
}

/** As a code block. */
export function codeBlock(value: unknown): string {
  const text = visible(String(value ?? '')).trimEnd();
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

/** A mention that notifies: only of a user name as Mattermost writes them. */
export function mention(username: unknown): string {
  const name = String(username ?? '');
  return /^[a-z0-9][a-z0-9._-]{0,63}$/u.test(name) ? `@${name}` : escapeText(name);
}

/** On one line, with nothing hidden. */
export function oneLine(value: unknown): string {
  if (value === null || value === undefined) return '';
  return visibleLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
}
