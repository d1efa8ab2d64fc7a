const SPECIAL = /[\\`*_~[\]<>#|!]/gu;
/** A zero-width space: `\@all` still notifies, `@` with this behind it doesn't. */
const ZERO_WIDTH = '\u200b';

/**
 * Text from outside as plain words: no mention, no Markdown, no line break. Everything that a template prints goes
 * through here, unless one of the filters below made it.
 */
export function escapeText(value: unknown): string {
  return oneLine(value).replace(SPECIAL, '\\$&').replaceAll('@', `@${ZERO_WIDTH}`);
}

/** As a code span, longer than any run of back-ticks inside; mentions don't count there. */
export function codeSpan(value: unknown): string {
  const text = oneLine(value);
  if (text === '') return '';
  const fence = '`'.repeat(longestRun(text) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\u2223')}${space}${fence}`;
}

/** As a code block. */
export function codeBlock(value: unknown): string {
  const text = String(value ?? '')
    .replaceAll('\r', '')
    .trimEnd();
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

/** A mention that notifies: only of a user name as Mattermost writes them. */
export function mention(username: unknown): string {
  const name = String(username ?? '');
  return /^[a-z0-9][a-z0-9._-]{0,63}$/u.test(name) ? `@${name}` : escapeText(name);
}

/** On one line, without what turns the direction of writing. */
export function oneLine(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll(/\s+/gu, ' ').replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
}
