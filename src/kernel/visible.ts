/**
 * What a screen doesn't show, or obeys instead of showing it: control characters, halves of surrogate pairs, everything that
 * Unicode calls ignorable (marks of direction, zero widths, tags, selectors, the soft hyphen), other ends of a line, and the
 * symbol that Mattermost's Markdown reads as one.
 */
const HIDDEN = String.raw`[[\p{Cc}--[\n\t]]\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2424\ufff9-\ufffb]`;
/** What joins and colours an emoji hides nothing. */
const EMOJI = String.raw`(?=[\p{Extended_Pictographic}\p{Regional_Indicator}])(?:\p{RGI_Emoji}|\p{Extended_Pictographic}[\ufe0e\ufe0f])|[0-9#*]\ufe0f\u20e3`;
const ANY_HIDDEN = new RegExp(HIDDEN, 'v');
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gv');
/** Emoji are kept whole; of what is hidden, equal ones share a mark. */
const EMOJI_OR_HIDDEN = new RegExp(String.raw`${EMOJI}|(?<hidden>${HIDDEN})\k<hidden>*`, 'gv');
/** Where the pictures of the control characters begin: `␀`, `␛`. */
const PICTURES = 0x24_00;

/**
 * Text from outside as text alone: what would move a terminal's cursor, turn the direction of writing or hide between letters stands
 * there as a mark that can be seen (`␛`, `⟨U+202E⟩`). Line breaks and tabs stay, and so does what honest text is made of: emoji,
 * accents, no-break spaces. Every way out uses this one: chat, terminal, page, file, page of the demo.
 */
export function visible(text: string): string {
  const lines = text.includes('\r') ? text.replaceAll(/\r+(?=\n|$)/gu, '') : text;
  if (!ANY_HIDDEN.test(lines)) return lines;
  return lines.replaceAll(EMOJI_OR_HIDDEN, (whole: string, hidden: string | undefined) =>
    hidden === undefined ? whole : markOf(hidden, whole),
  );
}

/** The same on one line. No-break spaces stay where they stand alone, as French writes them. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll(/\s{2,}|[\t\n]/gu, ' ');
}

function markOf(hidden: string, run: string): string {
  const code = hidden.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code).repeat(run.length);
  if (code === 0x7f) return '\u2421'.repeat(run.length);
  const count = run.length / hidden.length;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}${count > 1 ? ` ×${count}` : ''}⟩`;
}

/** JSON that a terminal may show, and that means the same: what is hidden stands in its texts by number. */
export function visibleJson(json: string): string {
  return json.replaceAll(EVERY_HIDDEN, (hidden) =>
    Array.from({ length: hidden.length }, (_, at) => `\\u${hidden.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
