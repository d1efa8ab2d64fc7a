import type { CommandEnd } from './remote.ts';

/**
 * A command in English, whatever language the machine speaks: its complaints are read.
 * @param sudo whether the account has to ask for root's rights, without a password
 */
export function inEnglish(command: readonly string[], sudo = false): readonly string[] {
  return ['env', 'LC_ALL=C', ...(sudo ? ['sudo', '-n'] : []), ...command];
}

/** The first line of what a command complained about, with the next one where it ends in a colon; else its code. */
export function complaintOf({ code, stderr }: CommandEnd): string {
  const [first = '', next = ''] = stderr.trim().split('\n');
  const line = first.trimEnd().endsWith(':') ? `${first.trimEnd()} ${next.trim()}` : first;
  return line.trimEnd() || `exit code ${code ?? 'none'}`;
}

/** Whether all that went wrong is of this kind; commands over many files go on with the others. */
export function complainsOnlyOf({ stderr }: CommandEnd, pattern: RegExp): boolean {
  const lines = stderr.trim().split('\n');
  return lines.length > 0 && lines.every((line) => pattern.test(line));
}
