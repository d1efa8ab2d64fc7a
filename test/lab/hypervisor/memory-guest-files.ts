import { createHash } from 'node:crypto';
import type { Digest } from '#kernel/digest.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { type FaultOptions, Faults } from '#test/lab/faults.ts';
import type { FileOptions, GuestFiles, NodeFile } from '#ports/guest-files.ts';
import type { MemoryHypervisor } from './memory-hypervisor.ts';

type Method = 'digest' | 'sizes' | 'copy' | 'remove';

const BYTES_PER_MS = 400_000;
const PARTS = 10;

/** Files of the hypervisors in memory: what vzdump wrote there, and copies of it that Proxmox doesn't list. */
export class MemoryGuestFiles implements GuestFiles {
  readonly #hypervisor: MemoryHypervisor;
  readonly #clock: Clock;
  readonly #faults = new Faults<Method>();
  readonly #unreached = new Set<string>();
  /** By node and path; a `.partial` that was left behind is among them. */
  readonly copies = new Map<string, Digest>();
  #damage = false;

  constructor(hypervisor: MemoryHypervisor, clock: Clock) {
    this.#hypervisor = hypervisor;
    this.#clock = clock;
  }

  /** The configuration doesn't say how to reach this node over SSH. */
  forget(node: string): void {
    this.#unreached.add(node);
  }

  failNext(method: Method, error: Error, options?: FaultOptions): void {
    this.#faults.failNext(method, error, options);
  }

  /** The next copy arrives with another checksum. */
  damageNext(): void {
    this.#damage = true;
  }

  /** Names of what stands on a node beside Proxmox's own files. */
  on(node: string): readonly string[] {
    return [...this.copies.keys()].filter((key) => key.startsWith(`${node}:`)).map((key) => key.slice(node.length + 1));
  }

  reaches(node: string): boolean {
    return !this.#unreached.has(node);
  }

  digest(file: NodeFile, signal?: AbortSignal): Promise<Digest | null> {
    return this.#faults.around('digest', signal, () => this.#look(file));
  }

  sizes(node: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number | null>> {
    return this.#faults.around('sizes', signal, () => new Map(paths.map((path) => [path, this.#look({ node, path })?.bytes ?? null])));
  }

  async copy(from: NodeFile, to: NodeFile, expected: Digest, { signal, progress }: FileOptions): Promise<void> {
    await this.#faults.around('copy', signal, () => undefined);
    const there = this.#look(to);
    if (there?.sha256 === expected.sha256) return;
    const source = this.#look(from);
    if (there !== null || source === null) throw failed(to, there === null ? 'No such file or directory' : 'another file is there already');
    const partial = `${keyOf(to)}.partial`;
    for (let part = 1; part <= PARTS; part += 1) {
      await this.#clock.sleep(source.bytes / PARTS / BYTES_PER_MS, signal);
      signal.throwIfAborted();
      const bytes = Math.round((source.bytes * part) / PARTS);
      this.copies.set(partial, { bytes, sha256: '' });
      progress(bytes);
    }
    this.copies.delete(partial);
    if (this.#damage || source.sha256 !== expected.sha256) {
      this.#damage = false;
      throw failed(to, 'another checksum than what was read');
    }
    this.copies.set(keyOf(to), source);
  }

  remove(file: NodeFile, signal?: AbortSignal): Promise<boolean> {
    return this.#faults.around('remove', signal, () => {
      if (/\/vzdump-[\w.-]+$/u.test(file.path) && !file.path.split('/').includes('..')) return this.copies.delete(keyOf(file));
      throw new VigieError('node_files_refused', { node: file.node, command: 'rm', reason: 'it is no file of vzdump' });
    });
  }

  #look(file: NodeFile): Digest | null {
    if (!this.reaches(file.node)) throw new VigieError('node_without_ssh', { node: file.node });
    const dump = this.#hypervisor.dumpAt(file.node, file.path);
    if (dump !== null) return { bytes: dump.bytes, sha256: createHash('sha256').update(dump.seed).digest('hex') };
    return this.copies.get(keyOf(file)) ?? null;
  }
}

function failed({ node, path }: NodeFile, reason: string): VigieError {
  return new VigieError('copy_failed', { place: node, problem: { code: 'place_refused', params: { place: node, path, reason } } });
}

function keyOf({ node, path }: NodeFile): string {
  return `${node}:${path}`;
}
