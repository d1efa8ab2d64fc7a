import { createServer, type Server } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** What a server says to a request over HTTP; null: nothing. */
export interface Said {
  readonly status: number;
  readonly text: string;
}

/** A server with a certificate on an address of loopback. Its certificate and what it says may change while it runs. */
export class SecureServer {
  readonly #server: Server;
  said: Said = { status: 200, text: 'well' };
  /** Names that were asked for, as browsers say them. */
  readonly hosts: string[] = [];

  private constructor(certificate: Certificate) {
    this.#server = createServer(certificate, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (request) => {
        this.hosts.push(/^host: *(\S+)/imu.exec(request.toString())?.[1] ?? '');
        const { status, text } = this.said;
        socket.end(`HTTP/1.1 ${status} X\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
      });
    });
  }

  /** @param port 0: any that is free */
  static async start(certificate: Certificate, address = '127.0.0.1', port = 0): Promise<SecureServer> {
    const server = new SecureServer(certificate);
    await new Promise<void>((resolve, reject) => server.#server.on('error', reject).listen(port, address, resolve));
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  show(certificate: Certificate): void {
    this.#server.setSecureContext(certificate);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
