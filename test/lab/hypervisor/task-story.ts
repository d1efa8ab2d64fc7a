import type { LabGuest } from './guest.ts';
import type { Line } from './task.ts';

/** How long the lab's tasks take, and what they say meanwhile: in the words of Proxmox's own logs. */
const TASK_MS: Readonly<Record<string, number>> = {
  snapshot: 3_000,
  rollback: 8_000,
  delsnapshot: 4_000,
  start: 5_000,
  shutdown: 9_000,
  reboot: 9_000,
  stop: 2_000,
  migrate: 20_000,
  config: 1_000,
  destroy: 3_000,
};

export function taskMs(kind: string): number {
  return TASK_MS[kind] ?? 2_000;
}

export function taskLines(kind: string, guest: LabGuest): readonly Line[] {
  const volumes = guest.disks.map(({ storage, key }) => `${storage}:vm-${guest.vmid}-disk-${key}`);
  switch (kind) {
    case 'snapshot':
      return [
        ...(guest.freezeFails && guest.running
          ? [{ afterMs: 500, text: `WARN: guest-fsfreeze-freeze problems - VM ${guest.vmid} qmp command failed - got timeout` }]
          : []),
        ...volumes.map((volume) => ({ afterMs: 1_000, text: `snapshotting '${volume}'` })),
      ];
    case 'rollback':
      return volumes.map((volume) => ({ afterMs: 2_000, text: `Logical volume "${volume}" successfully removed.` }));
    case 'delsnapshot':
      return volumes.map((volume) => ({ afterMs: 1_000, text: `Logical volume "snap_${volume}" successfully removed.` }));
    case 'migrate':
      return [
        { afterMs: 0, text: `starting migration of VM ${guest.vmid}` },
        { afterMs: 10_000, text: 'migration active, transferred 2.1 GiB of 4.0 GiB VM-state' },
        { afterMs: 18_000, text: 'migration completed' },
      ];
    default:
      return [];
  }
}

/** Local disks move along only without snapshots. */
export function migrationProblem(guest: LabGuest, local: boolean) {
  if (!local || guest.snapshots.length === 0) return null;
  const reason = 'Problem found while scanning volumes - online storage migration not possible if non-replicated snapshot exists';
  return { state: 'failed', reason } as const;
}

/** As vzdump reports, ten times on its way. */
export function vzdumpLines(guest: LabGuest, path: string, durationMs: number, bytes: number): readonly Line[] {
  const gib = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  const frozen =
    guest.agent === 'answers'
      ? "issuing guest-agent 'fs-freeze' command"
      : "skipping guest-agent 'fs-freeze', agent configured but not running?";
  const steps = Array.from({ length: 10 }, (_, index) => (index + 1) / 10);
  return [
    { afterMs: 0, text: `INFO: Starting Backup of VM ${guest.vmid} (${guest.kind})` },
    { afterMs: 0, text: 'INFO: backup mode: snapshot' },
    { afterMs: 0, text: `INFO: creating vzdump archive '${path}'` },
    { afterMs: 0, text: `INFO: ${frozen}` },
    ...steps.map((share) => ({
      afterMs: Math.round(durationMs * share * 0.95),
      text: `INFO: ${String(Math.round(share * 100)).padStart(3)}% (${gib(guest.bytes * share)} of ${gib(guest.bytes)}) in ${Math.round((durationMs * share) / 1_000)}s, read: 200.0 MiB/s, write: 180.0 MiB/s`,
    })),
    { afterMs: Math.round(durationMs * 0.97), text: `INFO: archive file size: ${gib(bytes)}` },
    { afterMs: Math.round(durationMs * 0.98), text: `INFO: Finished Backup of VM ${guest.vmid}` },
  ];
}

/** As qmrestore reports, ten times on its way. */
export function restoreLines({ vmid }: LabGuest, durationMs: number): readonly Line[] {
  const shares = Array.from({ length: 10 }, (_, index) => (index + 1) / 10);
  return [
    { afterMs: 0, text: `restore vma archive: zstd -q -d -c | vma extract -v -r /var/tmp/vzdumptmp${vmid}.fifo` },
    ...shares.map((share) => ({
      afterMs: Math.round(durationMs * share * 0.97),
      text: `progress ${Math.round(share * 100)}% (read ${Math.round(share * 1_000)} bytes, duration ${Math.round((durationMs * share) / 1_000)} sec)`,
    })),
  ];
}
