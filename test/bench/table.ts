/** One thing that was measured. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly aim: string;
  /** What ElastAlert 2 took for the same. */
  readonly elastalert?: string;
}

export function print(table: readonly Row[]): void {
  const cells = table.map(({ what, measured, aim, elastalert }) => [
    what,
    measured,
    aim === '' ? '' : `aim ${aim}`,
    elastalert === undefined ? '' : `ElastAlert ${elastalert}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
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
