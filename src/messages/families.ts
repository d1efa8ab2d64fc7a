import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';

export interface FamilyFile {
  /** The folder below that it lies in; null: none. */
  readonly family: string | null;
  /** Without its ending. */
  readonly name: string;
}

/** Files with that ending in a folder and in the folders in it, no deeper, by name: where one lies changes no order. */
export async function filesOfFamilies(folder: string, ending: string): Promise<readonly FamilyFile[]> {
  const found = await readdir(folder, { recursive: true });
  return found
    .map((path) => parse(path))
    .filter(({ dir, ext }) => ext === ending && !/[/\\]/u.test(dir))
    .map(({ dir, name }) => ({ family: dir === '' ? null : dir, name }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
