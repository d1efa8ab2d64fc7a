import type { Place } from '#ports/places.ts';
import type { Remote } from '#ports/remote.ts';
import type { Standing } from '#ports/standing.ts';
import { FilePlace } from './file-place.ts';
import { LocalFiles } from './local-files.ts';

export interface PlaceOptions extends Standing {
  readonly name: string;
}

/** A folder of this machine, such as one on GlusterFS. */
export function createDirectoryPlace(options: PlaceOptions): Place {
  return new FilePlace({ ...options, files: async (signal) => await Promise.resolve(new LocalFiles(signal)) });
}

/** A folder of another machine, over SFTP. The place closes the connection with itself. */
export function createSftpPlace(options: PlaceOptions, remote: Remote): Place {
  return new FilePlace({ ...options, files: (signal) => remote.files(signal), close: () => remote.close() });
}
