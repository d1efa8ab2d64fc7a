import { BOUNDS } from '#kernel/bounds.ts';
import { ScreenError } from '#ports/console.ts';
import type { ByteReader } from './byte-reader.ts';
import { Canvas, type Rectangle } from './canvas.ts';
import { Cursor } from './cursor.ts';
import { createInflater, type Inflater } from './inflater.ts';
import type { PixelFormat } from './pixel-format.ts';
import { paintZrle } from './zrle.ts';

export const RAW = 0;
export const ZRLE = 16;
/** No picture: the screen has another size from here on. */
export const DESKTOP_SIZE = -223;

/** A tile of ZRLE's has a byte for its kind, and 127 colours at most. */
const TILE_OVERHEAD = 1 + 127 * 4;

/** The parts of a picture as they come, painted on a canvas. */
export class Frames {
  readonly #reader: ByteReader;
  readonly #inflater: Inflater = createInflater();
  /** How the next pixels come. */
  format: PixelFormat;
  canvas: Canvas;

  constructor(reader: ByteReader, format: PixelFormat, canvas: Canvas) {
    this.#reader = reader;
    this.format = format;
    this.canvas = canvas;
  }

  close(): void {
    this.#inflater.close();
  }

  /** Reads one message of the server. @returns whether the screen has another size now @throws ScreenError */
  async next(): Promise<boolean> {
    const [kind] = await this.#reader.take(1);
    switch (kind) {
      case 0:
        return await this.#update();
      case 1: {
        const head = await this.#reader.take(5);
        await this.#skip(head.readUInt16BE(3) * 6);
        return false;
      }
      case 2:
        return false;
      case 3:
        await this.#skip((await this.#reader.take(7)).readUInt32BE(3));
        return false;
      default:
        throw new ScreenError('protocol', `message ${kind} from the server`);
    }
  }

  async #update(): Promise<boolean> {
    let resized = false;
    for (let count = (await this.#reader.take(3)).readUInt16BE(1); count > 0; count -= 1) {
      const head = await this.#reader.take(12);
      const at = { x: head.readUInt16BE(0), y: head.readUInt16BE(2), width: head.readUInt16BE(4), height: head.readUInt16BE(6) };
      const encoding = head.readInt32BE(8);
      if (encoding === DESKTOP_SIZE) {
        this.canvas = sized(at);
        resized = true;
      } else await this.#paint(at, encoding);
    }
    return resized;
  }

  async #paint(at: Rectangle, encoding: number): Promise<void> {
    const { bytes, packedBytes } = this.format;
    const pixels = at.width * at.height;
    if (pixels > BOUNDS.screenPixels.most) throw new ScreenError('protocol', 'a part of a picture that no screen has');
    if (encoding === RAW) {
      const cursor = new Cursor(await this.#reader.take(pixels * bytes), this.format);
      for (let index = 0; index < pixels; index += 1) this.canvas.paint(at, index, cursor.colour(bytes));
    } else if (encoding === ZRLE) {
      const length = (await this.#reader.take(4)).readUInt32BE(0);
      const most = pixels * 4 + (Math.ceil(at.width / 64) * Math.ceil(at.height / 64) + 1) * TILE_OVERHEAD;
      if (length > most) throw new ScreenError('protocol', 'a part of a picture of endless length');
      paintZrle(this.canvas, at, new Cursor(await this.#inflater.inflate(await this.#reader.take(length), most), this.format), packedBytes);
    } else throw new ScreenError('protocol', `encoding ${encoding}, which nobody asked for`);
  }

  /** What others put into the clipboard, or colours of a palette. */
  async #skip(length: number): Promise<void> {
    if (length > BOUNDS.screenPixels.most) throw new ScreenError('protocol', 'a message of endless length');
    await this.#reader.take(length);
  }
}

/** @throws ScreenError for a size that no screen has */
export function sized({ width, height }: { readonly width: number; readonly height: number }): Canvas {
  if (width === 0 || height === 0 || width * height > BOUNDS.screenPixels.most)
    throw new ScreenError('protocol', `a screen of ${width}×${height}`);
  return new Canvas(width, height);
}
