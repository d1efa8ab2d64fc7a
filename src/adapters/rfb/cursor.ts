import { ScreenError } from '#ports/console.ts';
import { colourOf, type PixelFormat } from './pixel-format.ts';

/** A place in bytes that came whole, which moves on as they are read. What isn't there is an error, never a guess. */
export class Cursor {
  readonly #bytes: Buffer;
  readonly #format: PixelFormat;
  readonly #colours = new Map<number, number>();
  #at = 0;

  constructor(bytes: Buffer, format: PixelFormat) {
    this.#bytes = bytes;
    this.#format = format;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new ScreenError('protocol', 'a picture that ends too early');
    this.#at += 1;
    return value;
  }

  /** A pixel of the given size, as red, green and blue. */
  colour(size: number): number {
    if (this.#at + size > this.#bytes.length) throw new ScreenError('protocol', 'a picture that ends too early');
    const { isBig, shifts } = this.#format;
    const read = size === 1 ? this.byte() : this.#read(size, isBig);
    // Of four bytes the first may be the one that isn't used.
    const value = size === 3 && Math.min(...shifts) >= 8 ? (read << 8) >>> 0 : read;
    const known = this.#colours.get(value);
    if (known !== undefined) return known;
    const colour = colourOf(this.#format, value);
    this.#colours.set(value, colour);
    return colour;
  }

  #read(size: number, isBig: boolean): number {
    const value = isBig ? this.#bytes.readUIntBE(this.#at, size) : this.#bytes.readUIntLE(this.#at, size);
    this.#at += size;
    return value;
  }
}
