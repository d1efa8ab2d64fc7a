import { basename } from 'node:path';

const BLOCK = 512;

/** An archive (tar) of one file that everybody may read, as Docker takes it: its name has to be shorter than a hundred bytes. */
export function oneFileArchive(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(basename(path), 0, 99, 'utf8');
  header.write('0000444\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\u{0}00', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}
