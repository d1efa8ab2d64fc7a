import { VigieError } from '#kernel/errors.ts';
import { complaintOf, inEnglish } from '#ports/commands.ts';
import type { CommandResult, CommandStream, Remote } from '#ports/remote.ts';

/** A hypervisor that is reached over SSH. */
export interface FileNode {
  readonly name: string;
  readonly remote: Remote;
  /** Whether the account has to ask for root's rights, without a password: what vzdump writes is root's. */
  readonly sudo: boolean;
}

export function run(node: FileNode, command: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return node.remote.exec(inEnglish(command, node.sudo), {}, signal);
}

export function stream(
  node: FileNode,
  command: readonly string[],
  input: AsyncIterable<Uint8Array> | null,
  signal?: AbortSignal,
): Promise<CommandStream> {
  return node.remote.execStream(inEnglish(command, node.sudo), input === null ? {} : { input }, signal);
}

/** Runs what must succeed. @throws node_files_refused */
export async function must(node: FileNode, command: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await run(node, command, signal);
  if (result.code !== 0) throw refused(node, command, complaintOf(result));
  return result.stdout;
}

export function refused({ name }: FileNode, command: readonly string[], reason: string): VigieError {
  return new VigieError('node_files_refused', { node: name, command: command[0] ?? '', reason: reason.slice(0, 300) });
}
