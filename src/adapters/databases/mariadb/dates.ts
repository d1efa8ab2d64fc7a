const NONE = Buffer.alloc(0);
/** In so many bytes the statement stands that says in which mode a dump is loaded: it is among the first. */
const FIRST_BYTES = 64 * 1024;
const MODE = "SQL_MODE='NO_AUTO_VALUE_ON_ZERO'";
const ANY_DATE = "SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'";

/** The same dump, whose dates are taken as they are: without that the server makes nothing of a 31st of February that it once took, and says no word. */
export async function* withAnyDates(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = NONE;
  for await (const chunk of dump) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const at = head.indexOf(MODE);
    if (at < 0 && head.length < FIRST_BYTES) continue;
    yield at < 0 ? head : Buffer.concat([head.subarray(0, at), Buffer.from(ANY_DATE), head.subarray(at + MODE.length)]);
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}
