import { VigieError } from '#kernel/errors.ts';
import { complaintOf } from '#ports/commands.ts';
import { RemoteFileError } from '#ports/remote.ts';
import { standing, type Standing } from '#ports/standing.ts';
import type { MountView } from '#ports/volumes.ts';
import { run, type GlusterMachine } from './machine.ts';

/** A place where a volume is to be mounted, as the configuration says. */
export interface Mount extends Standing {
  readonly machine: GlusterMachine;
  readonly volume: string;
}

/** A mount that hangs is stale: nothing on it is answered. */
const HANGS_MS = 4_000;
const TABLE = ['cat', '/proc/mounts'];

/** How a mount is. Whoever can't be reached is unknown; what doesn't answer over there is stale. */
export async function lookAtMount(mount: Mount, signal?: AbortSignal): Promise<MountView> {
  const { machine, directory: path, volume } = mount;
  const told = (state: MountView['state'], reason: string | null): MountView => ({ host: machine.name, path, volume, state, reason });
  try {
    const table = await run({ ...machine, sudo: false }, TABLE, signal);
    if (table.code !== 0) return told('unknown', complaintOf(table));
    const found = mountedAt(table.stdout, path);
    if (found === null) return told('missing', 'nothing is mounted there');
    if (!isVolume(found, volume)) return told('missing', `${found.type} of ${found.source} is mounted there`);
    const wrong = await whyStale(mount, signal);
    return wrong === null ? told('mounted', null) : told('stale', wrong);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VigieError) return told('unknown', String(error.params['reason'] ?? error.code));
    throw error;
  }
}

async function whyStale({ machine, ...folder }: Mount, signal?: AbortSignal): Promise<string | null> {
  const patience = AbortSignal.timeout(HANGS_MS);
  const files = await machine.remote.files(signal === undefined ? patience : AbortSignal.any([signal, patience]));
  try {
    const found = await standing(files, folder);
    if ('wrong' in found) return found.wrong;
    // What the kernel knows of a mount outlives whoever served it for a second; this is asked of the volume.
    await files.space(found.root);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RemoteFileError) return error.message;
    if (patience.aborted) return `no answer within ${HANGS_MS / 1_000} s`;
    throw error;
  } finally {
    files.close();
  }
}

interface MountLine {
  readonly source: string;
  readonly type: string;
}

/** The last line of a path is what one sees there; blanks stand in octal. */
export function mountedAt(table: string, path: string): MountLine | null {
  const wanted = path.replace(/(?<=.)\/+$/u, '');
  const line = table.split('\n').findLast((each) => unescaped(each.split(' ')[1] ?? '') === wanted);
  const [source = '', , type = ''] = line?.split(' ') ?? [];
  return line === undefined ? null : { source: unescaped(source), type };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(\d{3})/gu, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** GlusterFS mounts `server:/volume`, `server:volume`, and folders of it below. */
function isVolume({ source, type }: MountLine, volume: string): boolean {
  const name = source.slice(source.indexOf(':') + 1).replace(/^\//u, '');
  return type === 'fuse.glusterfs' && (name === volume || name.startsWith(`${volume}/`));
}
