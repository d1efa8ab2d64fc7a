import { duplexPair, type Duplex } from 'node:stream';
import { answerTo } from '#adapters/rfb/password.ts';

const CHALLENGE = Buffer.from('0123456789abcdef');
export const PASSWORD = 'Lab!1234';

/** Formats as servers announce them: 32 bits of which 24 are used, 16 bits, 8 bits, a palette. */
export const FORMATS = {
  '32': Buffer.from('2018000100ff00ff00ff100800000000', 'hex'),
  '32-high': Buffer.from('2018000100ff00ff00ff181008000000', 'hex'),
  '32-big': Buffer.from('2018010100ff00ff00ff100800000000', 'hex'),
  '16': Buffer.from('10100001001f003f001f0b0500000000', 'hex'),
  '8': Buffer.from('08080001000700070003000306000000', 'hex'),
  palette: Buffer.from('08080000000000000000000000000000', 'hex'),
} as const;

export interface PlayedServer {
  readonly greeting?: string;
  /** Kinds of authentication that are offered. */
  readonly kinds?: readonly number[];
  readonly refuses?: string;
  readonly format?: keyof typeof FORMATS;
  readonly width?: number;
  readonly height?: number;
  /** Whether another format is asked for after the first answer. */
  readonly changesFormat?: boolean;
  /** What is answered to each request for a picture, one after the other; then the end. */
  readonly frames: readonly Buffer[];
}

/** A VNC server at the other end of a pair of streams. @returns the end that a client is given, and what the client said */
export function playServer(server: PlayedServer): { readonly stream: Duplex; readonly heard: Buffer[] } {
  const [near, far] = duplexPair();
  const heard: Buffer[] = [];
  far.on('error', () => undefined);
  void play(far, heard, server).catch(() => far.destroy());
  return { stream: near, heard };
}

async function play(far: Duplex, heard: Buffer[], server: PlayedServer): Promise<void> {
  const { greeting = 'RFB 003.008\n', kinds = [2], refuses, format = '32', width = 2, height = 1, frames } = server;
  const take = async (count: number): Promise<Buffer> => {
    for (;;) {
      const got: unknown = far.read(count);
      if (got instanceof Buffer) {
        heard.push(got);
        return got;
      }
      await new Promise((resolve) => far.once('readable', () => resolve(null)));
    }
  };
  far.write(greeting);
  await take(12);
  const isOld = greeting < 'RFB 003.007';
  if (refuses !== undefined) return void far.end(Buffer.concat([isOld ? number(0) : Buffer.of(0), sized(refuses)]));
  far.write(isOld ? number(kinds[0] ?? 0) : Buffer.from([kinds.length, ...kinds]));
  const kind = isOld ? kinds[0] : (await take(1))[0];
  if (kind === 2) {
    far.write(CHALLENGE);
    const isRight = (await take(16)).equals(answerTo(CHALLENGE, PASSWORD));
    far.write(number(isRight ? 0 : 1));
    if (!isRight) return void far.end(isOld ? Buffer.alloc(0) : sized('Authentication failed\0'));
  } else if (!isOld) far.write(number(0));
  await take(1);
  far.write(Buffer.concat([short(width), short(height), FORMATS[format], sized('lab')]));
  if (format === 'palette') await take(20);
  const head = await take(4);
  await take(head.readUInt16BE(2) * 4);
  for (const [index, frame] of frames.entries()) {
    if (index === 1 && server.changesFormat === true) await take(20);
    await take(10);
    far.write(frame);
  }
  far.end();
}

/** One message with rectangles. */
export function update(...rectangles: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0, 0), short(rectangles.length), ...rectangles]);
}

export function rectangle([x, y, width, height]: readonly [number, number, number, number], encoding: number, data: Buffer): Buffer {
  const code = Buffer.alloc(4);
  code.writeInt32BE(encoding);
  return Buffer.concat([short(x), short(y), short(width), short(height), code, data]);
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function sized(text: string): Buffer {
  return Buffer.concat([number(Buffer.byteLength(text)), Buffer.from(text)]);
}
