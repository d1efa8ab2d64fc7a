/** One line of an archive's table of contents, as `pg_restore -l` prints it: `215; 1259 16386 TABLE public notes pad`. */
export interface TocEntry {
  /** As it stands in the list, to be given back. */
  readonly line: string;
  /** Of the thing in the database that was dumped: the catalog that it is in (0 for rows and rights), and its number there. */
  readonly catalog: number;
  readonly oid: number;
  readonly kind: string;
  /** `-` for what is in no schema, then its name and its owner: names may hold blanks, so that only the whole can be compared. */
  readonly rest: string;
}

/** The longer ones first: each would be taken for its beginning. */
const KINDS = [
  'TABLE DATA', 'TABLE ATTACH', 'INDEX ATTACH', 'SHELL TYPE', 'DEFAULT ACL', 'SEQUENCE SET', 'SEQUENCE OWNED BY', 'MATERIALIZED VIEW DATA', 'MATERIALIZED VIEW', 'FK CONSTRAINT', 'CHECK CONSTRAINT',
  'EVENT TRIGGER', 'FOREIGN TABLE', 'TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'BLOB METADATA', 'LARGE OBJECT', 'PUBLICATION TABLES IN SCHEMA', 'PUBLICATION TABLE', 'FOREIGN DATA WRAPPER', 'USER MAPPING', 'PROCEDURAL LANGUAGE', 'ACCESS METHOD', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'SUBSCRIPTION TABLE', 'SECURITY LABEL',
] as const; // prettier-ignore

const LINE = /^\d+; (\d+) (\d+) (.+)$/u;

export function tocOf(list: string): readonly TocEntry[] {
  return list.split('\n').flatMap((line) => {
    const [, catalog, oid, content] = LINE.exec(line) ?? [];
    if (content === undefined) return [];
    const kind = KINDS.find((each) => content.startsWith(`${each} `)) ?? content.split(' ', 1)[0] ?? '';
    return [{ line, catalog: Number(catalog), oid: Number(oid), kind, rest: content.slice(kind.length + 1) }];
  });
}

/** Rights on single things: they name roles that may be gone, and are restored last. */
export function isGrant({ kind }: TocEntry): boolean {
  return kind === 'ACL';
}

/**
 * What only a superuser may restore, or the owner of something else: rights of things that don't exist yet, comments on extensions; both are no data.
 */
export function isLeftOut({ kind, rest }: TocEntry): boolean {
  return kind === 'DEFAULT ACL' || (kind === 'COMMENT' && /^- (?:EXTENSION|SCHEMA public)(?: |$)/u.test(rest));
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
  const blanks = roles.filter((role) => role.includes(' ')).toSorted((one, other) => other.length - one.length);
  for (const { kind, rest } of toc) {
    const owner = blanks.find((role) => rest.endsWith(` ${role}`)) ?? rest.split(' ').at(-1) ?? '';
    if (['EXTENSION', 'COMMENT', 'ACL', 'DEFAULT ACL'].includes(kind) || owner === '' || owner.startsWith('pg_')) continue;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([owner]) => owner);
}

/** What archives call the server's kinds of thing, where that is another word. */
const KIND_OF: Readonly<Record<string, readonly string[]>> = {
  type: ['TYPE', 'DOMAIN'],
  'large object': ['BLOB', 'BLOB METADATA'],
  'statistics object': ['STATISTICS'],
};

/**
 * Who owned a thing when it was dumped. Names with blanks can make a line read two ways: then nobody is taken for it.
 * @param schema `-` for what is in none
 */
export function ownerIn(
  toc: readonly TocEntry[],
  { type, schema, tag }: { readonly type: string; readonly schema: string; readonly tag: string },
): string | null {
  const kinds = KIND_OF[type] ?? [type.toUpperCase()];
  const start = `${schema} ${tag} `;
  const found = toc.filter(({ kind, rest }) => kinds.includes(kind) && rest.startsWith(start)).map(({ rest }) => rest.slice(start.length));
  return found.length === 1 && found[0] !== '' ? (found[0] ?? null) : null;
}
