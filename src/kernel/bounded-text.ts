/** What can be read piece by piece: an answer of `fetch`, or of undici. */
interface Answer {
  readonly body: AsyncIterable<unknown> | null;
}

/** The text of an answer, or null when it has more bytes than anybody asked for: the rest isn't read. */
export async function readText({ body }: Answer, mostBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
