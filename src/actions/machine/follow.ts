import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { MachineEvent, PowerReader, PowerState } from '#ports/power.ts';
import type { StepFinding } from '../definition.ts';

/** Between two looks at a machine. */
const LOOK_EVERY_MS = 2_000;
/** A controller takes up to ten seconds for a change. */
const CHANGE_MS = 60_000;
/** Firmware notes that it boots within its self-test, which takes minutes where there is much memory. */
const BOOT_MS = 180_000;
/** A change that was sent shows after so long; and no second one may be sent before. */
const SHOWS_MS = 20_000;
/** The first steps of a self-test are noted within some seconds, its end later. */
const BOOT_SHOWS_MS = 45_000;

export interface Following {
  readonly power: PowerReader;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
}

/** Waits until the controller says so. @throws machine_not_there when it doesn't */
export async function awaitState(
  { power, signal, pause, progress }: Following,
  machine: string,
  wanted: PowerState,
  { withinMs = CHANGE_MS, doing }: { readonly withinMs?: number; readonly doing: string },
): Promise<void> {
  await progress({ doing });
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const state = await stateOrNull(power, machine, signal);
    if (state === wanted) return;
    if (waitedMs >= withinMs) throw new VigieError('machine_not_there', { machine, wanted, state: state ?? 'unknown', waited: withinMs });
    await pause(LOOK_EVERY_MS);
  }
}

/** Waits until it runs, and its firmware noted a boot that wasn't there before. @returns false where only the former is seen @throws machine_not_there */
export async function awaitBoot(following: Following, machine: string, last: number | null): Promise<boolean> {
  const { power, signal, pause, progress } = following;
  await progress({ doing: 'machine-boot' });
  for (let waitedMs = 0; waitedMs < BOOT_MS; waitedMs += LOOK_EVERY_MS) {
    const state = await stateOrNull(power, machine, signal);
    if (state === 'on' && isNewer(await lastBoot(power, machine, signal), last)) return true;
    await pause(LOOK_EVERY_MS);
  }
  await awaitState(following, machine, 'on', { withinMs: 0, doing: 'machine-boot' });
  return false;
}

/** When its firmware last noted a boot, by the controller's clock; null where it never did, or can't be asked. */
export async function lastBoot(power: PowerReader, machine: string, signal?: AbortSignal): Promise<number | null> {
  try {
    return newestBoot(await power.events(machine, signal));
  } catch (error) {
    if (error instanceof VigieError && error.code !== 'machine_password') return null;
    throw error;
  }
}

function newestBoot(events: readonly MachineEvent[]): number | null {
  return events.find(({ sensor }) => sensor === 'boot')?.at ?? null;
}

const isNewer = (found: number | null, last: number | null): boolean => found !== null && (last === null || found > last);

/** Whether a change towards a state was taken: it shows within the time that a controller takes for one. */
export async function verifyState(
  { power, pause }: Pick<Following, 'power' | 'pause'>,
  machine: string,
  wanted: PowerState,
): Promise<StepFinding> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const { state } = await power.state(machine);
    if (state === wanted) return { state: 'done', result: null };
    if (waitedMs >= SHOWS_MS) return { state: 'not-done' };
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Whether it began anew, by the log of its firmware: its power says nothing about it. Firmware that never noted a boot can't tell.
 */
export async function verifyBoot(
  { power, pause }: Pick<Following, 'power' | 'pause'>,
  machine: string,
  last: number | null,
): Promise<StepFinding> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    // Where it can't be asked now, whoever verifies asks again.
    await power.state(machine);
    if (isNewer(await lastBoot(power, machine), last)) return { state: 'done', result: null };
    if (waitedMs >= BOOT_SHOWS_MS) return { state: last === null ? 'unknown' : 'not-done' };
    await pause(LOOK_EVERY_MS);
  }
}

/** A controller that doesn't answer for a moment is asked again. @throws machine_password, which isn't tried again */
async function stateOrNull(power: PowerReader, machine: string, signal: AbortSignal): Promise<PowerState | null> {
  try {
    return (await power.state(machine, signal)).state;
  } catch (error) {
    if (error instanceof VigieError && ['machine_unreachable', 'ssh_unreachable'].includes(error.code)) return null;
    throw error;
  }
}
