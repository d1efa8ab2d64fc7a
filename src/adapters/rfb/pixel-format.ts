/** How a server sends pixels, without a palette. */
export interface PixelFormat {
  readonly bytes: 1 | 2 | 4;
  /** In ZRLE a pixel of 32 bits that uses 24 of them has three bytes. */
  readonly packedBytes: 1 | 2 | 3 | 4;
  readonly isBig: boolean;
  /** Of red, green and blue: how far it lies, and how much is full. */
  readonly shifts: readonly [number, number, number];
  readonly maxima: readonly [number, number, number];
}

/** What a server with a palette is asked for instead: 16 bits, 5 for red and blue, 6 for green. */
export const RGB565 = Buffer.from('10100001001f003f001f0b0500000000', 'hex');

/** 8 bits, 3 for red and green, 2 for blue: a rough picture of a large screen. */
export const RGB332 = Buffer.from('08080001000700070003050200000000', 'hex');

/** Reads the 16 bytes of a pixel format; null for one with a palette, or that can't be. */
export function readPixelFormat(bytes: Buffer): PixelFormat | null {
  const [bits = 0, depth = 0, big = 0, trueColour = 0] = bytes;
  const size = bits === 8 ? 1 : bits === 16 ? 2 : bits === 32 ? 4 : null;
  if (size === null || trueColour === 0) return null;
  const maxima = [bytes.readUInt16BE(4), bytes.readUInt16BE(6), bytes.readUInt16BE(8)] as const;
  const shifts = [bytes.readUInt8(10), bytes.readUInt8(11), bytes.readUInt8(12)] as const;
  if (maxima.some((maximum) => maximum === 0) || shifts.some((shift) => shift >= bits)) return null;
  return { bytes: size, packedBytes: size === 4 && depth <= 24 ? 3 : size, isBig: big !== 0, shifts, maxima };
}

/** A pixel's red, green and blue, 8 bits each, as one number. */
export function colourOf({ shifts, maxima }: PixelFormat, value: number): number {
  const part = (index: 0 | 1 | 2): number => Math.round((((value >>> shifts[index]) & maxima[index]) * 255) / maxima[index]);
  return (part(0) << 16) | (part(1) << 8) | part(2);
}
