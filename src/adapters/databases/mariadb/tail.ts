/** The last line of every whole dump. */
const LAST = '-- Dump completed';
const KEPT_BYTES = 256;

/** The end of a stream: half a dump is good SQL, so that nothing but its last line tells it from a whole one. */
export class Tail {
  #last: Uint8Array = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    // A copy, which holds no more than it needs: whoever gave the chunk may fill it again.
    this.#last = Buffer.concat([this.#last, chunk.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES);
  }

  get empty(): boolean {
    return this.#last.length === 0;
  }

  get complete(): boolean {
    const lines = Buffer.from(this.#last).toString('latin1').trimEnd().split('\n');
    return lines.at(-1)?.startsWith(LAST) === true;
  }
}
