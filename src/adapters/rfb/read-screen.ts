import type { ReadScreen, Screen } from '#ports/console.ts';
import { ScreenError } from '#ports/console.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { readBytes } from './byte-reader.ts';
import { DESKTOP_SIZE, Frames, RAW, sized, ZRLE } from './frame.ts';
import { shakeHands, type Session } from './handshake.ts';
import { readPixelFormat, RGB332, RGB565, type PixelFormat } from './pixel-format.ts';

/**
 * One picture by VNC (RFB 3.3 to 3.8, and AMT's 4.0), over any stream. The server's own pixel format is kept, since AMT closes the connection when it is
 * asked for 32 bits, unless the screen is too large for AMT's memory; and Raw is always among the encodings, since AMT closes it otherwise.
 */
export const readScreen: ReadScreen = async (stream, password, signal) => {
  try {
    return await look({ stream, reader: readBytes(stream, signal) }, password);
  } finally {
    // AMT has one session, and won't switch off while it lasts.
    stream.destroy();
  }
};

async function look(session: Session, password: string): Promise<Screen> {
  const { stream, reader } = session;
  const isAmt = await shakeHands(session, password);
  // Shares the screen: nobody who looks already is thrown out.
  stream.write(Buffer.of(1));
  const start = await reader.take(24);
  const canvas = sized({ width: start.readUInt16BE(0), height: start.readUInt16BE(2) });
  const nameLength = start.readUInt32BE(20);
  if (nameLength > BOUNDS.screenReason.most) throw new ScreenError('protocol', 'a name of endless length');
  await reader.take(nameLength);
  const format = formatOf(session, start.subarray(4, 20), isAmt && isTooLarge(canvas));
  stream.write(encodings(ZRLE, RAW, DESKTOP_SIZE));
  const frames = new Frames(reader, format, canvas);
  try {
    let isFirst = true;
    while (!frames.canvas.isWhole) {
      stream.write(request(frames.canvas, !isFirst));
      // Of another size everything is asked for again.
      isFirst = await frames.next();
      if (isFirst && isAmt && frames.format.bytes > 1 && isTooLarge(frames.canvas)) frames.format = askFor(session, RGB332);
    }
    return frames.canvas.screen;
  } finally {
    frames.close();
  }
}

/** What AMT's memory (9.2 MB) holds at 16 bits: it sends nothing larger. Source: Intel's AMT Implementation and Reference Guide. */
const AMT_LARGEST = { width: 2_560, height: 1_600 } as const;

function isTooLarge({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width * height > AMT_LARGEST.width * AMT_LARGEST.height;
}

/** One with a palette, or that can't be read, is asked for 16 bits instead; a screen that is too large for its server for 8. */
function formatOf(session: Session, offered: Buffer, isLarge: boolean): PixelFormat {
  const own = readPixelFormat(offered);
  if (isLarge) return own?.bytes === 1 ? own : askFor(session, RGB332);
  return own ?? askFor(session, RGB565);
}

function askFor({ stream }: Session, wanted: Buffer): PixelFormat {
  stream.write(Buffer.concat([Buffer.alloc(4), wanted]));
  const asked = readPixelFormat(wanted);
  if (asked === null) throw new TypeError('the format that is asked for can be read');
  return asked;
}

function encodings(...codes: readonly number[]): Buffer {
  const message = Buffer.alloc(4 + codes.length * 4);
  message.writeUInt8(2, 0);
  message.writeUInt16BE(codes.length, 2);
  codes.forEach((code, index) => message.writeInt32BE(code, 4 + index * 4));
  return message;
}

function request({ width, height }: { readonly width: number; readonly height: number }, onlyChanges: boolean): Buffer {
  const message = Buffer.alloc(10);
  message.writeUInt8(3, 0);
  message.writeUInt8(onlyChanges ? 1 : 0, 1);
  message.writeUInt16BE(width, 6);
  message.writeUInt16BE(height, 8);
  return message;
}
