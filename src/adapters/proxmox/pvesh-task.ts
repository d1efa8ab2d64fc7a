import { z } from 'zod';
import type { Json } from '#kernel/json.ts';
import { parseUpid } from './upid.ts';
import type { Request } from './way.ts';

const LIST = z.array(z.looseObject({ upid: z.string() }));

/** Kinds of task by what is asked for; HA takes some of them over. */
const KINDS: readonly (readonly [path: RegExp, kind: RegExp])[] = [
  [/^POST .*\/snapshot$/u, /snapshot$/u],
  [/^POST .*\/rollback$/u, /rollback$/u],
  [/^DELETE .*\/snapshot\/[^/]+$/u, /delsnapshot$/u],
  [/^POST .*\/status\/(?:start)$/u, /start$/u],
  [/^POST .*\/status\/(?:stop|shutdown)$/u, /(?:stop|shutdown)$/u],
  [/^POST .*\/status\/reboot$/u, /reboot$/u],
  [/^POST .*\/migrate$/u, /migrate$/u],
  [/^POST .*\/vzdump$/u, /^vzdump$/u],
  [/^DELETE .*\/content\//u, /^imgdel$/u],
  [/^POST \/nodes\/[^/]+\/qemu$/u, /^qmrestore$/u],
  [/^POST .*\/config$/u, /^qmconfig$/u],
  [/^DELETE \/nodes\/[^/]+\/qemu\/\d+$/u, /^qmdestroy$/u],
];

/**
 * The task that a request has started: the one of its kind and guest that wasn't there before.
 * @param before what the node's list of tasks held, as `now`
 * @returns null while there is none
 */
export function startedTask(request: Request, before: Json, now: Json): string | null {
  const asked = `${request.method} /${request.path.join('/')}`;
  const kind = KINDS.find(([path]) => path.test(asked))?.[1];
  const vmid = vmidOf(request);
  const known = new Set(idsOf(before));
  const fresh = idsOf(now).filter((id) => {
    const task = parseUpid(id);
    return task !== null && !known.has(id) && kind?.test(task.kind) === true && (vmid === null || task.vmid === vmid);
  });
  return fresh[0] ?? null;
}

function vmidOf({ path, params }: Request): number | null {
  const named = (path[2] === 'qemu' || path[2] === 'lxc' ? path[3] : undefined) ?? params?.['vmid'];
  return named === undefined ? null : Number(named);
}

function idsOf(tasks: Json): readonly string[] {
  const read = LIST.safeParse(tasks);
  return read.success ? read.data.map(({ upid }) => upid) : [];
}
