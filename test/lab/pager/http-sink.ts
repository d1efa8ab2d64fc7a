import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '#test/lab/tls/certificates.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the sink does with a request: an answer, none at all, or a connection that breaks. */
export type Behaviour = { readonly status: number; readonly body?: string; readonly location?: string } | 'hang' | 'break';

/** An HTTP server on loopback that keeps what it is sent. */
export class HttpSink {
  readonly received: Received[] = [];
  behaviour: Behaviour = { status: 200 };
  /** Behaviours of the next requests; afterwards `behaviour` holds. */
  readonly next: Behaviour[] = [];
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(certificate: Certificate | null) {
    this.#scheme = certificate === null ? 'http' : 'https';
    this.#server = certificate === null ? createServer() : createTlsServer(certificate);
    this.#server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        this.received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
        const how = this.next.shift() ?? this.behaviour;
        if (how === 'hang') return;
        if (how === 'break') request.socket.destroy();
        else response.writeHead(how.status, how.location === undefined ? {} : { location: how.location }).end(how.body ?? '');
      });
    });
  }

  static async start(certificate: Certificate | null = null, port = 0): Promise<HttpSink> {
    const sink = new HttpSink(certificate);
    await new Promise<void>((resolve) => sink.#server.listen(port, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    const address = this.#server.address();
    return isInet(address) ? address.port : 0;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

export function isInet(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === 'object';
}
