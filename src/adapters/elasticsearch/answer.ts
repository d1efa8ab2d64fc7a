import { addAbortSignal, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BOUNDS } from '#kernel/bounds.ts';
import { type Json, parseJsonExactly } from '#kernel/json.ts';

/** What came back, whole. */
export interface Answer {
  readonly status: number;
  /** Null for what isn't JSON, and for nothing. */
  readonly json: Json;
}

/** An answer of which more came than anybody asked for. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** @throws TooLarge; or the stream's own error, the signal's when it aborts */
export async function readAnswer(status: number, encoding: string | undefined, body: Readable, signal: AbortSignal): Promise<Answer> {
  const stream = addAbortSignal(signal, body);
  const text = await textOf(encoding === 'gzip' ? unzipped(stream) : stream);
  return { status, json: jsonOf(text) };
}

function unzipped(stream: Readable): Readable {
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

async function textOf(stream: Readable): Promise<string> {
  const { most } = BOUNDS.searchAnswer;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > most) throw new TooLarge(`more than ${most / 1024 / 1024} MB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonOf(text: string): Json {
  try {
    return parseJsonExactly(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
