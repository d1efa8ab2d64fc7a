import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from '#test/lab/tls/certificates.ts';
import { isInet } from './http-sink.ts';

export interface SmtpOptions {
  /** Offered with STARTTLS, or spoken from the first byte on with `implicit`. */
  readonly certificate?: Certificate;
  readonly implicit?: boolean;
  /** Without it nobody has to log in. */
  readonly user?: string;
  readonly password?: string;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  /** Whether it came through TLS, and as whom. */
  readonly secure: boolean;
  readonly user: string | null;
}

/** A small SMTP server on loopback that keeps what it is sent (RFC 5321, STARTTLS, AUTH PLAIN). */
export class SmtpSink {
  readonly mails: Mail[] = [];
  connections = 0;
  /** Recipients that get a 550. */
  readonly refused = new Set<string>();
  /** `hang`: says nothing after the mail; `silent`: not even a greeting; `break`: ends the connection at once, `breaks` times. */
  behaviour: 'take' | 'refuse' | 'hang' | 'silent' = 'take';
  breaks = 0;
  readonly #options: SmtpOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: SmtpOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(options: SmtpOptions = {}, port = 0): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    await new Promise<void>((resolve) => sink.#server.listen(port, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    const address = this.#server.address();
    return isInet(address) ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.breaks > 0) {
      this.breaks -= 1;
      socket.destroy();
    } else if (this.behaviour !== 'silent') {
      this.#talk(this.#options.implicit === true ? this.#secured(socket) : socket, this.#options.implicit === true, true);
    }
  }

  #secured(socket: Socket): TLSSocket {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(this.#options.certificate) });
    secure.on('error', () => socket.destroy());
    return secure;
  }

  #talk(socket: Socket, secure: boolean, greet: boolean): void {
    let [user, from, to, data]: [string | null, string, string[], string | null] = [null, '', [], null];
    const say = (...lines: readonly string[]): void => void socket.write(`${lines.join('\r\n')}\r\n`);
    const command = (line: string): void => {
      const verb = line.split(/[ :]/u, 1)[0]?.toUpperCase();
      const address = /<(.*?)>/u.exec(line)?.[1] ?? '';
      if (verb === 'EHLO') say('250-sink', ...(this.#offersTls(secure) ? ['250-STARTTLS'] : []), '250-AUTH PLAIN', '250 8BITMIME');
      else if (verb === 'STARTTLS') {
        say('220 go ahead');
        socket.removeAllListeners('data');
        this.#talk(this.#secured(socket), true, false);
      } else if (verb === 'AUTH') {
        const [, name = '', password = ''] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        const known = name === this.#options.user && password === this.#options.password;
        user = known ? name : null;
        // Some servers are talkative: what they repeat must not reach anybody.
        say(known ? '235 welcome' : `535 bad credentials for ${name} with ${password}`);
      } else if (verb === 'MAIL') {
        from = address;
        const closed = this.#options.user !== undefined && user === null;
        say(closed ? '530 log in first' : this.behaviour === 'refuse' ? '554 no mail here' : '250 ok');
      } else if (verb === 'RCPT') {
        if (!this.refused.has(address)) to = [...to, address];
        say(this.refused.has(address) ? `550 no such mailbox ${address}` : '250 ok');
      } else if (verb === 'DATA') {
        data = '';
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say('250 ok');
    };
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data === null) command(line);
        else if (line !== '.') data += `${line.replace(/^\.\./u, '.')}\n`;
        else {
          if (this.behaviour !== 'hang') {
            this.mails.push({ from, to, text: data, secure, user });
            say('250 taken');
          }
          [to, data] = [[], null];
        }
      }
    });
    if (greet) say('220 sink ESMTP');
  }

  #offersTls(secure: boolean): boolean {
    return !secure && this.#options.certificate !== undefined;
  }
}
