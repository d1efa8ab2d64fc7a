import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** So much is held in memory: the table of contents of some thousand tables. */
const HELD_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

/** What was read of a stream and is wanted again. A long one lies in a file that has no name any more: whatever becomes of vigie, nothing of it stays. */
export class Spool {
  #held: Uint8Array[] = [];
  #file: FileHandle | null = null;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    this.#held.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > HELD_BYTES) await this.#spill();
  }

  async #spill(): Promise<void> {
    this.#file ??= await openNameless();
    for (const chunk of this.#held) await this.#file.appendFile(chunk);
    this.#held = [];
  }

  /** From its beginning; may be read again and again. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (let at = 0; this.#file !== null;) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    yield* this.#held;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

async function openNameless(): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const path = join(tmpdir(), `vigie-${randomUUID()}`);
  const file = await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await unlink(path);
  return file;
}
