import { BOUNDS } from '#kernel/bounds.ts';
import { wallTime } from '#kernel/zoned-time.ts';
import type { LogEntry } from '#domain/logs/entry.ts';
import type { LogSource } from '#domain/logs/filebeat.ts';
import { SEVERITIES } from '#domain/logs/severity.ts';

/** What fits on a phone; longer logs come as a file. */
const ENTRIES = 12;
const LINES = 30;
const CHARACTERS = 2_400;
const LINE = 240;
const INFO = 6;

export interface ShownLogs {
  /** For a block of the post: the newest entries, one at least. */
  readonly text: string;
  /** Entries that aren't in it. */
  readonly hidden: number;
  /** Some that are in it aren't whole. */
  readonly cut: boolean;
}

/** The newest entries, as many as a phone shows: of a machine with their time, unit and priority. */
export function shownLogs(entries: readonly LogEntry[], kind: LogSource['kind'], timezone: string): ShownLogs {
  const lines = entries.slice(-ENTRIES).map((entry) => {
    const parts = entry.text.split('\n');
    const shown = parts.slice(0, LINES).map((line, nth) => shortened(line, LINE, nth === parts.length - 1 ? entry.cut : 0));
    const missing = parts.slice(LINES).reduce((sum, line) => sum + line.length + 1, 0);
    const rest = missing === 0 ? '' : `\n… (+${missing + entry.cut})`;
    return prefix(entry, kind, timezone) + shortened(shown.join('\n'), CHARACTERS, 0) + rest;
  });
  const fit = newest(lines, { characters: CHARACTERS, lines: LINES });
  const inIt = entries.slice(entries.length - fit.length);
  const cut = inIt.some((entry) => {
    const parts = entry.text.split('\n');
    return entry.cut > 0 || parts.length > LINES || entry.text.length > CHARACTERS || parts.some((line) => line.length > LINE);
  });
  return { text: fit.join('\n'), hidden: entries.length - fit.length, cut };
}

/** A unit's name and a priority that isn't that of everything, as `journalctl` calls it. */
function prefix({ at, who, severity }: LogEntry, kind: LogSource['kind'], timezone: string): string {
  if (kind === 'service') return '';
  const clock = new Date(wallTime(at, timezone)).toISOString().slice(11, 19);
  const grave = severity === null || severity === INFO ? '' : ` ${SEVERITIES[severity]}`;
  return `${clock} ${who ?? '-'}${grave}: `;
}

/** For the file: times to the millisecond, where it was said and by whom. @returns as many of the newest entries as it may hold */
export function printedLogs(entries: readonly LogEntry[], kind: LogSource['kind']): readonly string[] {
  return newest(
    entries.map((entry) => `${head(entry, kind)} ${shortened(entry.text, entry.text.length, entry.cut)}`),
    { characters: BOUNDS.logText.most, lines: Infinity },
  );
}

function head({ at, where, who, task, stream, severity }: LogEntry, kind: LogSource['kind']): string {
  const start = `${new Date(at).toISOString()} ${where ?? '-'}`;
  if (kind === 'service') return `${start} ${stream === 'stderr' ? '!' : ' '}`;
  return `${start} ${who ?? '-'}${task === null ? '' : `[${task}]`} ${severity === null ? '-' : SEVERITIES[severity]}:`;
}

/** With a mark of how much is missing. */
function shortened(said: string, most: number, cut: number): string {
  const missing = Math.max(0, said.length - most) + cut;
  return missing === 0 ? said : `${said.slice(0, most)}… (+${missing})`;
}

/** As many of the last ones as fit, one at least. */
function newest(texts: readonly string[], most: { readonly characters: number; readonly lines: number }): readonly string[] {
  let { characters, lines } = most;
  const first = texts.findLastIndex((text) => {
    characters -= text.length + 1;
    lines -= text.split('\n').length;
    return characters < 0 || lines < 0;
  });
  return texts.slice(Math.min(first + 1, Math.max(0, texts.length - 1)));
}
