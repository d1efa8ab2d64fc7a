import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '#kernel/digest.ts';
import type { FileOptions, GuestFiles, NodeFile } from '#ports/guest-files.ts';

/** Two machines, alice and bob, with a folder each in which a file can be put. */
export interface GuestFilesLab {
  readonly files: GuestFiles;
  /** An absolute path on that machine. */
  path(node: 'alice' | 'bob', name: string): string;
  put(file: NodeFile, content: Buffer): Promise<void>;
  /** Names of all files below a machine's folder. */
  names(node: 'alice' | 'bob'): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** More than fits into one packet or one buffer of anything on the way. */
const CONTENT = Buffer.alloc(5_000_003, 'what vzdump wrote ');

export function guestFilesContract(name: string, open: () => Promise<GuestFilesLab>): void {
  describe(`files of hypervisors, ${name}`, () => {
    let lab: GuestFilesLab;
    let from: NodeFile;
    let to: NodeFile;
    const expected: Digest = { bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') };
    let seen: number[];
    const options = (): FileOptions => ({ signal: new AbortController().signal, progress: (bytes) => seen.push(bytes) });

    beforeEach(async () => {
      lab = await open();
      seen = [];
      from = { node: 'alice', path: lab.path('alice', 'vzdump-qemu-101.vma.zst') };
      to = { node: 'bob', path: lab.path('bob', 'vigie/vzdump-qemu-101.vma.zst') };
      await lab.put(from, CONTENT);
    });
    afterEach(() => lab.close());

    it('knows which machines it reaches', async () => {
      expect([lab.files.reaches('alice'), lab.files.reaches('carol')]).toEqual([true, false]);
      await expect(lab.files.digest({ node: 'carol', path: '/x' })).rejects.toMatchObject({
        code: 'node_without_ssh',
        params: { node: 'carol' },
      });
    });

    it('digests a file where it is, or says that it is not there', async () => {
      expect(await lab.files.digest(from)).toEqual(expected);
      expect(await lab.files.digest(to)).toBeNull();
    });

    it('says how long files are without reading them, a hundred and more at once, or that one is not there', async () => {
      const many = Array.from({ length: 120 }, (_, index) => lab.path('alice', `vzdump-qemu-${200 + index}.vma.zst`));
      const asked = [...many, from.path];
      expect([...(await lab.files.sizes('alice', asked))]).toEqual([...many.map((path) => [path, null]), [from.path, CONTENT.length]]);
      expect([...(await lab.files.sizes('bob', [to.path]))]).toEqual([[to.path, null]]);
      expect((await lab.files.sizes('alice', [])).size).toBe(0);
      await expect(lab.files.sizes('carol', ['/x'])).rejects.toMatchObject({ code: 'node_without_ssh', params: { node: 'carol' } });
    });

    it('copies a file, shows how far it is, and leaves nothing half-written', async () => {
      await lab.files.copy(from, to, expected, options());
      expect(await lab.files.digest(to)).toEqual(expected);
      expect(seen.at(-1)).toBe(expected.bytes);
      expect(await lab.names('bob')).toEqual(['vigie/vzdump-qemu-101.vma.zst']);
    });

    it('leaves a copy that is there already', async () => {
      await lab.files.copy(from, to, expected, options());
      seen = [];
      await lab.files.copy(from, to, expected, options());
      expect(seen).toEqual([]);
    });

    it('never replaces another file', async () => {
      const other = Buffer.from('somebody else’s');
      await lab.put(to, other);
      await expect(lab.files.copy(from, to, expected, options())).rejects.toMatchObject({ code: 'copy_failed', params: { place: 'bob' } });
      expect(await lab.files.digest(to)).toMatchObject({ bytes: other.length });
    });

    it('refuses what is not what it is known to be, and keeps nothing of it', async () => {
      const wrong = { ...expected, sha256: '0'.repeat(64) };
      await expect(lab.files.copy(from, to, wrong, options())).rejects.toMatchObject({ code: 'copy_failed', params: { place: 'bob' } });
      expect(await lab.names('bob')).toEqual([]);
    });

    it('says so when there is nothing to copy', async () => {
      await lab.files.remove(from);
      await expect(lab.files.copy(from, to, expected, options())).rejects.toMatchObject({ code: 'copy_failed', params: { place: 'bob' } });
      expect(await lab.names('bob')).toEqual([]);
    });

    it('ends with its signal’s reason, and can be done again', async () => {
      const calling = new AbortController();
      const reason = new Error('enough');
      const progress = (): void => calling.abort(reason);
      await expect(lab.files.copy(from, to, expected, { signal: calling.signal, progress })).rejects.toBe(reason);
      expect(await lab.files.digest(to)).toBeNull();
      await lab.files.copy(from, to, expected, options());
      expect(await lab.files.digest(to)).toEqual(expected);
      expect(await lab.names('bob')).toEqual(['vigie/vzdump-qemu-101.vma.zst']);
    });

    it.each(['passwd', '../vzdump-x/../passwd', 'vzdump-x/..', 'vzdump-x/passwd', '-rf', 'vzdump-x y', 'vzdump-$(reboot)'])(
      'removes nothing but what vzdump wrote: not %s',
      async (name) => {
        const path = `${lab.path('alice', 'x').replace(/x$/u, '')}${name}`;
        await expect(lab.files.remove({ node: 'alice', path })).rejects.toMatchObject({ code: 'node_files_refused' });
      },
    );

    it('removes a file once', async () => {
      expect(await lab.files.remove(from)).toBe(true);
      expect(await lab.files.remove(from)).toBe(false);
      expect(await lab.names('alice')).toEqual([]);
    });
  });
}
