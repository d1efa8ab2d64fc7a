import { LETTER_OF, numberOfForm } from './vga-letters.ts';

interface Screen {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** The VGA's text mode: 80 letters in 25 lines, each 9 by 16 points, of which the ninth is between letters. */
const [WIDTH, HEIGHT, COLUMNS, ROWS, CELL, LINES, POINTS] = [720, 400, 80, 25, 9, 16, 8];
/** The cursor lies upon the lowest lines of a letter. */
const CURSOR_FROM = 12;
/** Of cells with something in them so many have to be letters: pictures have as good as none. */
const ENOUGH = 0.9;
const UNKNOWN = '�';

/** The lines of a screen in text mode, without what is blank below and to the right; null for one that is in no text mode, or empty. */
export function textOf(screen: Screen): readonly string[] | null {
  if (screen.width !== WIDTH || screen.height !== HEIGHT) return null;
  const lines = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (_none, column) => letterAt(screen, column, row))
      .join('')
      .trimEnd(),
  );
  const letters = [...lines.join('')].filter((letter) => letter !== ' ');
  const known = letters.filter((letter) => letter !== UNKNOWN).length;
  if (letters.length === 0 || known < letters.length * ENOUGH) return null;
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

/** Letters have two colours, whichever of them is the letter's. */
function letterAt(screen: Screen, column: number, row: number): string {
  const points = cellOf(screen, column, row);
  const first = points[0] ?? 0;
  const second = points.find((colour) => colour !== first);
  if (second === undefined) return ' ';
  if (points.some((colour) => colour !== first && colour !== second)) return UNKNOWN;
  const forms = [second, first].map((ink) => formOf(points, ink));
  for (const form of [...forms, ...forms.map(withoutCursor)]) {
    const letter = LETTER_OF.get(numberOfForm(form));
    if (letter !== undefined) return letter;
  }
  return UNKNOWN;
}

/** The colours of a cell's points, without the ninth column. */
function cellOf({ width, rgb }: Screen, column: number, row: number): readonly number[] {
  return Array.from({ length: LINES * POINTS }, (_, index) => {
    const x = column * CELL + (index % POINTS);
    const y = row * LINES + Math.floor(index / POINTS);
    const at = (y * width + x) * 3;
    return ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
  });
}

function formOf(points: readonly number[], ink: number): readonly number[] {
  return Array.from({ length: LINES }, (_, line) =>
    points.slice(line * POINTS, (line + 1) * POINTS).reduce((bits, colour) => (bits << 1) | (colour === ink ? 1 : 0), 0),
  );
}

/** The cursor fills whole lines. */
function withoutCursor(form: readonly number[]): readonly number[] {
  return form.map((line, index) => (index >= CURSOR_FROM && line === 255 ? 0 : line));
}
