import type { Duplex } from 'node:stream';
import type { Json } from '#kernel/json.ts';

/** One call of Proxmox's API, the same over HTTPS as with `pvesh`. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the root of the API, not encoded: `['nodes', 'alice', 'qemu', '101']`. */
  readonly path: readonly string[];
  readonly params?: Readonly<Record<string, string | number>>;
}

/** What Proxmox answered, well or badly. */
export interface Answer {
  /** As HTTP has it. `pvesh` doesn't tell: 500 then, unless its words begin with one. */
  readonly status: number;
  /** Proxmox's own words where the status is 400 or above; else empty. */
  readonly message: string;
  readonly data: Json;
}

/** One host of the cluster, and how it is asked. */
export interface Way {
  /** As errors name it. */
  readonly host: string;
  /**
   * @throws NoAnswer when nothing came back that Proxmox would say; hypervisor_fingerprint, ssh_unreachable, ssh_host_key; the signal's
   * reason when it aborts
   */
  ask(request: Request, signal: AbortSignal | undefined): Promise<Answer>;
  /** A connection of bytes over the API, where the way has such. @throws as `ask` */
  openSocket?(request: Omit<Request, 'method'>, signal: AbortSignal): Promise<Duplex>;
  close(): Promise<void>;
}

/** The host didn't answer, or not as Proxmox does. Whether it heard the question is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}
