const NEWLINE = 10;
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
    let at = 0;
    while (at < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, at);
      const part = chunk.subarray(at, newline < 0 ? chunk.length : newline + 1);
      at += part.length;
      if (passing) yield part;
      else {
        held = Buffer.concat([held, part]);
        if (newline < 0 && mayName(held)) continue;
        yield mayName(held) ? nameless(held) : held;
        held = Buffer.alloc(0);
      }
      passing = newline < 0;
    }
  }
  if (held.length > 0) yield nameless(held);
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
