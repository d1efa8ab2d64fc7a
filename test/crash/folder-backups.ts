import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectoryPlace } from '#adapters/places/create-places.ts';
import type { BackupSettings } from '#pipeline/backup/archive.ts';
import { LAB_KEEP } from '#test/lab/places/lab-backups.ts';

/** Real folders, which outlive a vigie that is killed. */
export function folderBackups(folder: string): BackupSettings {
  const place = (name: string) => {
    const directory = join(folder, name);
    mkdirSync(directory, { recursive: true });
    return createDirectoryPlace({ name, directory, marker: null });
  };
  // However full the disk of whoever runs the tests is.
  return { places: { main: place('gluster'), copies: [{ place: place('bob'), sealer: null }] }, keepOf: () => LAB_KEEP, fullPercent: 100 };
}
