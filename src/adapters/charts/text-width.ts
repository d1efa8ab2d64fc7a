/** Widths of Inter's letters, in parts of the size: near enough to lay out what is drawn, without a canvas. */
const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'’|!()[\]Ift\u00a0\u202f ]/u, 0.32],
  [/[mwMW%@—…]/u, 0.9],
  [/[A-ZÀ-Ý]/u, 0.69],
  [/\p{N}/u, 0.63],
  [/[\p{sc=Latin}\p{P}\p{S}]/u, 0.59],
];

/** How wide a text is, in the unit of `size`. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += CLASSES.find(([letters]) => letters.test(letter))?.[1] ?? 1;
  return width * size;
}

/** The beginning that fits, with an ellipsis when that isn't all. */
export function fitted(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Broken between words into so many lines at most. */
export function wrapped(text: string, size: number, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < most - 1 && textWidth(rest, size) > width) {
    const end = breakOf(rest, size, width);
    if (end === 0) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, fitted(rest, size, width)];
}

/** Where the last word that fits ends; 0 when not even one does. */
function breakOf(text: string, size: number, width: number): number {
  let end = 0;
  for (const { index } of text.matchAll(/ /gu)) if (textWidth(text.slice(0, index), size) <= width) end = index;
  return end;
}
