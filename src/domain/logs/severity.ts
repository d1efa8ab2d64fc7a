import { fold } from '#kernel/fold.ts';
import { isRecord } from '#kernel/json.ts';

/** How grave a line is: the journal's own priorities, by their numbers. Source: syslog(3). */
export const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
/** 0 is the gravest. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What programs and people call them. */
const NAMES: Readonly<Record<string, Severity>> = {
  emerg: 0,
  emergency: 0,
  urgence: 0,
  panic: 2,
  alert: 1,
  alerte: 1,
  crit: 2,
  critical: 2,
  critique: 2,
  fatal: 2,
  err: 3,
  error: 3,
  errors: 3,
  erreur: 3,
  erreurs: 3,
  severe: 3,
  failure: 3,
  warn: 4,
  warning: 4,
  warnings: 4,
  avertissement: 4,
  avertissements: 4,
  attention: 4,
  notice: 5,
  info: 6,
  information: 6,
  log: 6,
  debug: 7,
  trace: 7,
  verbose: 7,
};

/** @returns null for a word that is no level */
export function severityNamed(word: string): Severity | null {
  const name = fold(word.trim());
  return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? null) : null;
}

/** What levels are called that are at least so grave. */
export function levelWords(level: Severity): readonly string[] {
  return Object.entries(NAMES).flatMap(([name, severity]) => (severity <= level ? [name] : []));
}

/** @param value `3`, as the journal writes it */
export function severityNumbered(value: unknown): Severity | null {
  return typeof value === 'string' && /^[0-7]$/u.test(value) ? severityAt(Number(value)) : null;
}

function severityAt(number: number): Severity | null {
  const known: readonly Severity[] = [0, 1, 2, 3, 4, 5, 6, 7];
  return known[number] ?? null;
}

/** What of an entry is looked at: a level stands at its beginning. */
const LOOKED_AT = 400;
/** Members of a line of JSON that name its level, as loggers write them; `s` is MongoDB's. */
const LEVEL_MEMBERS = ['level', 'severity', 'lvl', 'log.level', 'loglevel', 'levelname', 'severityText', 'SeverityText', 's'] as const;
const MONGODB: Readonly<Record<string, Severity>> = { F: 2, E: 3, W: 4, I: 6, D: 7 };
/** Of bunyan and pino: 10 is trace, 60 fatal. */
const PINO: readonly (readonly [number, Severity])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
  [0, 7],
];
const KLOG: Readonly<Record<string, Severity>> = { F: 2, E: 3, W: 4, I: 6 };
/** A line of JSON that is longer has its level read from its text. */
const JSON_CHARACTERS = 16_000;

const PAIR = /(?:^|[\s,{"])(?:level|lvl|severity|loglevel)"?\s*[=:]\s*"?(?<word>\p{L}+)/iu;
const WORDS = String.raw`EMERG(?:ENCY)?|PANIC|ALERT|CRIT(?:ICAL)?|FATAL|SEVERE|ERR(?:OR|EUR)?|WARN(?:ING)?|AVERTISSEMENT|NOTICE|INFO|LOG|DEBUG|TRACE|VERBOSE`;
/** In capitals wherever it stands, or in brackets, before a colon at the beginning, alone before a bracket: prose has none of these. */
const IN_TEXT = new RegExp(String.raw`(?<![\p{L}\p{N}_./-])(?<plain>${WORDS})(?![\p{L}\p{N}_/-]|\.\p{L})`, 'u');
const IN_BRACKETS = new RegExp(String.raw`[[(<](?:[\w.-]+:)?(?<word>${WORDS})[\])>]`, 'iu');
const BEFORE_COLON = new RegExp(String.raw`^(?:[\w./-]+: ?)?(?<word>${WORDS}|ATTENTION):`, 'iu');
const KLOG_LINE = /^(?<letter>[FEWI])\d{4} \d\d:/u;
/** `<3>` before a line, for the journal. Source: sd-daemon(3). */
const DAEMON = /^<(?<number>[0-7])>/u;
/** The beginning of what a program says at its end. */
const TRACE =
  /^(?:Traceback \(most recent call last\):|Exception in thread |panic: |fatal error: |PHP Fatal error|(?:[\w$]+[.:])*[A-Z]\w*(?:Error|Exception)(?:\b|:)|Uncaught |Unhandled |thread '.*' panicked at )/mu;

/** How grave an entry says that it is; null where it doesn't. The first word counts, and a stack trace is an error. */
export function severityOf(text: string): Severity | null {
  const json = text.startsWith('{') && text.length <= JSON_CHARACTERS ? ofJson(text) : null;
  if (json !== null) return json;
  const start = text.slice(0, LOOKED_AT);
  const daemon = severityNumbered(DAEMON.exec(start)?.groups?.['number']);
  if (daemon !== null) return daemon;
  const klog = KLOG_LINE.exec(start)?.groups?.['letter'];
  if (klog !== undefined) return KLOG[klog] ?? null;
  return ofWords(start) ?? (TRACE.test(start) ? 3 : null);
}

function ofWords(start: string): Severity | null {
  const pair = severityNamed(PAIR.exec(start)?.groups?.['word'] ?? '');
  if (pair !== null) return pair;
  const found = [IN_BRACKETS, BEFORE_COLON, IN_TEXT].flatMap((form) => {
    const match = form.exec(start);
    const severity = severityNamed(match?.groups?.['word'] ?? match?.groups?.['plain'] ?? '');
    return match === null || severity === null ? [] : [{ at: match.index, severity }];
  });
  return found.toSorted((one, other) => one.at - other.at)[0]?.severity ?? null;
}

function ofJson(text: string): Severity | null {
  const read = readJson(text);
  if (read === null) return null;
  const { log } = read;
  const values = [...LEVEL_MEMBERS.map((name) => read[name]), isRecord(log) ? log['level'] : undefined];
  return values.map(ofValue).find((severity) => severity !== null) ?? null;
}

function ofValue(value: unknown): Severity | null {
  if (typeof value === 'number') return PINO.find(([least]) => value >= 10 && value >= least)?.[1] ?? null;
  if (typeof value !== 'string') return null;
  return (Object.hasOwn(MONGODB, value) ? MONGODB[value] : undefined) ?? severityNamed(value);
}

/** Of an entry in the journal: what a program prints has the priority of information, whatever it is; then its own words count. */
export function journalSeverity(priority: Severity | null, text: string): Severity | null {
  return priority !== null && priority < 6 ? priority : (severityOf(text) ?? priority);
}

/** A line that is an object of JSON; null for every other. */
export function readJson(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : null;
  } catch {
    return null;
  }
}
