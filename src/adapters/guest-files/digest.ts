import type { Digest } from '#kernel/digest.ts';
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
  return (await sizesOf(node, [path], signal)).get(path) ?? null;
}

/** So many names stand on one command line. */
const AT_ONCE = 100;

/** @returns by path; null for one that isn't there @throws node_files_refused */
export async function sizesOf(node: FileNode, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number | null>> {
  const found = new Map<string, number | null>(paths.map((path) => [path, null]));
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const command = ['stat', '-L', '-c', '%s %n', '--', ...paths.slice(at, at + AT_ONCE)];
    const { code, stdout, stderr } = await run(node, command, signal);
    const complaint = stderr.split('\n').find((line) => line !== '' && !MISSING.test(line));
    if (complaint !== undefined || (code !== 0 && stderr === '')) throw refused(node, command, complaint ?? `it ended with ${code}`);
    for (const line of stdout.split('\n').filter((each) => each !== '')) {
      const [, size, path = ''] = /^(\d+) (.*)$/u.exec(line) ?? [];
      if (size === undefined || !found.has(path)) throw refused(node, command, 'no size in its answer');
      found.set(path, Number(size));
    }
  }
  return found;
}
