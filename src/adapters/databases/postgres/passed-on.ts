import type { Server } from '../dialect.ts';
import type { Archive } from './archive.ts';
import { rolesOf } from './owners.ts';
import { identifier, psql } from './psql.ts';
import { scriptOf } from './script.ts';
import { isGrant } from './toc.ts';

const QUOTED = '"(?:[^"]|"")+"';
const KINDS = 'TABLE|SEQUENCE|FUNCTION|PROCEDURE|ROUTINE|SCHEMA|TYPE|LARGE OBJECT|DATABASE|LANGUAGE';
/** One right on one thing: no text, no value and no second statement can be in it. */
const RIGHT = String.raw`(?:GRANT|REVOKE) (?:[A-Z, ]|\((?:[\w ,]|${QUOTED})+\))+ ON (?:${KINDS}) (?:[\w ,.()[\]]|${QUOTED})+;`;
const AS = String.raw`SET SESSION AUTHORIZATION (?:\w+|${QUOTED});`;
const LINES = new RegExp(`(${RIGHT})|(${AS})|(RESET SESSION AUTHORIZATION;)|\\s+|--[^\\n]*\\n`, 'uy');
const HEADING = /^-- Name: .*; Type: ACL; Schema: .*; Owner: (.*)$/mu;

/** Large objects of one owner that are one entry: more of them aren't looked at one by one. */
const MANY = 1_000;

/** What pg_restore would run for an archive's rights: empty where it has none. */
export async function rightsScript(server: Server, archive: Archive, signal?: AbortSignal): Promise<string> {
  const entries = archive.toc.filter((entry) => isGrant(entry) && entry.many <= MANY);
  return entries.length === 0 ? '' : await scriptOf(server, archive, { entries, owned: true }, signal);
}

/**
 * Rights that somebody passed on who was given them: they are theirs to give, and no loader can speak for them. Each is given in the name of whoever gave it, who may give no more than they have;
 * never in the name of one who may more than others, and nothing else than a GRANT or a REVOKE is taken from an archive.
 * @param loader gives what was the owner's to give
 */
export async function givePassedOn(
  server: Server,
  { database, loader, script }: { readonly database: string; readonly loader: string; readonly script: string },
  signal?: AbortSignal,
): Promise<void> {
  const groups = groupsIn(script).filter(({ text }) => text.includes('SET SESSION AUTHORIZATION '));
  const read = groups.map(({ text }) => rightsIn(text, loader)).filter((found) => found !== null);
  const givers = [...new Set(read.flatMap((found) => found.map(({ giver }) => giver)))];
  const ordinary = (await rolesOf(server, givers, signal)).filter(({ privileged }) => !privileged).map(({ role }) => role);
  const wanted = read.flat().filter(({ giver }) => giver === loader || ordinary.includes(giver));
  const sql = wanted.map(({ giver, statement }) => `set session authorization ${identifier(giver)};\n${statement}`);
  if (sql.length > 0) await psql(server, database, ['begin;', ...sql, 'reset session authorization;', 'commit;'].join('\n'), signal);
}

/** Rights on the whole database are the live one's. */
const TAKEN = /^REVOKE ALL ON (?!DATABASE )[^]* FROM ((?:\w+|"(?:[^"]|"")+"));$/u;

/**
 * Takes from owners what they have taken from themselves, whole: while a loader owns all, an archive's statement that says so takes nothing from anybody. (Of those who have a right left, the server knows the
 * others: see `ownerLimits`.) In the owner's own name, who may take from nobody else.
 */
export async function emptyOwners(
  server: Server,
  { database, script }: { readonly database: string; readonly script: string },
  signal?: AbortSignal,
): Promise<void> {
  const taken = groupsIn(script).flatMap(takenIn);
  const known = await rolesOf(server, [...new Set(taken.map(({ giver }) => giver))], signal);
  const wanted = taken.filter(({ giver }) => known.some(({ role, privileged }) => role === giver && !privileged));
  const sql = wanted.map(({ giver, statement }) => `set session authorization ${identifier(giver)};\n${statement}`);
  if (sql.length > 0) await psql(server, database, ['begin;', ...sql, 'reset session authorization;', 'commit;'].join('\n'), signal);
}

function takenIn({ owner, text }: Group): readonly Given[] {
  const rights = rightsIn(text, owner) ?? [];
  const taken = rights.find(({ statement }) => bare(TAKEN.exec(statement)?.[1] ?? '') === owner);
  const given = rights.some(({ statement }) => statement.startsWith('GRANT ') && grantee(statement) === owner);
  return taken === undefined || given ? [] : [{ giver: owner, statement: taken.statement }];
}

function grantee(statement: string): string {
  return bare(/ TO (\w+|"(?:[^"]|"")+")(?: WITH GRANT OPTION)?;$/u.exec(statement)?.[1] ?? '');
}

/** What a script says of one thing. */
interface Group {
  readonly owner: string;
  readonly text: string;
}

function groupsIn(script: string): readonly Group[] {
  const [, ...parts] = script.split(HEADING);
  return parts.flatMap((owner, index) => (index % 2 === 0 ? [{ owner, text: parts[index + 1] ?? '' }] : []));
}

interface Given {
  readonly giver: string;
  readonly statement: string;
}

/** The rights of one thing, in their order; null for what isn't such rights alone. */
function rightsIn(part: string, loader: string): readonly Given[] | null {
  const found: Given[] = [];
  let giver = loader;
  LINES.lastIndex = 0;
  const text = part.slice(0, endOf(part));
  for (let at = 0; at < text.length; at = LINES.lastIndex) {
    const [, right, as, reset] = LINES.exec(text) ?? [];
    if (LINES.lastIndex === 0) return null;
    if (right !== undefined) found.push({ giver, statement: right });
    if (as !== undefined) giver = bare(as.slice('SET SESSION AUTHORIZATION '.length, -1));
    if (reset !== undefined) giver = loader;
  }
  return found;
}

/** Where the heading of the next thing begins. */
function endOf(part: string): number {
  const at = part.lastIndexOf('\n--\n');
  return at < 0 ? part.length : at + 1;
}

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
