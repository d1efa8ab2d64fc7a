import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Console } from './console.ts';

/** Physical machines by their management controllers, which answer while the machine itself is off. */

export type PowerState = 'on' | 'off' | 'asleep' | 'unknown';
/** `shutdown` asks its system to end by itself, as a short press of its button does; nobody can tell whether it will. The others are hard. */
export type PowerChange = 'on' | 'shutdown' | 'off' | 'cycle' | 'reset';
/** What a machine boots from, once: the network, its own set-up, its disk. */
export type BootSource = 'pxe' | 'bios' | 'disk';

/** A machine of the configuration. */
export interface MachineFacts {
  readonly name: string;
  /** The name that `hosts` gives it, where it is reached over SSH once it runs; null: it isn't. */
  readonly host: string | null;
  /** The name that Proxmox gives it; null: it is none of its nodes. */
  readonly node: string | null;
  /** Where it is pinged; null: nowhere. */
  readonly address: string | null;
  /** Machines of `hosts` that look at it, too: what vigie alone doesn't reach may be well. */
  readonly seenFrom: readonly string[];
  /** What its controller speaks, as people call it. */
  readonly controller: 'AMT' | 'Redfish';
  /** Whether its console can be looked at. */
  readonly console: boolean;
}

export interface PowerView {
  readonly state: PowerState;
  /** The controller's own number or word for it. */
  readonly code: number | string;
  /** When vigie first saw it so (ms), with nothing else seen since: it may be so for longer. */
  readonly since: number;
  /** What the controller says can be asked of it now. */
  readonly possible: readonly PowerChange[];
}

export interface MemoryModule {
  readonly slot: string;
  readonly bytes: number;
  /** `DDR4`; null where the controller's number says nothing. */
  readonly kind: string | null;
  readonly mhz: number | null;
  readonly part: string;
}

export interface Firmware {
  /** `11.8.50`. */
  readonly version: string;
  /** Empty where the controller tells none. */
  readonly build: string;
  /** Lets anybody in with an empty answer (CVE-2017-5689): its builds are from before that was mended. */
  readonly open: boolean;
}

/** As the controller knows it, which looks when the machine boots. */
export interface MachineInventory {
  readonly board: { readonly maker: string; readonly model: string; readonly serial: string };
  readonly bios: string | null;
  readonly processor: string | null;
  readonly memory: readonly MemoryModule[];
  /** Without names or health: the controller tells sizes alone. */
  readonly diskBytes: readonly number[];
  readonly firmware: Firmware;
}

/** What a record is about, as the sensors of its kind are called. `other`: see `code`. */
export const SENSORS = [
  'temperature',
  'voltage',
  'current',
  'fan',
  'intrusion',
  'login',
  'processor',
  'power-supply',
  'power',
  'memory',
  'disk',
  'boot',
  'event-log',
  'system',
  'interrupt',
  'boot-error',
  'system-boot',
  'system-stop',
  'watchdog',
  'other',
] as const;
export type Sensor = (typeof SENSORS)[number];

/** One line of the controller's event log. */
export interface MachineEvent {
  /** By the controller's clock, in milliseconds since the epoch. */
  readonly at: number;
  readonly sensor: Sensor;
  /** `15.111.2`: kinds of sensor and of event, and which of these. */
  readonly code: string;
  readonly severe: boolean;
}

/** A controller that refused the password: it is asked nothing more until a person says so, or the password is another one. */
export interface Refusal {
  readonly machine: string;
  /** Which password: that of the controller, or of its console alone. */
  readonly of: 'controller' | 'console';
  readonly at: number;
}

/**
 * Each method that names a machine may throw `machine_unknown` with the nearest name, `machine_unreachable`, `machine_password` where the
 * controller refused the password (now, or earlier: then it isn't asked), `machine_refused` with the controller's own number or word,
 * `ssh_unreachable`, `ssh_host_key`, and `machines_not_configured`. When its signal aborts, it rejects with the signal's reason as it is.
 */
export interface PowerReader extends Console {
  /** In the configuration's order. */
  machines(): readonly MachineFacts[];
  state(machine: string, signal?: AbortSignal): Promise<PowerView>;
  inventory(machine: string, signal?: AbortSignal): Promise<MachineInventory>;
  firmware(machine: string, signal?: AbortSignal): Promise<Firmware>;
  /** The newest first. */
  events(machine: string, signal?: AbortSignal): Promise<readonly MachineEvent[]>;
  refusals(): Promise<readonly Refusal[]>;
  /** Lets a controller be asked again that refused the password: a person says so. @returns whether it had */
  again(machine: string): Promise<boolean>;
}

export interface Power extends PowerReader {
  /**
   * Asks for a change and returns once the controller has taken it: it follows a moment later. After `machine_unreachable` nobody can tell
   * whether it was heard. Neither is asked for twice by itself.
   */
  change(machine: string, change: PowerChange, signal?: AbortSignal): Promise<void>;
  /** What it boots from next time, and that time alone; null forgets it. AMT can't be asked what it was told. */
  bootOnce(machine: string, from: BootSource | null, signal?: AbortSignal): Promise<void>;
}

/** The machine of this name: its own, or the one that `hosts` or Proxmox have for it. @throws machine_unknown */
export function machineCalled<M>(machines: readonly M[], word: string, factsOf: (machine: M) => MachineFacts): M {
  const namesOf = (machine: M): readonly string[] => namesOfMachine(factsOf(machine));
  const found = byName(machines, word, namesOf);
  if (found !== undefined) return found;
  const known = machines.map((machine) => factsOf(machine).name);
  throw new VigieError('machine_unknown', { machine: word, nearest: nearest(word, known), known });
}

/** All names of a machine, its own first. */
export function namesOfMachine({ name, host, node }: MachineFacts): readonly string[] {
  return [...new Set([name, host, node].filter((each) => each !== null))];
}
