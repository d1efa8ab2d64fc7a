import { VigieError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { complaintOf, inEnglish } from '#ports/commands.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';
import type { z } from 'zod';

/** A machine whose addresses are looked at. */
export interface NetworkMachine {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly remote: Remote;
  /** Whether the account has to ask for root's rights, without a password: rules of the kernel are root's. */
  readonly sudo: boolean;
  /** Whether its forwards are shown. */
  readonly hypervisor: boolean;
}

const KEEP_BYTES = BOUNDS.hostAnswer.most;

export function run({ remote }: NetworkMachine, command: readonly string[], sudo: boolean, signal?: AbortSignal): Promise<CommandResult> {
  return remote.exec(inEnglish(command, sudo), { keepBytes: KEEP_BYTES }, signal);
}

export function refused({ name }: Pick<NetworkMachine, 'name'>, command: readonly string[], reason: string): VigieError {
  return new VigieError('network_refused', { host: name, command: command.join(' '), reason: reason.slice(0, 300) });
}

/** What a command printed as JSON, in the form that is expected. @throws network_refused */
export function read<S extends z.ZodType>(
  machine: NetworkMachine,
  command: readonly string[],
  result: CommandResult,
  schema: S,
): z.output<S> {
  if (result.code !== 0) throw refused(machine, command, complaintOf(result));
  const found = schema.safeParse(jsonOf(result.stdout));
  if (!found.success) throw refused(machine, command, 'an answer of another form');
  return found.data;
}

function jsonOf(text: string): unknown {
  try {
    // Where there is nothing to tell, some versions print nothing.
    return text.trim() === '' ? [] : parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
