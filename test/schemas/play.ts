import { bounded, catalogueFinding, countedWithoutLeft, withoutLeft } from '#domain/backup/catalogue.ts';
import { lossesOf } from '#domain/backup/tables.ts';
import type { Statements } from '#ports/databases.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import type { SchemaServer } from './server.ts';
import type { Situation } from './situations.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const UNDONE = 'pad_vigie_undone_p7m';

/** What became of a situation; the last four are empty where all is well. */
export interface Outcome {
  /** What the backup named. */
  readonly left: readonly string[];
  /** What vigie itself would have kept from the live database's place. */
  readonly refused: readonly string[];
  /** What is otherwise than before the damage. */
  readonly differs: readonly string[];
  /** What is so even once a person has run the statements that the restore leaves. */
  readonly stays: readonly string[];
  /** What is otherwise, once the restore is undone, than it was before the restore. */
  readonly undone: readonly string[];
}

/** Backup → what can be restored → damage → restore, as the handler of a restore does it → what is there → undo → what is there. */
export async function play(server: SchemaServer, { sql, damage }: Situation): Promise<Outcome> {
  const { databases } = server;
  await server.reset();
  await server.script(sql);
  const before = await server.witness();
  const backup = await backedUp(server);
  await (damage === null ? server.damage() : server.script(damage));
  const damaged = await server.witness();
  await databases.create('pad', NEW);
  const statements = await databases.loadRestorable('pad', NEW, { dump: given(backup.dump), without: backup.left });
  const refused = await refusals(server, backup);
  await databases.swap('pad', { fresh: NEW, kept: OLD, dumped: backup.catalogue });
  const differs = compared(before, await server.witness());
  const stays = await staying(server, { before, statements });
  await databases.swap('pad', { fresh: OLD, kept: UNDONE });
  const undone = compared(damaged, await server.witness());
  await databases.drop('pad', UNDONE);
  return { left: backup.left, refused, differs, stays, undone };
}

interface Staying {
  readonly before: ReadonlyMap<string, string>;
  readonly statements: Statements | null;
}

/** Nothing, where nothing is left for a person to run. */
async function staying(server: SchemaServer, { before, statements }: Staying): Promise<readonly string[]> {
  if (statements === null) return [];
  const failure = await server.script(server.reports.kept.at(-1) ?? '').then(() => [], errorsIn);
  return [...failure, ...compared(before, await server.witness())];
}

function errorsIn(error: unknown): readonly string[] {
  return String(error).split('\n').flatMap((line) => /(?:ERROR:|ERROR \d+.*:) +(.*)$/u.exec(line)?.[1] ?? []).map((said) => `! ${said}`); // prettier-ignore
}

async function backedUp({ databases }: SchemaServer) {
  const { tables } = await databases.look('pad');
  const catalogue = await databases.catalogue('pad');
  const dump = await whole(databases.dump('pad'));
  return { tables, catalogue, dump, left: [...(await databases.inspect('pad', given(dump)))].toSorted() };
}

async function refusals({ databases }: SchemaServer, { tables, catalogue, left }: Awaited<ReturnType<typeof backedUp>>) {
  const loaded = (await databases.catalogue('pad', NEW)) ?? {};
  const live = (await databases.catalogue('pad')) ?? {};
  const losses = lossesOf(tables, (await databases.look('pad', NEW)).tables);
  const rows = countedWithoutLeft(losses, left).map(({ name, from, to }) => `${name}: ${from} → ${to}`);
  const { lost } = catalogueFinding(catalogue === null ? null : bounded(catalogue), loaded, live);
  const wider = await databases.widened('pad', { fresh: NEW, kept: OLD });
  return [...rows, ...withoutLeft(lost, left), ...wider];
}

/** `- gone`, `+ new`, `~ another: lines that it had → lines that it has`: whoever expects another says which. */
function compared(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [one, other] = [was.get(key), is.get(key)];
    if (one === other) return [];
    if (one === undefined || other === undefined) return [`${one === undefined ? '+' : '-'} ${key}`];
    return [`~ ${key}: ${linesOnlyIn(one, other)} → ${linesOnlyIn(other, one)}`];
  }).toSorted(); // prettier-ignore
}

function linesOnlyIn(one: string, other: string): string {
  const there = other.split('\n');
  const only = one.split('\n').filter((line) => {
    const at = there.indexOf(line);
    if (at >= 0) there.splice(at, 1);
    return at < 0;
  });
  return only.map((line) => line.trim()).join(' | ');
}
