import type { Duplex } from 'node:stream';

/** What a screen shows at one moment. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, line by line. */
  readonly rgb: Uint8Array;
}

/** A picture that a phone can show, of a screen as it is: light or dark. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** Whose screen can be looked at. */
export interface Console {
  /**
   * Looks once, and lets go of the connection before it returns.
   * @throws console_none where there is none, console_off, console_busy, console_consent, console_dark where no picture comes, console_password,
   *   console_refused with the other side's words; what reaching it throws
   */
  screen(name: string, signal?: AbortSignal): Promise<Screen>;
}

/** Why no picture came of a connection that was made. */
export class ScreenError extends Error {
  override readonly name = 'ScreenError';
  /** `closed`: without a word, before the picture was whole. `protocol`: what came isn't RFB, or not as it was asked for. */
  readonly kind: 'closed' | 'refused' | 'password' | 'protocol';

  constructor(kind: ScreenError['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/**
 * Reads a whole picture off a connection, and destroys it whatever happens.
 * @throws ScreenError; the signal's reason
 */
export type ReadScreen = (stream: Duplex, password: string, signal: AbortSignal) => Promise<Screen>;

/** Makes a picture of a screen. */
export type DrawScreen = (screen: Screen) => Promise<Picture>;
