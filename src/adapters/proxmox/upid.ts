/** What the id of a task tells about it. */
export interface Upid {
  readonly node: string;
  readonly kind: string;
  readonly vmid: number | null;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly startedAt: number;
  /** Ticks of the node's clock: orders what began within one second. */
  readonly tick: number;
}

/** `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hexadecimal. */
const FORM = /^UPID:([\w.-]+):[0-9A-F]{8,}:([0-9A-F]{8,}):([0-9A-F]{8}):([^:\s]+):([^:\s]*):[^:\s]+:$/iu;

/** @returns null for what is no UPID */
export function parseUpid(text: string): Upid | null {
  const [whole, node = '', tick = '', start = '', kind = '', id = ''] = FORM.exec(text) ?? [];
  if (whole === undefined) return null;
  return { node, kind, vmid: vmidOf(id), startedAt: Number.parseInt(start, 16) * 1000, tick: Number.parseInt(tick, 16) };
}

/** Tasks of a storage's content name the guest before the storage: `101@local`. */
function vmidOf(id: string): number | null {
  const digits = /^(\d+)(?:@|$)/u.exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}
