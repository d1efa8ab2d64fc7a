import { connect } from 'node:net';
import { beforeAbort } from '#kernel/abort.ts';

/** How many bytes a message has stands in front of it, in two of them. Source: RFC 1035, section 4.2.2. */
const LENGTH = 2;
const HEAD = 12;

/**
 * One message of DNS to a server, and its answer, each behind its length. An answer to another message is none.
 * @throws Error as the socket has it; the signal's reason
 */
export async function overTcp(
  { address, port }: { readonly address: string; readonly port: number },
  message: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const socket = connect({ host: address, port, noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let read = Buffer.alloc(0);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt16BE(message.length);
  socket.on('connect', () => socket.write(Buffer.concat([length, message])));
  socket.on('data', (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    if (read.length < LENGTH || read.length < LENGTH + read.readUInt16BE(0)) return;
    const answer = read.subarray(LENGTH, LENGTH + read.readUInt16BE(0));
    if (answer.length >= HEAD && answer.readUInt16BE(0) === message.readUInt16BE(0)) resolve(answer);
    else reject(new Error('an answer to something else'));
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the connection was closed')));
  try {
    return await beforeAbort(signal, promise);
  } finally {
    socket.destroy();
  }
}
