import { Duplex } from 'node:stream';
import type { WebSocket } from 'undici';

/** A WebSocket of binary messages as a stream of bytes. */
class SocketStream extends Duplex {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) this.push(Buffer.from(data));
    });
    socket.addEventListener('close', () => this.push(null));
    socket.addEventListener('error', () => this.destroy(new Error('the connection broke')));
  }

  override _read(): void {
    // What has come is pushed at once.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.send(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.close();
    done(error);
  }
}

/** Once it is open. @throws an ordinary Error when it doesn't come to that; the signal's reason */
export async function streamOf(socket: WebSocket, signal: AbortSignal): Promise<Duplex> {
  socket.binaryType = 'arraybuffer';
  const stream = new SocketStream(socket);
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  socket.addEventListener('open', () => resolve(stream), { once: true });
  stream.on('error', reject);
  socket.addEventListener('close', () => reject(new Error('the connection was refused')), { once: true });
  const abort = (): void => {
    reject(signal.reason);
    stream.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return await promise;
}
