import type { Clock } from '#kernel/clock.ts';
import type { Screen } from '#ports/console.ts';
import { recordedScreen } from './recorded-screen.ts';

export const ON = 2;
export const OFF = 8;
const [OK, UNSUPPORTED, INVALID, BAD_TRANSITION, BUSY] = [0, 1, 5, 4097, 4099];

/** What a test may want of the controller. */
export interface Lab {
  /** Requests that one nonce is good for. */
  nonceUses: number;
  /** Requests that are cut without an answer. */
  drop: number;
  /** The same, but what was asked is done. */
  deafen: number;
  /** Milliseconds of this world until an answer. */
  slow: number;
  /** Milliseconds of the clock that a change takes. */
  settle: number;
  /** Whether a screen is plugged in. */
  display: boolean;
  /** Whether somebody has to agree at the screen. */
  consent: boolean;
}

/** A machine that is only a flag, with what AMT 11 makes of it. */
export class LabMachine {
  readonly name: string;
  readonly clock: Clock;
  readonly lab: Lab = { nonceUses: 20, drop: 0, deafen: 0, slow: 0, settle: 1_000, display: true, consent: false };
  password = 'P@ssw0rd';
  vncPassword = 'Lab!1234';
  screen: Screen = recordedScreen('login');
  /** Pictures that were taken. */
  looks = 0;
  version = '11.8.50';
  build = '3425';
  /** The console is enabled. */
  sap = true;
  /** Somebody looks at its console. */
  session = false;
  /** Doesn't follow what it is asked for. */
  stuck = false;
  /** What was asked of its power, in order: `off`, `cycle`, … */
  readonly changes: string[] = [];
  /** What it booted from. */
  readonly boots: string[] = [];
  readonly records: Buffer[] = [];
  /** Calls by class and method. */
  readonly seen: string[] = [];
  source: string | null = null;
  role = 32_768;
  settings: Record<string, string> = { BIOSPause: 'false', BIOSSetup: 'false', BootMediaIndex: '0', UseIDER: 'false', UseSOL: 'false' };
  #state: number;
  #next: { readonly at: number; readonly state: number } | null = null;
  #settling = 0;

  constructor(name: string, clock: Clock, { on = true }: { readonly on?: boolean } = {}) {
    this.name = name;
    this.clock = clock;
    this.#state = on ? ON : OFF;
  }

  get state(): number {
    if (this.#next !== null && this.clock.now() >= this.#next.at) {
      this.#state = this.#next.state;
      this.#next = null;
    }
    return this.#state;
  }

  /** Off by itself, as `poweroff` does; or by somebody who pulls the plug. */
  goOff(afterMs = 0): void {
    this.#next = { at: this.clock.now() + afterMs, state: OFF };
  }

  goOn(): void {
    this.#next = null;
    this.#state = ON;
  }

  available(): readonly number[] {
    return this.state === ON ? [10, 8, 5] : [2];
  }

  /** @returns AMT's return value */
  power(wanted: number): number {
    const { state } = this;
    if (this.clock.now() < this.#settling) return BUSY;
    if (![2, 4, 5, 7, 8, 10, 12, 14].includes(wanted)) return INVALID;
    if ([4, 7, 12, 14].includes(wanted)) return UNSUPPORTED;
    if ((wanted !== ON && state === OFF) || ([5, 8].includes(wanted) && this.session)) return BAD_TRANSITION;
    this.changes.push({ 2: 'on', 5: 'cycle', 8: 'off', 10: 'reset' }[wanted] ?? String(wanted));
    if (wanted === ON && state === ON) return OK;
    const { settle } = this.lab;
    this.#settling = this.clock.now() + settle;
    if (this.stuck) return OK;
    if (wanted === OFF) this.goOff(settle);
    else this.#boot();
    return OK;
  }

  #boot(): void {
    const network = this.role === 1 && this.source?.includes('PXE') === true;
    this.boots.push(this.role !== 1 ? 'disk' : this.settings['BIOSSetup'] === 'true' ? 'bios' : network ? 'pxe' : 'disk');
    [this.role, this.source] = [32_768, null];
    this.settings = Object.fromEntries(Object.keys(this.settings).map((key) => [key, key === 'BootMediaIndex' ? '0' : 'false']));
    this.goOn();
    this.note(15, 2);
  }

  /** One record of the event log. */
  note(sensor: number, offset: number, severity = 8): void {
    const record = Buffer.alloc(21);
    record.writeUInt32LE(Math.floor(this.clock.now() / 1_000), 0);
    record.set([0xff, sensor, 0x6f, offset, 0x68, severity, 0xff, 34, 0], 4);
    this.records.unshift(record);
  }
}
