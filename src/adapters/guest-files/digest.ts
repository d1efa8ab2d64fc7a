import type { Digest } from '#kernel/digest.ts';
import { complaintOf } from '#ports/commands.ts';
import { must, refused, run, type FileNode } from './node-shell.ts';

/** @returns null when it isn't there @throws node_files_refused */
export async function digestOf(node: FileNode, path: string, signal?: AbortSignal): Promise<Digest | null> {
  const size = await sizeOf(node, path, signal);
  if (size === null) return null;
  const command = ['sha256sum', '-b', '--', path];
  const sha256 = /^\\?([0-9a-f]{64}) /u.exec(await must(node, command, signal))?.[1];
  if (sha256 === undefined) throw refused(node, command, 'no checksum in its answer');
  return { bytes: size, sha256 };
}

const MISSING = /: No such file or directory$/u;

/** @returns null when it isn't there @throws node_files_refused */
export async function sizeOf(node: FileNode, path: string, signal?: AbortSignal): Promise<number | null> {
  const command = ['stat', '-L', '-c', '%s', '--', path];
  const result = await run(node, command, signal);
  if (result.code !== 0 && MISSING.test(complaintOf(result))) return null;
  const size = /^\d+$/u.exec(result.stdout.trim())?.[0];
  if (result.code !== 0 || size === undefined) throw refused(node, command, complaintOf(result));
  return Number(size);
}
