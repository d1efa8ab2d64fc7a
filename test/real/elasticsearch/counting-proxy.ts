import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Carries bytes to a server and back, and counts them. */
export interface CountingProxy {
  readonly url: string;
  /** Both ways, since the start. */
  readonly bytes: number;
  /** Of these, those that came from the server. */
  readonly received: number;
  /** Of HTTP, since the start. */
  readonly requests: number;
  stop(): Promise<void>;
}

/** Nobody sends a request before the last one was answered, so each begins a chunk. */
const REQUEST = /^(?:GET|HEAD|POST|PUT|DELETE) \//u;

export async function startCountingProxy(behind: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(behind);
  const sockets = new Set<Socket>();
  let bytes = 0;
  let received = 0;
  let requests = 0;
  const server = createServer((client) => {
    const onward = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (from === onward) received += chunk.length;
        else if (REQUEST.test(chunk.toString('latin1', 0, 8))) requests += 1;
        to.write(chunk);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    get bytes() {
      return bytes;
    },
    get received() {
      return received;
    },
    get requests() {
      return requests;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
