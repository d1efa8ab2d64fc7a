import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Reports } from '#ports/reports.ts';

/** Older ones go: whoever looks, looks at the last trouble. */
const KEPT = 50;
const NAME = /^\d{8}T\d{9}Z-[\w-]{1,60}\.txt$/u;

/** Reports as files of one folder, for vigie's own account alone. It is made when something is kept. */
export function reportFolder(folder: string, clock: Clock): Reports {
  return {
    async keep(about, text) {
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:.]/gu, '');
      const path = join(folder, `${stamp}-${about.replaceAll(/[^\w-]/gu, '_').slice(0, 60)}.txt`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // Never through a link, nor into somebody else's file.
        await writeFile(path, text, { flag: 'wx', mode: 0o600 });
        const old = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
        for (const name of old.slice(0, -KEPT)) await rm(join(folder, name), { force: true });
        return path;
      } catch {
        // What failed is told all the same; a full disk must not hide it.
        return null;
      }
    },
  };
}
