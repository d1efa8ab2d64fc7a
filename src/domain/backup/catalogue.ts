import { BOUNDS } from '#kernel/bounds.ts';
import { isRecord, parseJson } from '#kernel/json.ts';
import { packed, unpacked } from '#kernel/packed.ts';

/**
 * All that a database is beside its rows: what there is (`index public.notes_pkey`) with a hash of its definition, who may do what with it (`rights on table public.notes`: `reader=SELECT;…`), whose it is
 * (`owner of …`), how far its sequences are (`position of …`), how many rows its tables keep that aren't valid any more (`history of …`), what is written about it (`comment on …`), in whose name it
 * runs (`definer of …`), the roles that there are (`role …`), and what of other databases leads into it (`reference from …`).
 */
export type Catalogue = Readonly<Record<string, string>>;

/** Beyond so many entries the ledger keeps a catalogue as one: whatever is compared is compared one by one all the same. */
const { most } = BOUNDS.catalogueEntries;
const PACKED = 'packed';

/** A catalogue as the ledger keeps it. */
export function bounded(found: Catalogue): Catalogue {
  return Object.keys(found).length <= most ? found : { [PACKED]: packed(JSON.stringify(found)) };
}

/** A kept catalogue, entry by entry, as it was found. */
export function whole(kept: Catalogue): Catalogue {
  const text = kept[PACKED];
  if (text === undefined) return kept;
  const found = parseJson(unpacked(text));
  return isRecord(found) ? Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)])) : {};
}

/** Says how definitions were written when they were hashed: two catalogues that were written otherwise are compared by what there is. */
export const WORDS = 'all: words';
/** Raised whenever the same thing gets another hash than before. */
const WRITTEN = '2';

/** With what says how it was written. */
export function written(found: Catalogue): Catalogue {
  return { ...found, [WORDS]: WRITTEN };
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
 * @param kept as the ledger has it
 * @param live as it is now: a right that was taken from somebody since the dump isn't missed; null where nobody can tell
 */
export function catalogueFinding(kept: Catalogue | null, loaded: Catalogue, live: Catalogue | null): CatalogueFinding {
  if (kept === null) return NOTHING;
  const [lost, differs]: [string[], string[]] = [[], []];
  const roles = new Set(['public', ...Object.keys(loaded).flatMap((key) => (key.startsWith('role ') ? [key.slice('role '.length)] : []))]);
  const dumped = whole(kept);
  const alike = dumped[WORDS] === loaded[WORDS];
  for (const [key, was] of Object.entries(dumped)) {
    const now = loaded[key] ?? null;
    if (/^(?:role|all:|definer|reference) /u.test(key) || isSame(key, was, now)) continue;
    if (key === ON_LARGE_OBJECTS) lost.push(...lostRights({ key, was, now: now ?? '', live: null }, roles));
    else if (key.startsWith('rights on '))
      lost.push(...lostRights({ key, was, now: now ?? ofTheTable(key, loaded), live: live?.[key] ?? null }, roles));
    else if (key.startsWith('default rights ')) (live?.[key] === was ? lost : differs).push(key);
    else if (/^(?:position|history) of /u.test(key)) {
      if (now === null || Number(now) < Number(was)) differs.push(key);
    } else if (/^(?:owner of|comment on) /u.test(key))
      differs.push(now !== null && key.startsWith('owner of') ? `${key}: ${was} → ${now}` : key);
    else if (now === null) lost.push(key);
    // The same thing may have had another hash when it was dumped: whoever restores is told, and isn't kept from it.
    else (alike ? lost : differs).push(`${key} (changed)`);
  }
  return { lost: lost.toSorted(), differs: differs.toSorted() };
}

/** Of all of them together: an archive says it of each as it was dumped, whatever the live database says now. */
const ON_LARGE_OBJECTS = 'rights on large objects';

/** What of other databases still leads into one that was put aside, where it keeps rows from being written. @param kept of the one that was put aside */
export function leadsAside(kept: Catalogue): readonly string[] {
  return Object.keys(kept)
    .filter((key) => key.startsWith('reference from '))
    .toSorted();
}

/** Of what had no definition when it was dumped, older vigies asked for none: that it is there is all that can be compared. */
function isSame(key: string, was: string | null, now: string | null): boolean {
  return was === now || (was === '' && now !== null && !/^(?:rights|default rights|owner|position|history|comment) o[fn] /u.test(key));
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
  'function', 'procedure', 'package', 'aggregate', 'publication', 'view', 'materialized view', 'table', 'type', 'domain', 'sequence', 'index', 'constraint', 'fk constraint', 'check constraint', 'trigger', 'rule',
  'policy', 'event', 'foreign key', 'extension', 'default', 'cast',
]); // prettier-ignore
const ROWS = /^(?:TABLE DATA|MATERIALIZED VIEW DATA|rows of table) /u;

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
    left.flatMap((label) =>
      (/^(?:TABLE DATA|TABLE|MATERIALIZED VIEW DATA|MATERIALIZED VIEW|table|rows of table) (.+)$/u.exec(label)?.[1] ?? '').replace(
        ' ',
        '.',
      ),
    ),
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
      .replace(/^(?:shell) /u, '')
      // Archives say it twice: `CAST CAST (integer AS point)`.
      .replace(/^(cast|transform) \1\b.*$/u, '$1'),
    name: label.slice(kind.length + 1),
  };
}

function isLeft(key: string, { kind, name }: Left): boolean {
  if (!ONE_BY_ONE.has(kind)) return [kind, `rights on ${kind}`].some((start) => key.startsWith(`${start} `));
  // Servers write types with their schema, and names in quotes; archives write neither.
  const plain = key
    .replaceAll('pg_catalog.', '')
    .replaceAll('"', '')
    .replace(/^(?:time zone|status) of /u, '');
  const word = kind.replace(/^(?:fk|check) /u, '');
  const [schema = '', on = '', ...rest] = name.split(' ');
  const names = [name, name.replace(' ', '.'), ...(rest.length === 0 ? [] : [`${rest.join(' ')} on ${schema}.${on}`])];
  if (kind === 'constraint' && plain === `index ${schema}.${rest.join(' ')}`) return true;
  const words = word === 'procedure' || word === 'aggregate' ? [word, 'function'] : [word];
  if (words.some((one) => names.some((each) => plain === `${one} ${each}` || plain.startsWith(`rights on ${one} ${each}:`)))) return true;
  // What is on a table goes with it.
  return kind === 'table' && (plain.endsWith(` on ${schema}.${on}`) || plain.startsWith(`rights on column ${schema}.${on}.`));
}

/** What of the live database was made otherwise since the dump, or is gone: names alone. */
export function changedSince(kept: Catalogue | null, live: Catalogue): readonly string[] {
  if (kept === null) return [];
  const dumped = whole(kept);
  const isDefinition = (key: string): boolean => !/^(?:role|position of|history of|comment on|definer of|reference from|all: )/u.test(key);
  const alike = dumped[WORDS] === live[WORDS];
  const keys = new Set([...Object.keys(dumped), ...Object.keys(live)]);
  return [...keys]
    .filter(
      (key) => isDefinition(key) && !isSame(key, dumped[key] ?? null, live[key] ?? null) && (alike || !(key in dumped && key in live)),
    )
    .toSorted();
}
