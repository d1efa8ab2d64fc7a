import { beforeAbort } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { complaintOf, inEnglish } from '#ports/commands.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

/** A machine that GlusterFS runs on, or that a volume is mounted on. */
export interface GlusterMachine {
  readonly name: string;
  /** What else it is called, such as by GlusterFS. */
  readonly aliases: readonly string[];
  readonly remote: Remote;
  /** Whether the account has to ask for root's rights, without a password. */
  readonly sudo: boolean;
}

const KEEP_BYTES = BOUNDS.hostAnswer.most;

/** A command over there, with root's rights. Whatever hangs there is left once the signal has aborted. */
export function run({ remote, sudo }: GlusterMachine, command: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return beforeAbort(signal, remote.exec(inEnglish(command, sudo), { keepBytes: KEEP_BYTES }, signal));
}

/** @returns what a command printed that must succeed @throws gluster_refused */
export async function must(machine: GlusterMachine, command: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await run(machine, command, signal);
  if (result.code !== 0) throw refused(machine, command, complaintOf(result));
  return result.stdout;
}

/** The error of a command that failed, or answered what nobody expects. */
export function refused({ name }: Pick<GlusterMachine, 'name'>, command: readonly string[], reason: string): VigieError {
  const shown = command.filter((word) => !word.startsWith('-')).slice(0, 3);
  return new VigieError('gluster_refused', { host: name, command: shown.join(' '), reason: reason.trim().slice(0, 300) });
}
