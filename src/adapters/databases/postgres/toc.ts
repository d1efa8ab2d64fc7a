/** One line of an archive's table of contents, as `pg_restore -l` prints it: `215; 1259 16386 TABLE public notes pad`. */
export interface TocEntry {
  /** As it stands in the list, to be given back. */
  readonly line: string;
  /** Its number in the archive, and those of what has to be there before it: a comment and a right need what they are on. */
  readonly id: number;
  readonly needs: readonly number[];
  /** Of the thing in the database that was dumped: the catalog that it is in (0 for rows and rights), and its number there. */
  readonly catalog: number;
  readonly oid: number;
  readonly kind: string;
  /** `-` for what is in no schema, then its name and its owner: names may hold blanks, so that only the whole can be compared. */
  readonly rest: string;
  /** Lines that this one stands for: large objects of one owner, one after the other, are one entry, in the name of the first. */
  readonly many: number;
}

/** The longer ones first: each would be taken for its beginning. */
const KINDS = [
  'TABLE DATA', 'TABLE ATTACH', 'INDEX ATTACH', 'SHELL TYPE', 'DEFAULT ACL', 'SEQUENCE SET', 'SEQUENCE OWNED BY', 'MATERIALIZED VIEW DATA', 'MATERIALIZED VIEW', 'FK CONSTRAINT', 'CHECK CONSTRAINT',
  'ROW SECURITY', 'STATISTICS DATA', 'DATABASE PROPERTIES', 'EVENT TRIGGER', 'FOREIGN TABLE', 'TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'BLOB METADATA', 'LARGE OBJECT', 'PUBLICATION TABLES IN SCHEMA', 'PUBLICATION TABLE', 'FOREIGN DATA WRAPPER', 'USER MAPPING', 'PROCEDURAL LANGUAGE', 'ACCESS METHOD', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'SUBSCRIPTION TABLE', 'SECURITY LABEL',
] as const; // prettier-ignore

const LINE = /^(\d+); (\d+) (\d+) (.+)$/u;
const NEEDS = /^;\tdepends on:((?: \d+)+)$/u;

/** Of the archive and of the database itself: a list that says what needs what has them as well, and nobody restores them. */
const OF_THE_ARCHIVE = /^(?:ENCODING|STDSTRINGS|SEARCHPATH|DATABASE|DATABASE PROPERTIES|(?:ACL|COMMENT|SECURITY LABEL) - DATABASE) /u;

/** What says whose several large objects are, in one word: there may be hundreds of thousands of them. */
const LARGE = /^(?:BLOB -|(?:ACL|COMMENT) - LARGE OBJECT) \d+ (.*)$/u;

/** Reads a table of contents as it comes, as `pg_restore -l -v` writes it. */
export class TocReader {
  readonly #decoder = new TextDecoder();
  readonly #entries: TocEntry[] = [];
  #rest = '';
  /** The last that was read: one that is passed over has needs as well. */
  #newest = -1;
  #run: { readonly first: TocEntry; readonly of: string; readonly lines: Lines } | null = null;

  add(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  end(): readonly TocEntry[] {
    this.#take(this.#rest);
    this.#endRun();
    return this.#entries;
  }

  #take(line: string): void {
    const entry = entryOf(line);
    if (entry === null) this.#takeNeeds(line);
    else if (OF_THE_ARCHIVE.test(`${entry.kind} ${entry.rest}`)) this.#newest = entry.id;
    else this.#takeEntry(entry);
  }

  /** What the entry before it needs. Nobody asks what large objects do. */
  #takeNeeds(line: string): void {
    const needs = NEEDS.exec(line)?.[1]?.trim().split(' ').map(Number);
    const entry = this.#entries.at(-1);
    if (needs === undefined || entry === undefined || this.#run !== null || entry.id !== this.#newest) return;
    this.#entries[this.#entries.length - 1] = { ...entry, needs };
  }

  #takeEntry(entry: TocEntry): void {
    const { line } = entry;
    this.#newest = entry.id;
    const owner = LARGE.exec(`${entry.kind} ${entry.rest}`)?.[1];
    const of = owner === undefined ? null : `${entry.kind} ${owner}`;
    if (of !== null && this.#run?.of === of) {
      this.#run.lines.add(line);
      return;
    }
    this.#endRun();
    if (of === null) this.#entries.push(entry);
    else this.#run = { first: entry, of, lines: new Lines(line) };
  }

  #endRun(): void {
    if (this.#run === null) return;
    const { first, lines } = this.#run;
    this.#entries.push({ ...first, line: lines.text(), many: lines.count });
    this.#run = null;
  }
}

/** Many lines, held as few texts: each by itself would hold on to all that it was cut from. */
class Lines {
  readonly #parts: string[] = [];
  #newest: string[];
  count = 1;

  constructor(first: string) {
    this.#newest = [first];
  }

  add(line: string): void {
    this.#newest.push(line);
    this.count += 1;
    if (this.#newest.length === JOINED) this.#join();
  }

  #join(): void {
    this.#parts.push(this.#newest.join('\n'));
    this.#newest = [];
  }

  text(): string {
    if (this.#newest.length > 0) this.#join();
    return this.#parts.join('\n');
  }
}

const JOINED = 1_000;

function entryOf(line: string): TocEntry | null {
  const [, id, catalog, oid, content] = LINE.exec(line) ?? [];
  if (content === undefined) return null;
  const kind = KINDS.find((each) => content.startsWith(`${each} `)) ?? content.split(' ', 1)[0] ?? '';
  return {
    line,
    id: Number(id),
    needs: [],
    catalog: Number(catalog),
    oid: Number(oid),
    kind,
    rest: content.slice(kind.length + 1),
    many: 1,
  };
}

/** Whose the large objects were that an entry stands for. Null for other entries. */
export function largeOwnerIn({ kind, rest }: TocEntry): string | null {
  if (kind !== 'BLOB' && kind !== 'BLOB METADATA') return null;
  return /^- \d+(?:\.\.\d+)? (.*)$/u.exec(rest)?.[1] ?? null;
}

/** The large objects that an entry stands for: `16400`, or from newer clients `16400..17399`. */
export function largeObjectsIn({ line }: TocEntry): readonly string[] {
  return line.split('\n').flatMap((each) => / - (\d+(?:\.\.\d+)?) /u.exec(each)?.[1] ?? []);
}

/** Rights on single things: they name roles that may be gone, and are restored last. */
export function isGrant({ kind }: TocEntry): boolean {
  return kind === 'ACL';
}

/**
 * What only a superuser may restore, or the owner of something else: rights of things that don't exist yet, comments on extensions; both are no data.
 */
export function isLeftOut({ kind, rest }: TocEntry): boolean {
  return kind === 'DEFAULT ACL' || (kind === 'COMMENT' && rest.startsWith('- EXTENSION '));
}

export function extensionsOf(toc: readonly TocEntry[]): readonly string[] {
  return toc.filter(({ kind }) => kind === 'EXTENSION').map(({ rest }) => rest.replace(/^- /u, '').trim());
}

/**
 * Who owned the archive's things, whoever owned the most first.
 * @param roles of the server: a name may have blanks in it, which nothing in the list tells from the blank before it
 */
export function ownersOf(toc: readonly TocEntry[], roles: readonly string[] = []): readonly string[] {
  const counts = new Map<string, number>();
  const blanks = withBlanks(roles);
  for (const entry of toc) {
    const { kind, many } = entry;
    const owner = ownerIn(entry, blanks);
    if (['EXTENSION', 'COMMENT', 'ACL', 'DEFAULT ACL'].includes(kind) || owner === '' || owner.startsWith('pg_')) continue;
    counts.set(owner, (counts.get(owner) ?? 0) + many);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([owner]) => owner);
}

/** Those that a line doesn't tell from what stands before them, the longer ones first. */
function withBlanks(roles: readonly string[]): readonly string[] {
  return roles.filter((role) => role.includes(' ')).toSorted((one, other) => other.length - one.length);
}

/** @param roles as of `ownersOf` */
export function ownerIn({ rest }: TocEntry, roles: readonly string[]): string {
  return withBlanks(roles).find((role) => rest.endsWith(` ${role}`)) ?? rest.split(' ').at(-1) ?? '';
}

/** A name as a list says it, which is cut into lines. */
export function inOneLine(name: string): string {
  return name.replaceAll(/[\n\r]/gu, ' ');
}

/** What archives call the server's kinds of thing, where that is another word. */
const KIND_OF: Readonly<Record<string, readonly string[]>> = {
  type: ['TYPE', 'DOMAIN'],
  'statistics object': ['STATISTICS'],
};

/** Something as the server names it. */
interface Named {
  readonly type: string;
  /** `-` for what is in none. */
  readonly schema: string;
  readonly tag: string;
}

/** Who owned a thing when it was dumped. Names with blanks can make a line read two ways: then nobody is taken for it. */
export function ownersIn(toc: readonly TocEntry[]): (thing: Named) => string | null {
  // By what a line begins with up to each of its blanks: one of them stands before the owner.
  const owners = new Map<string, string | null>();
  for (const { kind, rest } of toc)
    for (let blank = rest.indexOf(' '); blank >= 0; blank = rest.indexOf(' ', blank + 1)) {
      const key = `${kind} ${rest.slice(0, blank)}`;
      owners.set(key, owners.has(key) ? null : rest.slice(blank + 1));
    }
  return ({ type, schema, tag }) => {
    const kinds = KIND_OF[type] ?? [type.toUpperCase()];
    const found = kinds.map((kind) => owners.get(inOneLine(`${kind} ${schema} ${tag}`))).filter((owner) => owner !== undefined);
    return found.length === 1 && found[0] !== '' ? (found[0] ?? null) : null;
  };
}
