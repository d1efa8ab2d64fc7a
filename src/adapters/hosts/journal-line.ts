import { Buffer } from 'node:buffer';
import { readJson, severityNumbered } from '#domain/logs/severity.ts';
import type { JournalLine } from '#ports/hosts.ts';

/** What of an entry is asked for; the times come always. */
export const FIELDS = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  '_SYSTEMD_UNIT',
  '_PID',
  '_TRANSPORT',
  'CONTAINER_NAME',
  '_HOSTNAME',
] as const;

const UNIT = /\.(?:service|scope|slice)$/u;
/** Units that say less than the program itself: a container's lines come through Docker's daemon, those of a login through its session. */
const HOLLOW = /^(?:init|session-.*|user@.*|docker|containerd)$/u;
/**
 * A line of `journalctl --output=json`. A field is text; a list of numbers where it holds bytes that no terminal should see; a list of these where it was given
 * several times; or null where it is too large. Source: journalctl(1), and systemd's Journal JSON Format.
 * A line that was too long to be held whole is given as it came.
 * @param before when the entry before it is from: what was cut off may not have come to its time
 * @returns null for what is none
 */
export function journalLine(line: string, before: number): JournalLine | null {
  const entry = readJson(line);
  if (entry === null) return line.startsWith('{') ? { at: before, unit: null, process: null, priority: null, text: line, cut: 0 } : null;
  const at = milliseconds(first(entry['__REALTIME_TIMESTAMP']));
  if (at === null) return null;
  return {
    at,
    unit: unitOf(entry),
    process: first(entry['_PID']),
    priority: severityNumbered(first(entry['PRIORITY'])),
    text: valuesOf(entry['MESSAGE']).join('\n').trimEnd(),
    cut: 0,
  };
}

/** @param micros since the epoch, in digits */
function milliseconds(micros: string | null): number | null {
  return micros !== null && /^\d{1,17}$/u.test(micros) ? Math.floor(Number(micros) / 1_000) : null;
}

function unitOf(entry: Record<string, unknown>): string | null {
  const unit = first(entry['_SYSTEMD_UNIT'])?.replace(UNIT, '') ?? null;
  const own = first(entry['CONTAINER_NAME']) ?? first(entry['SYSLOG_IDENTIFIER']);
  const kernel = first(entry['_TRANSPORT']) === 'kernel' ? 'kernel' : null;
  return unit === null || HOLLOW.test(unit) ? (own ?? unit ?? kernel) : unit;
}

function first(field: unknown): string | null {
  return valuesOf(field)[0] ?? null;
}

function valuesOf(field: unknown): readonly string[] {
  if (typeof field === 'string') return [field];
  if (!Array.isArray(field)) return [];
  return isBytes(field) ? [Buffer.from(field.map(Number)).toString('utf8')] : field.flatMap(valuesOf);
}

function isBytes(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every((each) => typeof each === 'number' && Number.isInteger(each) && each >= 0 && each <= 255);
}
