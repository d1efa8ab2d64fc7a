import type { Clock } from '#kernel/clock.ts';

/** Between two looks. A window of OpenSSH (2 MiB) has enough under way meanwhile for a line of a gigabyte a second. */
const LOOK_MS = 1;
/** So often, in case the other side opens its window by halves alone: what fits is sent then. */
const LOOKS = 20;

/**
 * Holds back what is sent until it fits into a channel's window. Whoever reads more slowly than we write opens the window by what they have just read, 4 KiB with OpenSSH, and ssh2 sends a packet of its
 * own into each such opening: four times as many as there have to be, on both sides.
 */
export class Window {
  readonly #channel: object;
  readonly #clock: Pick<Clock, 'sleep'>;
  /** As wide as it has ever been. */
  #most = 0;

  constructor(channel: object, clock: Pick<Clock, 'sleep'>) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** Whether so many bytes fit. Half the window is enough, since some open it no further at a time. */
  takes(bytes: number): boolean {
    const room = roomOf(this.#channel);
    this.#most = Math.max(this.#most, room);
    return room >= Math.min(bytes, this.#most / 2);
  }

  /** Waits until they do. */
  async opened(bytes: number): Promise<void> {
    for (let looks = 0; looks < LOOKS && !this.takes(bytes); looks += 1) await this.#clock.sleep(LOOK_MS);
  }
}

/** Where ssh2 1.17 keeps what the other side still takes: its `lib/Channel.js`. Another one that keeps it elsewhere holds nothing back. */
function roomOf(channel: object): number {
  const outgoing: unknown = Reflect.get(channel, 'outgoing');
  const room: unknown = typeof outgoing === 'object' && outgoing !== null ? Reflect.get(outgoing, 'window') : null;
  return typeof room === 'number' ? room : Number.POSITIVE_INFINITY;
}
