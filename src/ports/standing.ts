import { RemoteFileError, type RemoteFiles } from './remote.ts';

/** A folder that must be there whole. */
export interface Standing {
  /** Absolute. */
  readonly directory: string;
  /** Name of a file that must be in it, so that the empty folder under a disk that isn't mounted is never taken for the disk; null: none. */
  readonly marker: string | null;
}

/**
 * Whether a folder is there, and is the one that is meant.
 * @returns the folder without links in it; else what is wrong
 */
export async function standing(
  files: RemoteFiles,
  { directory, marker }: Standing,
): Promise<{ readonly root: string } | { readonly wrong: string; readonly cause: unknown }> {
  const wrong = (reason: string, cause?: unknown) => ({ wrong: reason, cause });
  try {
    const root = await files.realPath(directory);
    if ((await files.stat(root))?.kind !== 'folder') return wrong(`${directory} is no folder`);
    if (marker !== null && (await files.stat(`${root.replace(/\/+$/u, '')}/${marker}`)) === null)
      return wrong(`${directory.replace(/\/+$/u, '')}/${marker} is missing`);
    return { root };
  } catch (error) {
    if (!(error instanceof RemoteFileError)) throw error;
    return wrong(error.status === 'missing' ? `${directory} isn't there` : error.message, error);
  }
}
