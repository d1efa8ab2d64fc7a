import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

/** A machine as the configuration describes it. */
export interface Machine {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Folders in which `.partial` files may be removed. */
  readonly partials: readonly string[];
  readonly remote: Remote;
}

/** A node with hundreds of images still fits. */
const KEEP_BYTES = BOUNDS.hostAnswer.most;

/** Runs a command in English, whatever language the machine speaks: its complaints are read here. */
export function run({ remote }: Machine, command: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return remote.exec(['env', 'LC_ALL=C', ...command], { keepBytes: KEEP_BYTES }, signal);
}

/** The error of a command that failed, or answered what nobody expects. */
export function refused({ name }: Machine, command: readonly string[], reason: string): VigieError {
  return new VigieError('host_refused', { host: name, command: command.slice(0, 3).join(' '), reason: reason.slice(0, 300) });
}

/** The first line of what a command complained about, else its code. */
export function complaintOf({ code, stderr }: CommandResult): string {
  return stderr.trim().split('\n')[0] || `exit code ${code ?? 'none'}`;
}

/** Whether all that went wrong is of this kind; commands over many files go on with the others. */
export function complainsOnlyOf({ stderr }: CommandResult, pattern: RegExp): boolean {
  const lines = stderr.trim().split('\n');
  return lines.length > 0 && lines.every((line) => pattern.test(line));
}
