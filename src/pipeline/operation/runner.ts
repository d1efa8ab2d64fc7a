import { problemOf, VigieError } from '#kernel/errors.ts';
import { startLoop } from '#kernel/loop.ts';
import { isReminderDue } from '#domain/operation/decide-time.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { isOver } from '#domain/operation/states.ts';
import { postAuditHead } from './daily.ts';
import { apply } from './apply.ts';
import { tellNextTurn } from './next-turn.ts';
import { approve, eligible, reapprove } from './approve.ts';
import { execute } from './execute.ts';
import { plan } from './plan.ts';
import { suggest } from './suggest.ts';
import { Stopped } from './stopped.ts';
import type { Context } from './context.ts';

export interface Runner {
  /** Looks for work soon; cheap to call often. */
  wake(): void;
  /** Stops taking work and parks what runs; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** Expiries and held locks are looked at this often. */
const TICK_MS = 1_000;

/**
 * The loop that plans, starts and runs. It takes its work from the store alone, so a restart loses nothing: what was
 * received is planned, what was approved is started, what ran goes on from its journal.
 */
export function startRunner(context: Context): Runner {
  const busy = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let day: string | null = null;
  let nextTurnAt = 0;

  const look = async (): Promise<void> => {
    day = await postAuditHead(context, day);
    nextTurnAt = await tellNextTurn(context, nextTurnAt);
    const open = await context.store.operations.operations({ states: ['received', 'waiting', 'approved', 'running'], limit: 500 });
    for (const operation of open) {
      const current = busy.get(operation.id);
      if (current === undefined) take(operation);
      else if (operation.state === 'running' && operation.cancelledBy !== null && mayCancel(context, operation))
        current.abort.abort(new Stopped('cancel'));
    }
  };
  const take = (operation: Operation): void => {
    const abort = new AbortController();
    // Cancelled before a crash: the run is entered again to put things back, not to go on.
    if (operation.state === 'running' && operation.cancelledBy !== null && mayCancel(context, operation))
      abort.abort(new Stopped('cancel'));
    busy.set(operation.id, { abort, done: move(operation, abort.signal) });
  };
  /** Advances, frees the place, and looks again at once if the operation came to another state. */
  const move = async (operation: Operation, signal: AbortSignal): Promise<void> => {
    try {
      await advance(context, operation, signal);
    } catch (error) {
      if (!(error instanceof Stopped)) context.log.error({ operation: operation.id, error }, 'an operation could not be advanced');
    }
    busy.delete(operation.id);
    const after = await context.store.operations.operation(operation.id).catch(() => null);
    if (after !== null && after.state !== operation.state) loop.wake();
  };
  const loop = startLoop(context.clock, async () => {
    await look().catch((error: unknown) => context.log.error({ error }, 'the runner could not look for work'));
    return TICK_MS;
  });
  return {
    wake: () => loop.wake(),
    async stop() {
      await loop.stop();
      for (const { abort } of busy.values()) abort.abort(new Stopped('park'));
      await Promise.all([...busy.values()].map(({ done }) => done));
    },
  };
}

function mayCancel(context: Context, operation: Operation): boolean {
  const handler = context.entries.get(operation.action)?.handler;
  return handler?.kind === 'action' && handler.cancel === 'between-steps';
}

/** One move of one operation, by its state. */
async function advance(context: Context, operation: Operation, signal: AbortSignal): Promise<void> {
  switch (operation.state) {
    case 'received':
      return await advanceReceived(context, operation, signal);
    case 'waiting':
      return await advanceWaiting(context, operation);
    case 'approved': {
      const ticked = await apply(context, operation.id, { kind: 'ticked' });
      // Approved now, begun then: who approved and what would happen is looked at again at that hour.
      if (ticked?.state !== 'approved' || (ticked.at !== null && context.clock.now() < ticked.at)) return;
      const approved = await approve(context, ticked, signal);
      if (approved !== null) await execute(context, approved, signal);
      return;
    }
    case 'running': {
      const approved = await reapprove(context, operation);
      if (approved !== null) await execute(context, approved, signal);
      return;
    }
    default:
  }
}

async function advanceReceived(context: Context, operation: Operation, signal: AbortSignal): Promise<void> {
  if (await mustWait(context, operation)) return;
  try {
    await requireBefore(context, operation);
    const planned = await plan(context, operation, 1, signal);
    await apply(context, operation.id, { kind: 'planned', proposal: planned.proposal });
  } catch (error) {
    if (signal.aborted) return;
    const problem = problemOf(error);
    const offer = operation.origin === null ? null : await suggest(context, operation.origin.text, problem);
    await apply(context, operation.id, { kind: 'plan-refused', problem, offer });
  }
}

/** The commands of a job run one after the other, however each ends. What is indeterminate waits for a person, not they for it. */
async function mustWait({ store }: Context, { job, after }: Operation): Promise<boolean> {
  const first = job?.after ?? after;
  const before = first == null ? null : await store.operations.operation(first);
  return before !== null && !isOver(before.state);
}

/** Of several commands in a post, one that didn't come to a good end stops those below it. @throws before_failed */
async function requireBefore({ store }: Context, { after }: Operation): Promise<void> {
  const before = after === null ? null : await store.operations.operation(after);
  if (before === null || before.state === 'succeeded') return;
  throw new VigieError('before_failed', { id: before.id, action: before.action, state: before.state });
}

/** Only when the clock has something to say: people are looked up for the reminder alone. */
async function advanceWaiting(context: Context, operation: Operation): Promise<void> {
  if (operation.approveBy === null) return;
  const now = context.clock.now();
  const expired = now >= operation.approveBy;
  if (!expired && !isReminderDue(operation, now)) return;
  const nobody = new Map<string, never>();
  const people = expired ? nobody : await eligible(context, operation).catch(() => nobody);
  await apply(context, operation.id, { kind: 'ticked' }, people);
}
