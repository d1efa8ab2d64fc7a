import { identifier } from './client.ts';

/** What of a dump isn't loaded: a view, a trigger, a routine, a package, an event, a table, a foreign key of a table, a table's rows. */
const LABEL =
  /^(?:(view|table|trigger|function|procedure|package body|package|event) (.+)|rows of table (.+)|foreign key (.+) of table (.+))$/u;

interface Left {
  readonly sections: ReadonlySet<string>;
  readonly rows: ReadonlySet<string>;
  /** As `table/key`. */
  readonly keys: ReadonlySet<string>;
  /** As `trigger name`. */
  readonly code: ReadonlySet<string>;
}

/** @param labels as `inspect` gave them */
function leftOf(labels: readonly string[]): Left {
  const [sections, rows, keys, code] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for (const label of labels) {
    const [, kind, name = '', rowsOf, key, table] = LABEL.exec(label) ?? [];
    if (rowsOf !== undefined) rows.add(rowsOf);
    else if (key !== undefined) keys.add(`${table}/${key}`);
    else if (kind === 'view' || kind === 'table') sections.add(name);
    else if (kind !== undefined) code.add(`${kind} ${name}`);
  }
  return { sections, rows, keys, code };
}

const NEWLINE = 10;
/** A row is a line and may be as long as a packet: of each no more is looked at than its beginning. */
const LOOKED_AT = 4096;
const HEADING =
  /^-- (?:Table structure for table|Dumping data for table|Temporary table structure for view|Final view structure for view) `(.*)`\n?$/u;
const OTHER_HEADING = /^-- (?:Dumping (?:events|routines) for database|Sequence structure for|Current Database|Dump completed)/u;
/** After the last of a dump: what its client had set is put back. */
const PUT_BACK = /^\/\*M?!\d+ SET [A-Z_]+=@OLD_/u;
const ROW = /^(?:INSERT INTO|\()/u;
const KEY = /^ {2}CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY/u;
/** A trigger's head is as somebody typed it. */
const CODE =
  /CREATE(?:\*\/)?\s[^\n]*?\b(TRIGGER|FUNCTION|PROCEDURE|PACKAGE BODY|PACKAGE|EVENT)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|[\w$\u0080-\u{10ffff}]+)\s*\.\s*)?(?:`((?:[^`]|``)*)`|"((?:[^"]|"")*)"|([\w$\u0080-\u{10ffff}]+))/iu;

/**
 * A dump without what is left out of it. What stands in one is told by the lines that mariadb-dump writes before it; where somebody's own code looks like such a line, too much may be left out, which
 * the comparison with what was dumped finds.
 * @param said is told each statement that is left out; no rows
 */
export async function* withoutParts(
  dump: AsyncIterable<Uint8Array>,
  labels: readonly string[],
  said: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  if (labels.length === 0) {
    yield* dump;
    return;
  }
  const filter = new Filter(leftOf(labels), said);
  for await (const line of linesOf(dump)) yield* filter.take(line);
  yield* filter.end();
}

class Filter {
  readonly #left: Left;
  readonly #said: (text: string) => void;
  #section = '';
  #skipping = false;
  /** A line of a table's definition whose comma depends on the next one. */
  #held: Buffer | null = null;
  /** Statements between two changes of the delimiter. */
  #code: Buffer[] | null = null;

  constructor(left: Left, said: (text: string) => void) {
    this.#left = left;
    this.#said = said;
  }

  *take(line: Buffer): Generator<Buffer> {
    const start = line.toString('utf8', 0, LOOKED_AT);
    if (this.#code === null) this.#enter(start);
    if (this.#skipping) {
      if (!ROW.test(start)) this.#said(line.toString('utf8'));
    } else if (this.#code !== null || start.startsWith('DELIMITER ;;')) yield* this.#inCode(line, start);
    else if (!this.#left.rows.has(this.#section) || !ROW.test(start)) yield* this.#inTable(line, start);
  }

  *end(): Generator<Buffer> {
    if (this.#held !== null) yield this.#held;
    yield* this.#code ?? [];
  }

  #enter(start: string): void {
    const name = HEADING.exec(start)?.[1];
    if (name === undefined && !OTHER_HEADING.test(start) && !PUT_BACK.test(start)) return;
    this.#section = (name ?? '').replaceAll('``', '`');
    this.#skipping = this.#left.sections.has(this.#section);
  }

  *#inTable(line: Buffer, start: string): Generator<Buffer> {
    const key = KEY.exec(start)?.[1]?.replaceAll('``', '`');
    if (key !== undefined && this.#left.keys.has(`${this.#section}/${key}`)) {
      this.#said(`ALTER TABLE ${identifier(this.#section)} ADD ${start.trim().replace(/,$/u, '')};\n`);
      return;
    }
    const held = this.#held;
    this.#held = null;
    if (held !== null) yield start.startsWith(')') ? Buffer.from(held.toString('latin1').replace(/,(\r?\n)$/u, '$1'), 'latin1') : held;
    if (this.#left.keys.size > 0 && start.startsWith('  ') && line.length < LOOKED_AT) this.#held = line;
    else yield line;
  }

  *#inCode(line: Buffer, start: string): Generator<Buffer> {
    this.#code = [...(this.#code ?? []), line];
    if (!/^DELIMITER ;\r?\n?$/u.test(start)) return;
    const block = this.#code;
    this.#code = null;
    const [, kind = '', quoted, other, bare = ''] = CODE.exec(Buffer.concat(block).toString('utf8')) ?? [];
    const name = quoted?.replaceAll('``', '`') ?? other?.replaceAll('""', '"') ?? bare;
    if (this.#left.code.has(`${kind.toLowerCase()} ${name}`)) this.#said(Buffer.concat(block).toString('utf8'));
    else yield* block;
  }
}

/** Whole lines, line breaks included. */
async function* linesOf(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  for await (const chunk of dump) {
    const block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    for (let newline = block.indexOf(NEWLINE); newline >= 0; newline = block.indexOf(NEWLINE, at)) {
      yield held.length === 0 ? block.subarray(at, newline + 1) : Buffer.concat([...held, block.subarray(at, newline + 1)]);
      held = [];
      at = newline + 1;
    }
    // A copy: whoever gave the block may fill it again.
    if (at < block.length) held.push(Buffer.from(block.subarray(at)));
  }
  if (held.length > 0) yield Buffer.concat(held);
}
