import { VigieError } from '#kernel/errors.ts';
import type { Replication } from '#ports/hypervisor.ts';
import type { LabGuest } from './guest.ts';

const RUN_MS = 5_000;

/** A job of the lab's replication; `source` is where its guest was when it ran last. */
export interface LabJob {
  readonly id: string;
  readonly vmid: number;
  source: string;
  target: string;
  syncedAt: number | null;
  failures: number;
  problem: string | null;
  /** Why its runs fail; null: they don't. */
  breaks: string | null;
  disabled: boolean;
}

/** The replication of a lab's cluster, as Proxmox has it. */
export class LabReplications {
  readonly #jobs: LabJob[] = [];

  /** A guest's disks are copied to another machine from now on, and are there. */
  add(guest: LabGuest, target: string, now: number): LabJob {
    const job = {
      id: `${guest.vmid}-0`,
      vmid: guest.vmid,
      source: guest.node,
      target,
      syncedAt: now,
      failures: 0,
      problem: null,
      breaks: null,
      disabled: false,
    };
    this.#jobs.push(job);
    return job;
  }

  /** A guest that was given to the machine that its job leads to turns that job round. */
  of(guest: LabGuest): readonly Replication[] {
    for (const job of this.#jobs.filter(({ vmid, target }) => vmid === guest.vmid && target === guest.node))
      Object.assign(job, { source: job.target, target: job.source, syncedAt: null, failures: 0, problem: null });
    return this.#jobs
      .filter(({ vmid, disabled }) => vmid === guest.vmid && !disabled)
      .map(({ id, target, syncedAt, failures, problem }) => ({ id, target, syncedAt, failures, problem }));
  }

  break({ vmid }: LabGuest, why: string): void {
    for (const job of this.#jobs.filter((each) => each.vmid === vmid)) job.breaks = why;
  }

  leadsTo(guest: LabGuest, node: string): boolean {
    return this.of(guest).some(({ target }) => target === node);
  }

  /** @returns what it comes to, and after how many milliseconds */
  run(guest: LabGuest, id: string, isOnline: (node: string) => boolean): { readonly afterMs: number; readonly end: (now: number) => void } {
    this.of(guest);
    const job = this.#jobs.find((each) => each.id === id && each.vmid === guest.vmid);
    if (job === undefined)
      throw new VigieError('hypervisor_refused', { host: 'lab', status: 500, reason: `no such replication job '${id}'` });
    return {
      afterMs: RUN_MS,
      end: (now) =>
        isOnline(job.target) && job.breaks === null
          ? Object.assign(job, { syncedAt: now, failures: 0, problem: null })
          : Object.assign(job, { failures: job.failures + 1, problem: job.breaks ?? `no route to host '${job.target}'` }),
    };
  }
}
