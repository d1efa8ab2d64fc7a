import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { BOUNDS } from '#kernel/bounds.ts';
import type { DrawScreen, Screen } from '#ports/console.ts';

const compress = promisify(deflate);
/** A phone shows no more: wider screens are made smaller by a whole number, so that letters stay letters. */
const WIDEST = 1_280;

/** A PNG that a phone can show, and that is no larger than anybody wants to load. */
export const drawScreen: DrawScreen = async (screen) => {
  for (let factor = Math.ceil(screen.width / WIDEST); ; factor += 1) {
    const smaller = shrunk(screen, factor);
    const png = await pngOf(smaller);
    if (png.length <= BOUNDS.screenPicture.most || smaller.width <= 1) return { width: smaller.width, height: smaller.height, png };
  }
};

/** Each pixel is the mean of `factor` times `factor`. */
export function shrunk(screen: Screen, factor: number): Screen {
  if (factor <= 1) return screen;
  const [width, height] = [Math.max(1, Math.floor(screen.width / factor)), Math.max(1, Math.floor(screen.height / factor))];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let part = 0; part < 3; part += 1) rgb[(y * width + x) * 3 + part] = meanOf(screen, { x, y, part, factor });
  return { width, height, rgb };
}

function meanOf({ width, height, rgb }: Screen, { x, y, part, factor }: Record<'x' | 'y' | 'part' | 'factor', number>): number {
  let [sum, count] = [0, 0];
  for (let row = y * factor; row < Math.min(height, (y + 1) * factor); row += 1)
    for (let column = x * factor; column < Math.min(width, (x + 1) * factor); column += 1) {
      sum += rgb[(row * width + column) * 3 + part] ?? 0;
      count += 1;
    }
  return Math.round(sum / Math.max(1, count));
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Eight bits a part, red, green and blue, neither filtered nor interlaced. */
const KIND = [8, 2, 0, 0, 0];

async function pngOf({ width, height, rgb }: Screen): Promise<Uint8Array> {
  const line = width * 3;
  const rows = Buffer.alloc(height * (line + 1));
  for (let y = 0; y < height; y += 1) rows.set(rgb.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set(KIND, 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', await compress(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(kind, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), data.length + 8);
  return whole;
}
