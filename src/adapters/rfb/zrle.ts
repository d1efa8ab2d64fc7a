import type { Canvas, Rectangle } from './canvas.ts';
import type { Cursor } from './cursor.ts';

/** Tiles are so wide and high, but for the last ones. */
const TILE = 64;

/** Paints a rectangle in ZRLE's form, decompressed (RFC 6143, 7.7.6). @param size bytes of a pixel */
export function paintZrle(canvas: Canvas, rectangle: Rectangle, cursor: Cursor, size: number): void {
  for (let top = 0; top < rectangle.height; top += TILE)
    for (let left = 0; left < rectangle.width; left += TILE)
      paintTile(
        canvas,
        {
          x: rectangle.x + left,
          y: rectangle.y + top,
          width: Math.min(TILE, rectangle.width - left),
          height: Math.min(TILE, rectangle.height - top),
        },
        cursor,
        size,
      );
}

/** Every pixel by itself; one colour; a palette with its indices packed; runs of colours; runs of a palette's. */
function paintTile(canvas: Canvas, tile: Rectangle, cursor: Cursor, size: number): void {
  const kind = cursor.byte();
  const total = tile.width * tile.height;
  const palette = kind === 128 ? [] : Array.from({ length: kind & 127 }, () => cursor.colour(size));
  if (kind === 0) for (let index = 0; index < total; index += 1) canvas.paint(tile, index, cursor.colour(size));
  else if (kind === 1) for (let index = 0; index < total; index += 1) canvas.paint(tile, index, palette[0] ?? 0);
  else if (kind < 128) paintPacked(canvas, tile, cursor, palette);
  else paintRuns(canvas, tile, cursor, kind === 128 ? { size } : { palette });
}

/** Each line begins with a new byte. */
function paintPacked(canvas: Canvas, tile: Rectangle, cursor: Cursor, palette: readonly number[]): void {
  const bits = palette.length === 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  const mask = (1 << bits) - 1;
  for (let y = 0; y < tile.height; y += 1) {
    let byte = 0;
    for (let x = 0, used = 8; x < tile.width; x += 1, used += bits) {
      if (used === 8) [byte, used] = [cursor.byte(), 0];
      canvas.paint(tile, y * tile.width + x, palette[(byte >> (8 - bits - used)) & mask] ?? 0);
    }
  }
}

type Colours = { readonly size: number } | { readonly palette: readonly number[] };

function paintRuns(canvas: Canvas, tile: Rectangle, cursor: Cursor, colours: Colours): void {
  const total = tile.width * tile.height;
  for (let index = 0; index < total;) {
    const { colour, isRun } = nextRun(cursor, colours);
    const end = Math.min(total, index + (isRun ? lengthOf(cursor) : 1));
    for (; index < end; index += 1) canvas.paint(tile, index, colour);
  }
}

function nextRun(cursor: Cursor, colours: Colours): { readonly colour: number; readonly isRun: boolean } {
  if ('size' in colours) return { colour: cursor.colour(colours.size), isRun: true };
  const entry = cursor.byte();
  return { colour: colours.palette[entry & 127] ?? 0, isRun: entry > 127 };
}

/** One more than the sum of its bytes, the last of which is below 255. */
function lengthOf(cursor: Cursor): number {
  let length = 1;
  for (let byte = 255; byte === 255;) {
    byte = cursor.byte();
    length += byte;
  }
  return length;
}
