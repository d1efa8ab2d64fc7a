import type { Duplex } from 'node:stream';
import { BOUNDS } from '#kernel/bounds.ts';
import { ScreenError } from '#ports/console.ts';
import type { ByteReader } from './byte-reader.ts';
import { answerTo } from './password.ts';

/** Kinds of authentication that are answered. */
const NONE = 1;
const PASSWORD = 2;

export interface Session {
  readonly stream: Duplex;
  readonly reader: ByteReader;
}

/** Agrees on a version and shows who asks. AMT greets with 4.0, which nobody else speaks, and takes 3.8. @returns whether it is AMT @throws ScreenError */
export async function shakeHands({ stream, reader }: Session, password: string): Promise<boolean> {
  const greeting = (await reader.take(12)).toString('latin1');
  if (!/^RFB \d{3}\.\d{3}\n$/u.test(greeting)) throw new ScreenError('protocol', 'no greeting of VNC');
  const isAmt = greeting === 'RFB 004.000\n';
  const isOld = greeting < 'RFB 003.007';
  stream.write(isOld ? 'RFB 003.003\n' : 'RFB 003.008\n');
  const kind = isOld ? await chosen(reader) : await choose({ stream, reader });
  if (kind === PASSWORD) stream.write(answerTo(await reader.take(16), password));
  if (kind === NONE && isOld) return isAmt;
  if ((await reader.take(4)).readUInt32BE(0) === 0) return isAmt;
  const reason = isOld ? '' : await reasonFrom(reader);
  throw new ScreenError(kind === PASSWORD ? 'password' : 'refused', reason || 'the password was refused');
}

async function chosen(reader: ByteReader): Promise<number> {
  const kind = (await reader.take(4)).readUInt32BE(0);
  if (kind === 0) throw new ScreenError('refused', await reasonFrom(reader));
  if (kind === NONE || kind === PASSWORD) return kind;
  throw new ScreenError('protocol', `asks for authentication of kind ${kind}`);
}

async function choose({ stream, reader }: Session): Promise<number> {
  const [count = 0] = await reader.take(1);
  if (count === 0) throw new ScreenError('refused', await reasonFrom(reader));
  const kinds = await reader.take(count);
  const kind = [PASSWORD, NONE].find((each) => kinds.includes(each));
  if (kind === undefined) throw new ScreenError('protocol', `asks for authentication of kinds ${[...kinds].join(', ')}`);
  stream.write(Buffer.of(kind));
  return kind;
}

/** Some end it with a NUL. */
async function reasonFrom(reader: ByteReader): Promise<string> {
  const length = (await reader.take(4)).readUInt32BE(0);
  if (length > BOUNDS.screenReason.most) throw new ScreenError('protocol', 'a reason of endless length');
  return (await reader.take(length)).toString().replaceAll(/\p{C}/gu, '').trim();
}
