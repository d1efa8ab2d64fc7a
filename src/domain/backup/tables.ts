import type { DumpedTable } from './backup.ts';

/** A table with its counted rows. */
interface Counted {
  readonly name: string;
  readonly rows: number;
}

/** One table, in two states of a database; null: it isn't there. */
export type TableChange = { readonly name: string; readonly from: number | null; readonly to: number | null };

/** Tables that differ, the greatest difference first; a table that comes or goes stands before all others. */
export function tableChanges(from: readonly Counted[], to: readonly Counted[]): readonly TableChange[] {
  const names = [...new Set([...from, ...to].map(({ name }) => name))];
  return names
    .map((name) => ({ name, from: rowsOf(from, name), to: rowsOf(to, name) }))
    .filter((change) => change.from !== change.to)
    .toSorted((one, other) => weight(other) - weight(one) || one.name.localeCompare(other.name));
}

function rowsOf(tables: readonly Counted[], name: string): number | null {
  return tables.find((table) => table.name === name)?.rows ?? null;
}

function weight({ from, to }: TableChange): number {
  return from === null || to === null ? Number.POSITIVE_INFINITY : Math.abs(to - from);
}

export function rowsIn(tables: readonly Counted[]): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/** Other rows than so many in a hundred are another decision. */
const TOLERANCE = 0.1;

/** Whether a database that is written to all the time is still what people saw: the same tables, about as many rows. */
export function aboutTheSame(seen: readonly Counted[], now: readonly Counted[]): boolean {
  const sameTables = tableChanges(seen, now).every(({ from, to }) => from !== null && to !== null);
  const rows = rowsIn(seen);
  return sameTables && Math.abs(rowsIn(now) - rows) <= Math.max(10, rows * TOLERANCE);
}

/** Tables as they were counted right before and right after a dump. */
export function dumpedTables(before: readonly Counted[], after: readonly Counted[]): readonly DumpedTable[] {
  return before.map(({ name, rows }) => {
    const rowsAfter = rowsOf(after, name) ?? rows;
    return rowsAfter === rows ? { name, rows } : { name, rows, rowsAfter };
  });
}

/** What was loaded and isn't what was dumped. A table that nobody wrote to meanwhile has exactly its rows; else it may be as far off as it moved. */
export function lossesOf(dumped: readonly DumpedTable[], loaded: readonly Counted[]): readonly TableChange[] {
  return tableChanges(dumped, loaded).filter(({ name, to }) => {
    const table = dumped.find((each) => each.name === name);
    if (table === undefined || to === null) return true;
    const { rows, rowsAfter = rows } = table;
    const moved = Math.abs(rowsAfter - rows);
    return to < Math.min(rows, rowsAfter) - moved || to > Math.max(rows, rowsAfter) + moved;
  });
}
