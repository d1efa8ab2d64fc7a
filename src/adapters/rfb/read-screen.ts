import type { ReadScreen, Screen } from '#ports/console.ts';
import { ScreenError } from '#ports/console.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { readBytes } from './byte-reader.ts';
import { DESKTOP_SIZE, Frames, RAW, sized, ZRLE } from './frame.ts';
import { shakeHands, type Session } from './handshake.ts';
import { readPixelFormat, RGB565, type PixelFormat } from './pixel-format.ts';

/**
 * One picture by VNC (RFB 3.3 to 3.8, and AMT's 4.0), over any stream. The server's own pixel format is kept, since AMT closes the connection when it is
 * asked for 32 bits; and Raw is always among the encodings, since AMT closes it otherwise.
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
  await shakeHands(session, password);
  // Shares the screen: nobody who looks already is thrown out.
  stream.write(Buffer.of(1));
  const start = await reader.take(24);
  const canvas = sized({ width: start.readUInt16BE(0), height: start.readUInt16BE(2) });
  const nameLength = start.readUInt32BE(20);
  if (nameLength > BOUNDS.screenReason.most) throw new ScreenError('protocol', 'a name of endless length');
  await reader.take(nameLength);
  const format = formatOf(session, start.subarray(4, 20));
  stream.write(encodings(ZRLE, RAW, DESKTOP_SIZE));
  const frames = new Frames(reader, format, canvas);
  try {
    let isFirst = true;
    while (!frames.canvas.isWhole) {
      stream.write(request(frames.canvas, !isFirst));
      // Of another size everything is asked for again.
      isFirst = await frames.next();
    }
    return frames.canvas.screen;
  } finally {
    frames.close();
  }
}

/** One with a palette, or that can't be read, is asked for 16 bits instead. */
function formatOf({ stream }: Session, offered: Buffer): PixelFormat {
  const own = readPixelFormat(offered);
  if (own !== null) return own;
  stream.write(Buffer.concat([Buffer.alloc(4), RGB565]));
  const asked = readPixelFormat(RGB565);
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
