import { dirname } from 'node:path/posix';
import { DigestingStream, sameContent, type Digest } from '#kernel/digest.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { toJsonObject, type JsonObject } from '#kernel/json.ts';
import { complaintOf } from '#ports/commands.ts';
import type { FileOptions } from '#ports/guest-files.ts';
import { digestOf } from './digest.ts';
import { must, run, stream, type FileNode } from './node-shell.ts';

interface Spot {
  readonly node: FileNode;
  readonly path: string;
}

/** Copies a file from one machine to the other through this one, and believes only what was read again over there. @throws copy_failed */
export async function copyFile(from: Spot, to: Spot, expected: Digest, options: FileOptions): Promise<void> {
  const there = await digestOf(to.node, to.path, options.signal);
  if (there !== null) {
    if (sameContent(there, expected)) return;
    throw failed(to, 'another file is there already');
  }
  const partial = `${to.path}.partial`;
  try {
    await prepare(to, options.signal);
    await pour(from, { ...to, path: partial }, expected, options);
    await compare({ ...to, path: partial }, expected, options.signal);
    await keep(to, partial, options.signal);
  } catch (error) {
    await tidy(to.node, partial, options.signal);
    if (!(error instanceof VigieError) || error.code === 'copy_failed') throw error;
    throw copyFailed(to, toJsonObject(problemOf(error)), error);
  }
}

/** The folder is root's alone: what a guest's disks hold is nobody else's. */
async function prepare({ node, path }: Spot, signal: AbortSignal): Promise<void> {
  await must(node, ['mkdir', '-p', '-m', '0700', '--', dirname(path)], signal);
}

/** Nobody else's to read from its first byte on, whatever was left there by a copy that broke off. Flushed by dd itself, before it ends. */
const POUR = 'umask 077; rm -f -- "$1"; exec dd of="$1" bs=1M iflag=fullblock conv=fsync status=none';

async function pour(from: Spot, to: Spot, expected: Digest, { signal, progress }: FileOptions): Promise<void> {
  const source = await stream(from.node, ['cat', '--', from.path], null, signal);
  const passing = new DigestingStream(source.stdout, progress);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* passing;
    const end = await source.ended;
    if (end.code !== 0) throw failed(to, complaintOf(end), from);
  }
  const target = await stream(to.node, ['sh', '-c', POUR, 'sh', to.path], whole(), signal);
  for await (const chunk of target.stdout) void chunk;
  const end = await target.ended;
  if (end.code !== 0) throw failed(to, complaintOf(end));
  if (!sameContent(passing.digest(), expected)) throw failed(to, 'another checksum than the ledger knows', from);
}

async function compare(to: Spot, expected: Digest, signal: AbortSignal): Promise<void> {
  const written = await digestOf(to.node, to.path, signal);
  if (written === null || !sameContent(written, expected)) throw failed(to, 'another checksum than what was read');
}

/** Under its own name, without replacing anything; the folder is flushed, so that the name survives a power cut. */
async function keep({ node, path }: Spot, partial: string, signal: AbortSignal): Promise<void> {
  await must(node, ['chmod', '0600', '--', partial], signal);
  await must(node, ['mv', '-n', '-T', '--', partial, path], signal);
  await must(node, ['sync', '--', dirname(path)], signal);
}

/** What was half-written. Where it can't be removed now, the next copy removes it, and `clean` finds it by its name. */
async function tidy(node: FileNode, partial: string, { aborted }: AbortSignal): Promise<void> {
  if (!aborted) await run(node, ['rm', '-f', '--', partial]).catch(() => undefined);
}

/** Something about a file of one of the two machines. */
function failed(to: Spot, reason: string, { node, path } = to): VigieError {
  return copyFailed(to, { code: 'place_refused', params: { place: node.name, path, reason } });
}

function copyFailed({ node }: Spot, problem: JsonObject, cause?: unknown): VigieError {
  return new VigieError('copy_failed', { place: node.name, problem }, cause);
}
