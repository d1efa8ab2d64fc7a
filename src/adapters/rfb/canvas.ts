import type { Screen } from '#ports/console.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What has been painted of a screen so far. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #rgb: Uint8Array;
  readonly #painted: Uint8Array;
  #left: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rgb = new Uint8Array(width * height * 3);
    this.#painted = new Uint8Array(width * height);
    this.#left = width * height;
  }

  get isWhole(): boolean {
    return this.#left === 0;
  }

  get screen(): Screen {
    return { width: this.width, height: this.height, rgb: this.#rgb };
  }

  /** @param index of the pixel within the rectangle, line by line; what lies outside of the screen is dropped */
  paint(rectangle: Rectangle, index: number, colour: number): void {
    const x = rectangle.x + (index % rectangle.width);
    const y = rectangle.y + Math.floor(index / rectangle.width);
    if (x >= this.width || y >= this.height) return;
    const at = y * this.width + x;
    this.#rgb[at * 3] = colour >> 16;
    this.#rgb[at * 3 + 1] = (colour >> 8) & 255;
    this.#rgb[at * 3 + 2] = colour & 255;
    if (this.#painted[at] !== 0) return;
    this.#painted[at] = 1;
    this.#left -= 1;
  }
}
