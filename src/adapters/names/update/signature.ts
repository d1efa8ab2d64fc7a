import { createHmac, timingSafeEqual } from 'node:crypto';
import { CLASS, nameBytes, recordBytes, TYPE, words } from './wire.ts';

/** A key that both sides know (TSIG, hmac-sha256). */
export interface UpdateKey {
  readonly name: string;
  readonly secret: Uint8Array;
}

const ALGORITHM = nameBytes('hmac-sha256');
/** How far clocks may be apart, in seconds. Source: RFC 8945, section 10. */
const FUDGE = 300;
const ADDITIONALS = 10;

interface Signed {
  readonly message: Buffer;
  /** The answer's signature covers it. */
  readonly mac: Buffer;
}

/** A request with its signature as its only additional record (RFC 8945, section 4). @param now in milliseconds */
export function sign(request: Buffer, { name, secret }: UpdateKey, now: number): Signed {
  const time = Buffer.alloc(6);
  time.writeUIntBE(Math.floor(now / 1_000), 0, 6);
  const variables = Buffer.concat([nameBytes(name), words(CLASS.ANY, 0, 0), ALGORITHM, time, words(FUDGE, 0, 0)]);
  const mac = createHmac('sha256', secret).update(request).update(variables).digest();
  const data = Buffer.concat([ALGORITHM, time, words(FUDGE, mac.length), mac, request.subarray(0, 2), words(0, 0)]);
  const message = Buffer.concat([request, recordBytes({ name, type: TYPE.TSIG, class: CLASS.ANY, ttl: 0, data })]);
  message.writeUInt16BE(1, ADDITIONALS);
  return { message, mac };
}

/** What an answer's signature says: `ok`, `unsigned`, `forged`, or why the server didn't take the request's. */
export type Verdict = 'ok' | 'unsigned' | 'forged' | 'BADSIG' | 'BADKEY' | 'BADTIME' | 'BADTRUNC' | 'TSIG error';

const ERRORS: Readonly<Record<number, Verdict>> = { 16: 'BADSIG', 17: 'BADKEY', 18: 'BADTIME', 22: 'BADTRUNC' };

/** Whether an answer is of whoever knows the key, to this very request. @throws RangeError for what is no message */
export function verdictOn(answer: Buffer, { name, secret }: UpdateKey, requestMac: Buffer): Verdict {
  const at = lastRecord(answer);
  if (at === null) return 'unsigned';
  const head = skipName(answer, at);
  if (answer.readUInt16BE(head) !== TYPE.TSIG) return 'unsigned';
  const time = skipName(answer, head + 10);
  const size = answer.readUInt16BE(time + 8);
  const mac = answer.subarray(time + 10, time + 10 + size);
  const error = answer.readUInt16BE(time + 12 + size);
  if (error !== 0) return ERRORS[error] ?? 'TSIG error';
  const plain = Buffer.from(answer.subarray(0, at));
  plain.writeUInt16BE(plain.readUInt16BE(ADDITIONALS) - 1, ADDITIONALS);
  const wanted = createHmac('sha256', secret)
    .update(Buffer.concat([words(requestMac.length), requestMac, plain]))
    .update(Buffer.concat([nameBytes(name), words(CLASS.ANY, 0, 0), ALGORITHM, answer.subarray(time, time + 8), words(error)]))
    .update(answer.subarray(time + 14 + size))
    .digest();
  return mac.length === wanted.length && timingSafeEqual(mac, wanted) ? 'ok' : 'forged';
}

/** Where the last of the additional records begins; null where there is none. */
function lastRecord(answer: Buffer): number | null {
  const [questions, records] = [answer.readUInt16BE(4), [6, 8, ADDITIONALS].reduce((sum, at) => sum + answer.readUInt16BE(at), 0)];
  if (answer.readUInt16BE(ADDITIONALS) === 0) return null;
  let at = 12;
  for (let index = 0; index < questions; index += 1) at = skipName(answer, at) + 4;
  let last = at;
  for (let index = 0; index < records; index += 1) {
    last = at;
    const head = skipName(answer, at);
    at = head + 10 + answer.readUInt16BE(head + 8);
  }
  return last;
}

const POINTER = 0xc0;

/** @returns where a name ends, written out or pointed to */
function skipName(message: Buffer, from: number): number {
  for (let at = from; ;) {
    const length = message.readUInt8(at);
    if (length >= POINTER) return at + 2;
    at += length + 1;
    if (length === 0) return at;
  }
}
