import { BOUNDS } from '#kernel/bounds.ts';
import { sha256 } from '#kernel/hash.ts';

/**
 * All that a database is beside its rows: what there is (`index public.notes_pkey`) with a hash of its definition, who may do what with it (`rights on table public.notes`: `reader=SELECT;…`), whose it is
 * (`owner of …`), how far its sequences are (`position of …`), what is written about it (`comment on …`), and the roles that there are (`role …`).
 */
export type Catalogue = Readonly<Record<string, string>>;

/** Beyond so many entries one kind of thing is one entry: what differs is then told without its name. */
const { most } = BOUNDS.catalogueEntries;
const HASH_CHARACTERS = 16;
const FOLDED = /^(rights on \w+|owner of|comment on|position of|[a-z]+(?: [a-z]+)??) /u;

/** A catalogue as the ledger keeps it. */
export function bounded(catalogue: Catalogue): Catalogue {
  const entries = Object.entries(catalogue);
  if (entries.length <= most) return catalogue;
  const kinds = new Map<string, string[]>();
  for (const [key, value] of entries.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const kind = FOLDED.exec(key)?.[1] ?? key;
    // These move all the time, or belong to the server.
    if (kind === 'position of' || kind === 'role') continue;
    const all = kinds.get(kind);
    if (all === undefined) kinds.set(kind, [`${key}\t${value}`]);
    else all.push(`${key}\t${value}`);
  }
  return Object.fromEntries([...kinds].map(([kind, all]) => [`all: ${kind}`, sha256(all.join('\n')).slice(0, HASH_CHARACTERS)]));
}

export interface CatalogueFinding {
  /** Definitions and rights that were dumped and aren't there: what was loaded doesn't take the live database's place. */
  readonly lost: readonly string[];
  /** What is otherwise, and keeps nothing from working. */
  readonly differs: readonly string[];
}

const NOTHING: CatalogueFinding = { lost: [], differs: [] };

/**
 * What was loaded, against what was dumped.
 * @param live as it is now: a right that was taken from somebody since the dump isn't missed; null where nobody can tell
 */
export function catalogueFinding(dumped: Catalogue | null, loaded: Catalogue, live: Catalogue | null): CatalogueFinding {
  if (dumped === null) return NOTHING;
  const [lost, differs]: [string[], string[]] = [[], []];
  const roles = new Set(Object.keys(loaded).flatMap((key) => (key.startsWith('role ') ? [key.slice('role '.length)] : [])));
  for (const [key, was] of Object.entries(dumped)) {
    const now = loaded[key] ?? null;
    if (key.startsWith('role ') || now === was) continue;
    if (key.startsWith('rights on '))
      lost.push(...lostRights({ key, was, now: now ?? ofTheTable(key, loaded), live: live?.[key] ?? null }, roles));
    else if (key.startsWith('default rights ')) (live?.[key] === was ? lost : differs).push(key);
    else if (key.startsWith('position of ')) {
      if (now === null || Number(now) < Number(was)) differs.push(key);
    } else if (/^(?:owner of|comment on|all: (?:owner|comment)) ?/u.test(key))
      differs.push(now !== null && key.startsWith('owner of') ? `${key}: ${was} → ${now}` : key);
    else lost.push(now === null ? key : `${key} (changed)`);
  }
  return { lost: lost.toSorted(), differs: differs.toSorted() };
}

interface RightsOf {
  readonly key: string;
  readonly was: string;
  readonly now: string | null;
  readonly live: string | null;
}

/** A column that nobody has a right of its own on is its table's. */
function ofTheTable(key: string, loaded: Catalogue): string | null {
  const table = /^rights on column (.+)\.(?:"(?:[^"]|"")*"|[^."]+)$/u.exec(key)?.[1];
  return table === undefined ? null : (loaded[`rights on table ${table}`] ?? null);
}

/** Each right of each role that is still there: `rights on table public.notes: reader SELECT`. Where the thing itself is gone, that is told. */
function lostRights({ key, was, now, live }: RightsOf, roles: ReadonlySet<string>): readonly string[] {
  if (now === null) return [];
  const [before, after, today] = [rightsIn(was), rightsIn(now), live === null ? null : rightsIn(live)];
  return [...before].flatMap(([role, rights]) => {
    if (!roles.has(role)) return [];
    const missing = [...rights].filter(
      (right) => after.get(role)?.has(right) !== true && (today === null || today.get(role)?.has(right) === true),
    );
    return missing.length === 0 ? [] : [`${key}: ${role} ${missing.join(', ')}`];
  });
}

function rightsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const parts = text === '' ? [] : text.split(';');
  return new Map(
    parts.map((part) => {
      const at = part.lastIndexOf('=');
      return [part.slice(0, at), new Set(part.slice(at + 1).split(','))];
    }),
  );
}

/** Kinds of which an archive may hold others that are made: of these one by one is left out, of all others none can be made. */
const ONE_BY_ONE = new Set([
  'function', 'procedure', 'aggregate', 'publication', 'view', 'materialized view', 'table', 'type', 'domain', 'sequence', 'index', 'constraint', 'fk constraint', 'check constraint', 'trigger', 'rule',
  'policy', 'event', 'foreign key', 'extension', 'default',
]); // prettier-ignore
const ROWS = /^(?:TABLE DATA|rows of table) /u;

/**
 * What is missing for another reason than that it was left out.
 * @param left as `FUNCTION public f()`: archives and servers name things in their own ways
 */
export function withoutLeft(lost: readonly string[], left: readonly string[]): readonly string[] {
  const labels = left.filter((label) => !ROWS.test(label)).map(partsOf);
  return lost.filter((key) => !labels.some((label) => isLeft(key, label)));
}

/** The same of tables whose rows were counted. */
export function countedWithoutLeft<T extends { readonly name: string }>(lost: readonly T[], left: readonly string[]): readonly T[] {
  const names = new Set(
    left.flatMap((label) => (/^(?:TABLE DATA|TABLE|table|rows of table) (.+)$/u.exec(label)?.[1] ?? '').replace(' ', '.')),
  );
  return lost.filter(({ name }) => !names.has(name));
}

interface Left {
  readonly kind: string;
  readonly name: string;
}

function partsOf(label: string): Left {
  const kind = (/^(?:[A-Z]+ )+|^(?:foreign key|[a-z]+) /u.exec(label)?.[0] ?? '').trim();
  return {
    kind: kind
      .toLowerCase()
      .replace('procedural ', '')
      .replace(/^(?:shell) /u, ''),
    name: label.slice(kind.length + 1),
  };
}

function isLeft(key: string, { kind, name }: Left): boolean {
  if (!ONE_BY_ONE.has(kind)) return [kind, `rights on ${kind}`].some((start) => key.startsWith(`${start} `));
  // Servers write types with their schema, and names in quotes; archives write neither.
  const plain = key.replaceAll('pg_catalog.', '').replaceAll('"', '');
  const word = kind.replace(/^(?:fk|check) /u, '');
  const [schema = '', on = '', ...rest] = name.split(' ');
  const names = [name, name.replace(' ', '.'), ...(rest.length === 0 ? [] : [`${rest.join(' ')} on ${schema}.${on}`])];
  if (kind === 'constraint' && plain === `index ${schema}.${rest.join(' ')}`) return true;
  if (names.some((each) => plain === `${word} ${each}` || plain.startsWith(`rights on ${word} ${each}:`))) return true;
  // What is on a table goes with it.
  return kind === 'table' && (plain.endsWith(` on ${schema}.${on}`) || plain.startsWith(`rights on column ${schema}.${on}.`));
}

/** What of the live database was made otherwise since the dump, or is gone: names alone. */
export function changedSince(dumped: Catalogue | null, live: Catalogue): readonly string[] {
  if (dumped === null) return [];
  const isDefinition = (key: string): boolean => !/^(?:role|position of|comment on|all: )/u.test(key);
  const keys = new Set([...Object.keys(dumped), ...Object.keys(live)]);
  return [...keys].filter((key) => isDefinition(key) && dumped[key] !== live[key]).toSorted();
}
