/** Below this a terminal isn't believed: a word a line helps nobody. */
const NARROWEST = 20;
/** What a list hangs its words on: blanks, then a dash, a bullet or a number. */
const HANG = /^ *(?:(?:[-•▪▫*]|\d+\.) )?/u;

/**
 * Text for a terminal of so many columns: lines are broken between words, and what goes on stands below where its words began. A word that is wider stays whole.
 * @param columns null: as it is, where nobody says how wide it is
 */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null) return text;
  const most = Math.max(NARROWEST, columns);
  return text
    .split('\n')
    .map((line) => wrappedLine(line, most))
    .join('\n');
}

function wrappedLine(line: string, most: number): string {
  if (widthOf(line) <= most) return line;
  const hang = HANG.exec(line)?.[0] ?? '';
  // What is indented to the edge has no room for words.
  const indent = ' '.repeat(Math.min(hang.length, Math.floor(most / 2)));
  const lines: string[] = [];
  let current = hang;
  let isEmpty = true;
  for (const word of line.slice(hang.length).split(/ +/u)) {
    if (!isEmpty && widthOf(current) + 1 + widthOf(word) > most) {
      lines.push(current);
      current = indent;
      isEmpty = true;
    }
    current = isEmpty ? `${current}${word}` : `${current} ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

/** How many columns a terminal gives it: two to pictures and to characters of East Asia, none to what joins the one before. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NOTHING.test(character) ? 0 : DOUBLE.test(character) ? 2 : 1;
  return width;
}

const NOTHING = /[\p{M}\p{Cf}]/u;
const DOUBLE =
  /[\p{Emoji_Presentation}\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;
