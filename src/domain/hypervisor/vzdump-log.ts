/** `INFO:  42% (13.4 GiB of 32.0 GiB) in 1m 6s, read: …`; in older releases `INFO: status: 42% (…)`. */
const PERCENT = /^INFO:\s+(?:status:\s+)?(\d{1,3})% \(/u;

/** `progress 42% (read 14431090114 bytes, duration 66 sec)`. */
const RESTORED = /^progress (\d{1,3})% \(/u;

/** How far qmrestore says that it is, in percent; null before its first word on that. */
export function restorePercent(lines: readonly string[]): number | null {
  return percentIn(lines, RESTORED);
}

/** How far vzdump says that it is, in percent; null before its first word on that. (Containers' dumps have none.) */
export function vzdumpPercent(lines: readonly string[]): number | null {
  return percentIn(lines, PERCENT);
}

function percentIn(lines: readonly string[], form: RegExp): number | null {
  const said = lines.findLast((line) => form.test(line));
  const percent = said === undefined ? null : Number(form.exec(said)?.[1]);
  return percent === null || percent > 100 ? null : percent;
}
