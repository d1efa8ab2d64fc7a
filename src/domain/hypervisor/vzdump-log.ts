/** `INFO:  42% (13.4 GiB of 32.0 GiB) in 1m 6s, read: …`; in older releases `INFO: status: 42% (…)`. */
const PERCENT = /^INFO:\s+(?:status:\s+)?(\d{1,3})% \(/u;

/** How far vzdump says that it is, in percent; null before its first word on that. (Containers' dumps have none.) */
export function vzdumpPercent(lines: readonly string[]): number | null {
  const said = lines.findLast((line) => PERCENT.test(line));
  const percent = said === undefined ? null : Number(PERCENT.exec(said)?.[1]);
  return percent === null || percent > 100 ? null : percent;
}
