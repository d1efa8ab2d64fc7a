import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Screen } from '#ports/console.ts';

/** A screen of the machine in QEMU, as it was recorded there: `login`, `panic`, `network`. */
export function recordedScreen(name: 'login' | 'panic' | 'network'): Screen {
  return readPng(readFileSync(join(import.meta.dirname, 'screens', `${name}.png`)));
}

/** Reads a PNG of vigie's own: 8 bits a part, without filters. */
export function readPng(png: Uint8Array): Screen {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (kind === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(data));
  const line = width * 3;
  const rgb = new Uint8Array(line * height);
  for (let y = 0; y < height; y += 1) rgb.set(rows.subarray(y * (line + 1) + 1, (y + 1) * (line + 1)), y * line);
  return { width, height, rgb };
}
