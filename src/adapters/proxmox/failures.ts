import { VigieError } from '#kernel/errors.ts';
import type { Answer } from './way.ts';

/** What a request was about, for the words of its error. */
export interface Subject {
  /** Its name. */
  readonly guest?: string;
  readonly node?: string;
  /** UPID. */
  readonly task?: string;
}

/** A proxy between hosts, or in front of one, heard nothing: whether the request arrived is unknown. */
const LOST = new Set([408, 502, 503, 504, 596, 597, 598, 599]);
/** Proxmox's own: the host that was asked can't reach the node that is meant. Nothing was sent to it. */
const NO_ROUTE = 595;

type Rule = readonly [words: RegExp, error: (found: readonly string[], subject: Subject) => VigieError];

const guestOf = (subject: Subject, id: string | undefined): string => subject.guest ?? id ?? '';

/** Proxmox has words, not codes. The first that fits counts. */
const RULES: readonly Rule[] = [
  [/no quorum/iu, () => new VigieError('hypervisor_no_quorum')],
  [
    /\b(?:VM|CT)(?: (\d+))? is locked \(([^)]+)\)/u,
    ([, id, lock = ''], it) => new VigieError('guest_busy', { guest: guestOf(it, id), lock }),
  ],
  [
    /can't lock file '[^']*?(\d+)\.(?:conf|lock)'/u,
    ([, id], it) => new VigieError('guest_busy', { guest: guestOf(it, id), lock: 'config' }),
  ],
  [
    /snapshot name '([^']+)' already used/u,
    ([, snapshot = ''], it) => new VigieError('snapshot_exists', { guest: guestOf(it, undefined), snapshot }),
  ],
  [
    /snapshot '([^']+)' does not exist/u,
    ([, snapshot = ''], it) => new VigieError('snapshot_unknown', { guest: guestOf(it, undefined), snapshot, nearest: null }),
  ],
  [/\b(?:VM|CT) (\d+) already exists on node/u, ([, vmid = '']) => new VigieError('guest_number_taken', { vmid: Number(vmid) })],
  [/\b(?:VM|CT) (\d+) is running - destroy failed/u, ([, id], it) => new VigieError('guest_runs', { guest: guestOf(it, id) })],
  [/\/(\d+)\.conf' does not exist/u, ([, id], it) => new VigieError('guest_unknown', { guest: guestOf(it, id), nearest: null })],
  [
    /(?:\b(?:VM|CT) (\d+) does not exist|no such (?:VM|CT) \('?(\d+)'?\)|unable to find configuration file for (?:VM|CT) (\d+))/u,
    ([, a, b, c], it) => new VigieError('guest_unknown', { guest: guestOf(it, a ?? b ?? c), nearest: null }),
  ],
  [/(?:no such (?:cluster )?node|hostname lookup) '([^']+)'/u, ([, node = '']) => new VigieError('node_unknown', { node, nearest: null })],
  [/\bnode '?([\w.-]+)'? (?:is|seems) (?:offline|not online)/u, ([, node = '']) => new VigieError('node_offline', { node })],
  // Between hosts `pvesh` goes by SSH.
  [/ssh: connect to host /u, (_, it) => new VigieError('node_offline', { node: it.node ?? '' })],
  [
    /(?:no such task|unable to parse worker upid|unable to parse worker UPID|invalid upid)/iu,
    (_, it) => new VigieError('task_unknown', { task: it.task ?? '' }),
  ],
];

/**
 * The error of an answer that is none, from Proxmox's words where they say more than the status.
 * @param host as errors name it
 */
export function failureOf(host: string, { status, message }: Answer, subject: Subject = {}): VigieError {
  if (status === NO_ROUTE && subject.node !== undefined) return new VigieError('node_offline', { node: subject.node });
  if (isLost(status)) return new VigieError('hypervisor_unreachable', { host, reason: `${status} ${message}` });
  if (status === 403) return new VigieError('hypervisor_forbidden', { host, missing: missingOf(message) });
  if (status !== 401)
    for (const [words, error] of RULES) {
      const found = words.exec(message);
      if (found !== null) return error([...found], subject);
    }
  return new VigieError('hypervisor_refused', { host, status, reason: message });
}

/** Whether another host of the cluster may know more. */
export function isLost(status: number): boolean {
  return status === NO_ROUTE || LOST.has(status);
}

/** `Permission check failed (/vms/101, VM.Snapshot)` names the right that lacks, and where. */
function missingOf(message: string): string {
  const [, path, rights] = /\(([^,()]+), ([^()]+)\)/u.exec(message) ?? [];
  return path === undefined || rights === undefined ? message : `${rights.replaceAll('|', ', ')} (${path})`;
}
