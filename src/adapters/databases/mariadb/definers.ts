const NEWLINE = 10;
/** How those begin. */
const [SLASH, LETTER_A, LETTER_C] = [47, 65, 67];
/** How triggers begin. */
const TRIGGER = '/*!50003 CREATE*/';
/** How lines begin on which mariadb-dump names a definer or the database itself. Rows never do: their line breaks are written as `\n`. */
const BEGINNINGS = [
  TRIGGER,
  'ALTER DATABASE `',
  '/*!50106 CREATE*/',
  '/*!50013 DEFINER=',
  'CREATE DEFINER=',
  '/*!50020 CREATE',
  '/*!50001 CREATE',
];
const LONGEST = Math.max(...BEGINNINGS.map((each) => each.length));
/** Longer lines begin like one of these, and are none. */
const HELD_BYTES = 64 * 1024;
/** What was made under ANSI_QUOTES names it so; a role has no host. */
const DEFINER = /DEFINER\s*=\s*(?:`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?|"(?:[^"]|"")*"(?:@"(?:[^"]|"")*")?)\s?/u;

/** Code that was made while the database had another character set: the one that it is loaded into is altered for as long. */
const ALTERED = /^ALTER DATABASE `(?:[^`]|``)*` (CHARACTER SET \w+ COLLATE \w+ ;)/u;

/**
 * A dump without the names of those in whose name its views, triggers, routines and events would run, nor of the database that it was: whoever loads it is that, and may nothing. A dump that hides such
 * a name from this is refused by the server. Events sleep until they are in their place. Nothing is held but the beginning of a line, or of a trigger.
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
    if (first !== SLASH && first !== LETTER_A && first !== LETTER_C) continue;
    const end = nextLine(block, at);
    if (!mayName(block.subarray(at, end))) continue;
    const whole = headEnd(block, at, end);
    if (at > given) pieces.push(block.subarray(given, at));
    given = whole ?? block.length;
    if (whole === null) return { pieces, held: Buffer.from(block.subarray(at)), passing: false };
    pieces.push(nameless(block.subarray(at, whole)));
    at = whole - 1;
  }
  if (given < block.length) pieces.push(block.subarray(given));
  return { pieces, held: NONE, passing: block.at(-1) !== NEWLINE };
}

/** Where the next line begins; the block's end where none does. */
function nextLine(block: Buffer, at: number): number {
  const newline = block.indexOf(NEWLINE, at);
  return newline < 0 ? block.length : newline + 1;
}

/** The end of a trigger's head; without it, another statement. */
const HEAD_END = /\bfor\s+each\s+row\b|\n(?=\/\*!|CREATE |ALTER |DELIMITER )/iu;

/** Where what names somebody ends: with its line; of a trigger with that on which it says `for each row`, as somebody typed it. Null: it isn't there yet. */
function headEnd(block: Buffer, at: number, end: number): number | null {
  const whole = block[end - 1] === NEWLINE;
  if (!block.subarray(at, end).toString('latin1', 0, TRIGGER.length).startsWith(TRIGGER)) return whole ? end : null;
  const found = HEAD_END.exec(block.toString('latin1', at, at + HELD_BYTES));
  if (found === null) return block.length - at < HELD_BYTES ? null : end;
  const last = nextLine(block, at + found.index);
  return block[last - 1] === NEWLINE ? last : null;
}

function mayName(line: Buffer): boolean {
  if (line.length > HELD_BYTES) return false;
  const start = line.toString('latin1', 0, LONGEST);
  return BEGINNINGS.some((each) => start.startsWith(each) || each.startsWith(start));
}

function nameless(line: Buffer): Buffer {
  const text = line.toString('latin1').replace(DEFINER, '').replace(ALTERED, 'ALTER DATABASE $1');
  return Buffer.from(asleep(inItsDatabase(text)), 'latin1');
}

const NAME = '(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\\w$\\u0080-\\u{10ffff}]+)';
const TRIGGER_HEAD = new RegExp(
  `^((?:/\\*!50003 CREATE\\*/ (?:/\\*!50017 [^\\n]*?\\*/ )?/\\*!50003 |CREATE (?:DEFINER=\\S+ )?)trigger\\s+(?:if\\s+not\\s+exists\\s+)?)(?:${NAME}\\s*\\.\\s*)?(${NAME}\\s+(?:before|after)\\s+\\w+\\s+on\\s+)(?:${NAME}\\s*\\.\\s*)?(?=${NAME})`,
  'iu',
);

/** A trigger is where its table is: its head, which is kept as somebody typed it, needn't say so. */
export function inItsDatabase(statement: string): string {
  return statement.replace(TRIGGER_HEAD, '$1$2');
}

const EVENT = /^(\/\*!50106 CREATE\*\/ [^\n]*? ON COMPLETION (?:NOT )?PRESERVE) ENABLE\b/u;
const AWAKE = /^(CREATE [^\n]*? ON COMPLETION (?:NOT )?PRESERVE) DISABLE ON SLAVE\b/u;

/** An event runs from the moment on in which it is made: what is only loaded yet would change before it is compared. */
function asleep(line: string): string {
  return line.replace(EVENT, '$1 DISABLE ON SLAVE');
}

/** Of an event that runs on whoever this server follows, and of every one that is only loaded yet. */
export function sleeps(statement: string): boolean {
  return AWAKE.test(statement);
}

/** An event's own statement, once it is in its place. */
export function awake(statement: string): string {
  return statement.replace(AWAKE, '$1 ENABLE');
}
