import { VigieError } from '#kernel/errors.ts';
import type { ErrorCode } from '#kernel/error-codes.ts';
import type { Json } from '#kernel/json.ts';
import type { Step, StepMode } from '#ports/store.ts';
import type { StepFinding } from '#actions/definition.ts';
import type { Context } from './context.ts';
import { Stopped } from './stopped.ts';

/** Nobody can tell whether a step took effect: a person has to look, and the locks stay. */
export class Indeterminate extends Error {
  override readonly name = 'Indeterminate';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(`nobody can tell how the step "${step}" ended`, { cause });
    this.step = step;
  }
}

/** Errors after which the effect may or may not have happened; every other one of ours is a refusal: nothing happened. */
const UNCERTAIN: ReadonlySet<ErrorCode> = new Set([
  'internal',
  'swarm_unreachable',
  'hypervisor_unreachable',
  'ssh_unreachable',
  'machine_unreachable',
  'swarm_node_unreachable',
  'database_server_down',
  'database_server_starting',
  'timeout',
]);
const TRIES = 3;
const RETRY_AFTER_MS = 2_000;
/** How long a system that doesn't answer is asked what became of a step: a Swarm takes its time to choose a leader. */
const VERIFY_FOR_MS = 60_000;
const VERIFY_EVERY_MS = 5_000;

export interface StepControl {
  /** Cancel, time-out or park. A step that has begun sees it only if it may be repeated. */
  readonly stop: AbortSignal;
  /** Time-out alone: stops any step. */
  readonly hardStop: AbortSignal;
  readonly verify: (step: string, startedAt: number) => Promise<StepFinding>;
}

type Stepper = <R extends Json>(name: string, mode: StepMode, act: (signal: AbortSignal) => Promise<R>) => Promise<R>;

/**
 * Runs the steps of one operation through its journal. A step is written before its effect; one that was begun and not
 * finished is verified: done is taken over, not done is repeated if it may be, and unknown is indeterminate.
 */
export async function createStepper(context: Context, operation: string, control: StepControl): Promise<Stepper> {
  const { journal } = context.store;
  const past = new Map<string, Step>((await journal.steps(operation)).map((step) => [step.name, step]));
  const find = async (name: string, startedAt: number): Promise<StepFinding> => {
    for (const until = context.clock.now() + VERIFY_FOR_MS; ;) {
      try {
        return await control.verify(name, startedAt);
      } catch (error) {
        context.log.warn({ operation, step: name, error }, 'a step could not be verified');
        if (!isAway(error) || context.clock.now() >= until) return { state: 'unknown' };
        await context.clock.sleep(VERIFY_EVERY_MS, control.stop);
        // The next start asks again; whoever cancels it leaves nobody to ask.
        if (control.stop.reason instanceof Stopped && control.stop.reason.reason === 'park') throw control.stop.reason;
        if (control.stop.aborted) return { state: 'unknown' };
      }
    }
  };
  const finish = async (name: string, result: Json): Promise<Json> => {
    await journal.finish(operation, name, result);
    return result;
  };
  const resume = async (name: string, mode: StepMode, startedAt: number, cause: unknown): Promise<{ readonly result: Json } | null> => {
    const finding = await find(name, startedAt);
    if (finding.state === 'done') return { result: await finish(name, finding.result) };
    if (finding.state === 'unknown') throw new Indeterminate(name, cause);
    if (mode === 'once') throw cause instanceof Error ? cause : new VigieError('interrupted_once', { step: name });
    return null;
  };
  const run = async (name: string, mode: StepMode, act: (signal: AbortSignal) => Promise<Json>): Promise<Json> => {
    const known = past.get(name);
    if (known?.state === 'done') return known.result;
    if (known !== undefined) {
      const resumed = await resume(name, mode, known.startedAt, undefined);
      if (resumed !== null) return resumed.result;
    }
    control.stop.throwIfAborted();
    const startedAt = known?.startedAt ?? context.clock.now();
    if (known === undefined) await journal.begin(operation, name, mode);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await finish(name, await act(mode === 'repeatable' ? control.stop : control.hardStop));
      } catch (error) {
        if (control.stop.aborted && mode === 'repeatable') control.stop.throwIfAborted();
        // What nobody could tell of an earlier try may have taken effect since: then this refusal is about its own doing.
        const late = !isUncertain(error) && attempt > 1 ? await find(name, startedAt) : null;
        if (late?.state === 'done') return await finish(name, late.result);
        if (!isUncertain(error)) throw error;
        const resumed = await resume(name, mode, startedAt, error);
        if (resumed !== null) return resumed.result;
        if (attempt === TRIES) throw error;
        await context.clock.sleep(RETRY_AFTER_MS, control.stop);
        control.stop.throwIfAborted();
      }
    }
  };
  return async <R extends Json>(name: string, mode: StepMode, act: (signal: AbortSignal) => Promise<R>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the journal gives back what the same step stored
    (await run(name, mode, act)) as R;
}

/** It may be back in a moment, and knows then. */
function isAway(error: unknown): boolean {
  return error instanceof VigieError && error.code !== 'internal' && UNCERTAIN.has(error.code);
}

function isUncertain(error: unknown): boolean {
  return !(error instanceof VigieError) || UNCERTAIN.has(error.code);
}
