/**
 * What servers say of an error, in their own words: `{o}` stands for the name of something and is shown, `{x}` for what may be people's data and is not. Only what stands in such a list is shown of
 * a message at all: everything else may be a value, a line of a dump, or what somebody wrote into a function of theirs.
 */
export interface Wording {
  show(message: string): string | null;
}

/** Names are short, and on one line. */
const NAME = /^[^\n"'`]{1,200}$/u;
const HIDDEN = '…';

/** @param templates the first that fits is taken */
export function wording(templates: readonly string[]): Wording {
  const known = templates.map(partsOf);
  return {
    show(message) {
      for (const template of known) {
        const shown = shownBy(template, message);
        if (shown !== null) return shown;
      }
      return null;
    },
  };
}

interface Template {
  /** Texts around the names before anything hidden. */
  readonly before: readonly string[];
  /** From the first hidden part to the last: only the template's own words of it are shown. Null: nothing is hidden. */
  readonly hidden: string | null;
  readonly after: readonly string[];
}

function partsOf(template: string): Template {
  const [first, last] = [template.indexOf('{x}'), template.lastIndexOf('{x}')];
  const around = (text: string): readonly string[] => text.split('{o}');
  if (first < 0) return { before: around(template), hidden: null, after: [] };
  const hidden = template.slice(first, last + 3).replaceAll('{x}', HIDDEN);
  return { before: around(template.slice(0, first)), hidden, after: around(template.slice(last + 3)) };
}

function shownBy({ before, hidden, after }: Template, message: string): string | null {
  if (hidden === null) return fitting(before, message, true) === message.length ? message : null;
  const end = fitting(before, message, false);
  if (end === null) return null;
  // Backwards, from the end: data is taken as long as can be, so that what comes after it can't be part of it.
  const rest = message.slice(end);
  const length = fitting(after.map(reversed).toReversed(), reversed(rest), false);
  return length === null ? null : `${message.slice(0, end)}${hidden}${rest.slice(rest.length - length)}`;
}

/** How far a message is these texts with names between them; null: it isn't. @param whole whether a name at the end goes on to the end */
function fitting(texts: readonly string[], message: string, whole: boolean): number | null {
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const found = index === 0 ? at : text === '' && whole ? message.length : message.indexOf(text, at + 1);
    if (found < 0 || !message.startsWith(text, found)) return null;
    if (index > 0 && !NAME.test(message.slice(at, found))) return null;
    at = found + text.length;
  }
  return at;
}

function reversed(text: string): string {
  return [...text].toReversed().join('');
}
