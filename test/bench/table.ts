/** One thing that was measured. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly aim: string;
  /** What it can't be below: the same run's measure of as little as that takes. */
  readonly floor?: Floor;
  /** What ElastAlert 2 took for the same. */
  readonly elastalert?: string;
}

export interface Floor {
  readonly what: string;
  /** How many times the floor: machines and their load differ, this much less so. More is worse. */
  readonly ratio: number;
}

/** @param unit behind the floor's own figure */
export function floorOf(measured: number, least: number, unit: string, what: string): { readonly floor: Floor } {
  return { floor: { what: `${what} ${Math.round(least * 10) / 10} ${unit}`, ratio: Math.round((measured / least) * 100) / 100 } };
}

const printed: Row[] = [];

/** Those of this run so far. */
export function printedRows(): readonly Row[] {
  return printed;
}

export function print(table: readonly Row[]): void {
  printed.push(...table);
  const cells = table.map(({ what, measured, aim, floor, elastalert }) => [
    what,
    measured,
    floor === undefined ? '' : `${floor.ratio.toFixed(2)} × ${floor.what}`,
    aim === '' ? '' : `aim ${aim}`,
    elastalert === undefined ? '' : `ElastAlert ${elastalert}`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

/** Rounded to tenths. @param at 0 to 1 */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0) * 10) / 10;
}
