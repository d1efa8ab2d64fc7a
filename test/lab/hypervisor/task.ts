import type { HypervisorTask, TaskEnd } from '#ports/hypervisor.ts';

/** Something that a task writes into its log so long after its start. */
export interface Line {
  readonly afterMs: number;
  readonly text: string;
}

export interface TaskPlan {
  readonly node: string;
  readonly kind: string;
  readonly vmid: number | null;
  readonly durationMs: number;
  readonly lines: readonly Line[];
  /** What it changes when it is done. */
  readonly done: () => void;
  /** What becomes undone when it fails or is stopped: its lock. */
  readonly dropped: () => void;
  /** Its end when nothing was asked for: `ok` otherwise. @returns null to go the ordinary way */
  readonly judge?: () => Exclude<TaskEnd, { state: 'running' }> | null;
}

type Ended = Exclude<TaskEnd, { state: 'running' }>;

/** A task of Proxmox: its whole life is known from the start, and `settle` brings it to the present. */
export class LabTask {
  readonly id: string;
  readonly plan: TaskPlan;
  readonly startedAt: number;
  readonly #asked: Ended | null;
  #stoppedAt: number | null = null;
  end: TaskEnd = { state: 'running' };

  /** @param asked how a test wants it to end */
  constructor(id: string, plan: TaskPlan, startedAt: number, asked: Ended | null) {
    this.id = id;
    this.plan = plan;
    this.startedAt = startedAt;
    this.#asked = asked;
  }

  get endsAt(): number {
    return this.startedAt + this.plan.durationMs;
  }

  settle(now: number): void {
    if (this.end.state !== 'running' || now < this.endsAt) return;
    const end = this.#asked ?? this.plan.judge?.() ?? { state: 'ok' };
    this.plan.dropped();
    if (end.state !== 'failed') this.plan.done();
    this.end = end;
  }

  stop(now: number): void {
    if (this.end.state !== 'running') return;
    this.#stoppedAt = now;
    this.end = { state: 'failed', reason: 'interrupted by signal' };
    this.plan.dropped();
  }

  log(now: number): readonly string[] {
    const until = this.#stoppedAt ?? now;
    const said = this.plan.lines.filter(({ afterMs }) => this.startedAt + afterMs <= until).map(({ text }) => text);
    return [...said, ...this.#lastLine()];
  }

  /** As Proxmox ends each log. */
  #lastLine(): readonly string[] {
    switch (this.end.state) {
      case 'running':
        return [];
      case 'ok':
        return ['TASK OK'];
      case 'warnings':
        return [`TASK WARNINGS: ${this.end.count}`];
      case 'failed':
        return [`TASK ERROR: ${this.end.reason}`];
      default:
        return this.end satisfies never;
    }
  }

  view(): HypervisorTask {
    const { node, kind, vmid } = this.plan;
    return { id: this.id, node, kind, vmid, startedAt: this.startedAt, end: this.end };
  }
}

/** As Proxmox writes them: process, its start and the time in hexadecimal. */
export function upid(task: Pick<TaskPlan, 'node' | 'kind' | 'vmid'>, number: number, startedAt: number): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  const [pid, pstart, seconds] = [hex(0x1000 + number), hex(0x0a00_0000 + number), hex(Math.floor(startedAt / 1_000))];
  return `UPID:${task.node}:${pid}:${pstart}:${seconds}:${task.kind}:${task.vmid ?? ''}:vigie@pve!ops:`;
}
