import { parseDuration } from '#kernel/duration.ts';
import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { Outcome } from '#domain/operation/inbound.ts';
import type { Clients } from '#ports/clients.ts';
import { apply } from './apply.ts';
import { Approved } from './approve.ts';
import { clientsFor } from './clients.ts';
import { actionOf } from './plan.ts';
import { createStepper, Indeterminate } from './step.ts';
import { Stopped } from './stopped.ts';
import type { Context } from './context.ts';
import type { PuttingBack } from '#actions/definition.ts';

/** Handlers without a readable duration are given this. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;
/** For putting things back, once the run itself was stopped. */
const PUT_BACK_MS = 5 * 60_000;

/**
 * Seventh stage: runs what was approved, from the top, with the journal's results for what was done before. Only an
 * `Approved` can be run.
 * @param signal aborts with a `Stopped`
 */
export async function execute(context: Context, approved: Approved, signal: AbortSignal): Promise<void> {
  if (!Approved.isGenuine(approved)) throw new TypeError('only what was approved may run');
  const { operation } = approved;
  const { handler } = actionOf(context, operation);
  const limitMs = parseDuration(handler.timeout) ?? DEFAULT_TIMEOUT_MS;
  const timeout = new AbortController();
  const finished = new AbortController();
  void context.clock.sleep(limitMs, finished.signal).then(() => {
    if (!finished.signal.aborted) timeout.abort(new Stopped('timeout'));
  });
  const all = AbortSignal.any([signal, timeout.signal]);
  const given = {
    input: operation.input,
    basis: operation.plan?.basis ?? null,
    clients: clientsFor<Clients>(context.clients, handler.uses),
    person: operation.requester,
    approvers: approved.approvers,
    operation: operation.id,
    signal: all,
    pause: async (ms: number) => {
      await context.clock.sleep(ms, all);
      all.throwIfAborted();
    },
  };
  try {
    const step = await createStepper(context, operation.id, {
      stop: all,
      hardStop: timeout.signal,
      verify: (name, startedAt) => handler.verify({ ...given, signal: new AbortController().signal, step: name, startedAt }),
    });
    const progress = async (data: JsonObject): Promise<void> => {
      await apply(context, operation.id, { kind: 'progressed', progress: data });
    };
    const result = await handler.run({ ...given, step, progress, putBack: (act) => putBack(context, all, act) });
    await end(context, operation.id, { state: 'succeeded', result, problem: null });
  } catch (error) {
    if (error instanceof Stopped && error.reason === 'park') return;
    context.log.warn({ operation: operation.id, error }, 'an operation ended badly');
    await end(context, operation.id, outcomeOf(error, operation, limitMs));
  } finally {
    finished.abort();
  }
}

/** Not when vigie is stopping: what was begun goes on at the next start. */
async function putBack(context: Context, stop: AbortSignal, act: PuttingBack): Promise<void> {
  if (stop.reason instanceof Stopped && stop.reason.reason === 'park') throw stop.reason;
  const late = new AbortController();
  const finished = new AbortController();
  void context.clock.sleep(PUT_BACK_MS, finished.signal).then(() => late.abort(new Stopped('timeout')));
  try {
    await act(late.signal, async (ms) => {
      await context.clock.sleep(ms, late.signal);
      late.signal.throwIfAborted();
    });
  } finally {
    finished.abort();
  }
}

async function end(context: Context, id: string, outcome: Outcome): Promise<void> {
  await apply(context, id, { kind: 'ended', outcome });
}

/** What a failed run comes to. A `VigieError` may carry details for the action's `failed` section in its parameters. */
function outcomeOf(error: unknown, { id, action }: Operation, limitMs: number): Outcome {
  if (error instanceof Stopped) {
    const problem: Problem =
      error.reason === 'timeout' ? { code: 'timeout', params: { action, limit: limitMs } } : { code: 'cancelled', params: {} };
    return { state: error.reason === 'timeout' ? 'failed' : 'cancelled', result: null, problem };
  }
  if (error instanceof Indeterminate)
    return { state: 'indeterminate', result: null, problem: { code: 'outcome_unknown', params: { step: error.step, id } } };
  const details: Json = error instanceof VigieError ? (error.params['details'] ?? null) : null;
  return { state: 'failed', result: details, problem: problemOf(error) };
}
