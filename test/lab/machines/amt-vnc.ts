import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Screen } from '#ports/console.ts';
import { answerTo } from '#adapters/rfb/password.ts';
import { ON, type LabMachine } from './lab-machine.ts';

const CHALLENGE = Buffer.from('0123456789abcdef');
/** 16 bits, 5 for red and blue, 6 for green, as AMT sends them by itself. */
const FORMAT = Buffer.from('10100001001f003f001f0b0500000000', 'hex');

export interface AmtVnc {
  readonly port: number;
  close(): Promise<void>;
}

/** What its memory holds. */
const MEMORY_BYTES = 9_200_000;

/** AMT 11's console on loopback: greets with 4.0, one session, 16 bits or 8, Raw, no more than its memory holds; closes for whoever asks for anything else. */
export async function startAmtVnc(machine: LabMachine): Promise<AmtVnc> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    void talk(machine, socket).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    async close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

async function talk(machine: LabMachine, socket: Socket): Promise<void> {
  const take = taker(socket);
  socket.write('RFB 004.000\n');
  if ((await take(12)).toString() !== 'RFB 003.008\n') return void socket.destroy();
  const reason = refusalOf(machine);
  if (reason !== null) return void socket.end(Buffer.concat([Buffer.of(0), sized(reason)]));
  machine.session = true;
  socket.once('close', () => (machine.session = false));
  socket.write(Buffer.of(1, 2));
  await take(1);
  socket.write(CHALLENGE);
  if (!(await take(16)).equals(answerTo(CHALLENGE, machine.vncPassword))) return void socket.end(Buffer.concat([number(1), sized('no')]));
  socket.write(number(0));
  await take(1);
  const { screen } = machine;
  const head = Buffer.alloc(4);
  head.writeUInt16BE(screen.width, 0);
  head.writeUInt16BE(screen.height, 2);
  socket.write(Buffer.concat([head, FORMAT, sized('AMT')]));
  let bytes = 2;
  let encodings = await take(4);
  if (encodings[0] === 0) {
    const [bits = 0] = await take(16);
    if (bits !== 8 && bits !== 16) return void socket.destroy();
    bytes = bits / 8;
    encodings = await take(4);
  }
  if (encodings[0] !== 2 || screen.width * screen.height * bytes > MEMORY_BYTES) return void socket.destroy();
  const codes = await take(encodings.readUInt16BE(2) * 4);
  const hasRaw = Array.from({ length: codes.length / 4 }, (_, index) => codes.readInt32BE(index * 4)).includes(0);
  if (!hasRaw || !machine.lab.display || machine.lab.consent) return void socket.destroy();
  await take(10);
  machine.looks += 1;
  socket.write(frameOf(screen, bytes));
  // Who doesn't read doesn't hear of an end.
  socket.resume();
  await once(socket, 'close');
}

function refusalOf({ session, state }: LabMachine): string | null {
  if (session) return 'KVM session in use';
  return state === ON ? null : 'Error: 0x80862001: Unsupported or inactive display adapter';
}

/** The whole screen in one part, uncompressed. */
function frameOf({ width, height, rgb }: Screen, bytes: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(width, 8);
  head.writeUInt16BE(height, 10);
  const pixels = Buffer.alloc(width * height * bytes);
  for (let index = 0; index < width * height; index += 1) {
    const [red = 0, green = 0, blue = 0] = [rgb[index * 3], rgb[index * 3 + 1], rgb[index * 3 + 2]];
    if (bytes === 1) pixels.writeUInt8(((red >> 5) << 5) | ((green >> 5) << 2) | (blue >> 6), index);
    else pixels.writeUInt16LE(((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3), index * 2);
  }
  return Buffer.concat([head, pixels]);
}

function taker(socket: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    for (;;) {
      const got: unknown = socket.read(count);
      if (got instanceof Buffer && got.length === count) return got;
      if (socket.readableEnded || socket.destroyed) throw new Error('gone');
      await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    }
  };
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function sized(text: string): Buffer {
  return Buffer.concat([number(Buffer.byteLength(text)), Buffer.from(text)]);
}
