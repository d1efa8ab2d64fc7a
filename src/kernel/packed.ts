import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BOUNDS } from './bounds.ts';

/** A text that repeats itself, in a fraction of its length, as letters and digits. */
export function packed(text: string): string {
  return deflateRawSync(text).toString('base64');
}

/** @throws RangeError for what is longer than anything that is packed */
export function unpacked(text: string): string {
  return inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: BOUNDS.unpacked.most }).toString('utf8');
}
