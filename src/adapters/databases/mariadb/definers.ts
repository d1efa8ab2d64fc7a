const NEWLINE = 10;
/** How those begin. */
const [SLASH, LETTER_C] = [47, 67];
/** How lines begin on which mariadb-dump names a definer. Rows never do: their line breaks are written as `\n`. */
const BEGINNINGS = ['/*!50003 CREATE*/', '/*!50106 CREATE*/', '/*!50013 DEFINER=', 'CREATE DEFINER=', '/*!50020 CREATE', '/*!50001 CREATE'];
const LONGEST = Math.max(...BEGINNINGS.map((each) => each.length));
/** Longer lines begin like one of these, and are none. */
const HELD_BYTES = 64 * 1024;
/** What was made under ANSI_QUOTES names it so. */
const DEFINER = /DEFINER\s*=\s*(?:`(?:[^`]|``)*`@`(?:[^`]|``)*`|"(?:[^"]|"")*"@"(?:[^"]|"")*")\s?/u;

/**
 * A dump without the names of those in whose name its views, triggers, routines and events would run: whoever loads it is that, and may nothing. A dump that hides such a name from this is
 * refused by the server. Events sleep until they are in their place. Nothing is held but the beginning of a line.
 */
export async function* withoutDefiners(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let passing = false;
  for await (const chunk of dump) {
    // Nothing ends no line.
    if (chunk.length === 0) continue;
    const block = held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([held, chunk]);
    const cut = cutAtNames(block, passing);
    yield* cut.pieces;
    ({ held, passing } = cut);
  }
  if (held.length > 0) yield nameless(held);
}

interface Cut {
  /** As large as they come: a row is a line, and a piece of its own for each would be a write for each. */
  readonly pieces: readonly Buffer[];
  /** The beginning of a line that may name somebody, and goes on in the next block. */
  readonly held: Buffer<ArrayBuffer>;
  /** The block ends in the middle of a line that names nobody. */
  readonly passing: boolean;
}

const NONE = Buffer.alloc(0);

/** @param passing whether it begins in the middle of a line that names nobody */
function cutAtNames(block: Buffer, passing: boolean): Cut {
  const pieces: Buffer[] = [];
  let given = 0;
  for (let at = passing ? nextLine(block, 0) : 0; at < block.length; at = nextLine(block, at)) {
    const first = block[at];
    if (first !== SLASH && first !== LETTER_C) continue;
    const end = nextLine(block, at);
    const line = block.subarray(at, end);
    if (!mayName(line)) continue;
    if (at > given) pieces.push(block.subarray(given, at));
    given = end;
    if (block[end - 1] !== NEWLINE) return { pieces, held: Buffer.from(line), passing: false };
    pieces.push(nameless(line));
  }
  if (given < block.length) pieces.push(block.subarray(given));
  return { pieces, held: NONE, passing: block.at(-1) !== NEWLINE };
}

/** Where the next line begins; the block's end where none does. */
function nextLine(block: Buffer, at: number): number {
  const newline = block.indexOf(NEWLINE, at);
  return newline < 0 ? block.length : newline + 1;
}

function mayName(line: Buffer): boolean {
  if (line.length > HELD_BYTES) return false;
  const start = line.toString('latin1', 0, LONGEST);
  return BEGINNINGS.some((each) => start.startsWith(each) || each.startsWith(start));
}

function nameless(line: Buffer): Buffer {
  return Buffer.from(asleep(line.toString('latin1').replace(DEFINER, '')), 'latin1');
}

const EVENT = /^(\/\*!50106 CREATE\*\/ [^\n]*? ON COMPLETION (?:NOT )?PRESERVE) ENABLE\b/u;
const AWAKE = /^(CREATE [^\n]*? ON COMPLETION (?:NOT )?PRESERVE) DISABLE ON SLAVE\b/u;

/** An event runs from the moment on in which it is made: what is only loaded yet would change before it is compared. */
function asleep(line: string): string {
  return line.replace(EVENT, '$1 DISABLE ON SLAVE');
}

/** An event's own statement, once it is in its place. */
export function awake(statement: string): string {
  return statement.replace(AWAKE, '$1 ENABLE');
}
