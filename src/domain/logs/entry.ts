import type { Said } from './joiner.ts';
import { readJson, type Severity } from './severity.ts';

/** Who says so. */
export type LogOrigin = 'swarm' | 'journal' | 'filebeat';

/** An entry of any source: a line, or several that are one. */
export interface LogEntry extends Said {
  readonly from: LogOrigin;
  /** The machine; null where nobody says. */
  readonly where: string | null;
  /** Of what a machine writes: the unit, the program, the container. */
  readonly who: string | null;
  /** The Swarm's task, or the process; null where nobody says. */
  readonly task: string | null;
  readonly stream: 'stdout' | 'stderr' | null;
  readonly severity: Severity | null;
}

/** Members of a line of JSON that hold what it says. */
const SAYING = ['message', 'msg', 'log'] as const;

/** What a log of the system has before the words: `Nov 29 03:12:09 pica02 sshd[71]: `, or a time in ISO's form. */
const SYSLOG = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.,+-]+Z?) \S+ [^\s:[\]]+(?:\[\d+\])?: /u;

/** What an entry says, by which two witnesses of it are known: one may have taken its JSON apart, or have more of its lines. */
export function gistOf({ text }: Pick<LogEntry, 'text'>): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  if (!line.startsWith('{')) return line.replace(SYSLOG, '');
  const read = readJson(line);
  const said = SAYING.map((name) => read?.[name]).find((value) => typeof value === 'string');
  return typeof said === 'string' ? said.trim() : line;
}
