import { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import type { Clock } from '#kernel/clock.ts';
import { Window } from './window.ts';

/**
 * A channel as Node's HTTP client wants its sockets: with the methods that it calls on every one of them, and with an end that
 * shows at once. ssh2's own channel keeps silent about a broken connection for as long as nobody reads it, which is how an HTTP
 * agent keeps its idle sockets: the next request would wait on a dead one.
 */
class ChannelSocket extends Duplex {
  readonly #channel: ClientChannel;
  readonly #window: Window;

  constructor(client: Client, channel: ClientChannel, clock: Pick<Clock, 'sleep'>) {
    super();
    this.#channel = channel;
    this.#window = new Window(channel, clock);
    const broken = (): void => void this.destroy(new Error('SSH connection closed'));
    client.once('close', broken);
    this.once('close', () => client.off('close', broken));
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => {
      this.push(null);
      // Says `end` at once where nothing is left to read, even if nobody reads.
      this.read(0);
    });
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', () => this.#closed());
  }

  /** What has arrived is still to be read. */
  #closed(): void {
    if (this.#channel.readableEnded && !this.readableEnded) this.once('end', () => this.destroy());
    else this.destroy();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const send = (): void => {
      if (this.destroyed) done();
      else this.#channel.write(chunk, encoding, done);
    };
    if (this.#window.takes(chunk.length)) send();
    else void this.#window.opened(chunk.length).then(send);
  }

  /** A quick command has ended its channel already, which is an error to whoever ends it again: what it said would be lost. */
  override _final(done: () => void): void {
    this.#channel.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.destroy();
    done(error);
  }

  // Keep-alive is the connection's own affair, the deadline the request's.
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export function asSocket(client: Client, channel: ClientChannel, clock: Pick<Clock, 'sleep'>): Duplex {
  return new ChannelSocket(client, channel, clock);
}
