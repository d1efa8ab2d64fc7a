import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { inEnglish } from '#ports/commands.ts';
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

/** Runs a command whose complaints are read here. */
export function run({ remote }: Machine, command: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return remote.exec(inEnglish(command), { keepBytes: KEEP_BYTES }, signal);
}

/** The error of a command that failed, or answered what nobody expects. */
export function refused({ name }: Machine, command: readonly string[], reason: string): VigieError {
  return new VigieError('host_refused', { host: name, command: command.slice(0, 3).join(' '), reason: reason.slice(0, 300) });
}
