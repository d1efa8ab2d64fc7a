import { Buffer } from 'node:buffer';

const NEWLINE = 10;

/**
 * Cuts what comes into lines, without their ends, in constant memory. What of a line is beyond the limit is read and dropped.
 * @param mostBytes of a line that are kept
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let kept = 0;
  const add = (part: Uint8Array): void => {
    const wanted = part.subarray(0, mostBytes - kept);
    if (wanted.length === 0) return;
    parts.push(wanted);
    kept += wanted.length;
  };
  const take = (): string => {
    const line = Buffer.concat(parts).toString('utf8');
    parts = [];
    kept = 0;
    return line;
  };
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(NEWLINE, at);
      add(chunk.subarray(at, end === -1 ? chunk.length : end));
      at = end === -1 ? chunk.length : end + 1;
      if (end !== -1) yield take();
    }
  }
  if (kept > 0) yield take();
}
