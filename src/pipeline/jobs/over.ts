import { isOver } from '#domain/operation/states.ts';
import type { Occurrence, OccurrenceChange } from '#domain/schedule/schedule.ts';
import type { JobContext } from './context.ts';

/** Ends the occurrences whose operations are all over. What became of them stands with the operations: a restart loses nothing. */
export async function endOver(context: JobContext): Promise<void> {
  for (const occurrence of await context.store.occurrences.open()) {
    const end = await endOf(context, occurrence);
    if (end !== null) await context.store.operations.commit({ occurrences: [end] });
  }
}

async function endOf(context: JobContext, { job, dueAt, operations, enteredAt }: Occurrence): Promise<OccurrenceChange | null> {
  const found = await Promise.all(operations.map((id) => context.store.operations.operation(id)));
  const known = found.filter((operation) => operation !== null);
  if (known.some(({ state }) => !isOver(state))) return null;
  const well = known.length === operations.length && known.every(({ state }) => state === 'succeeded');
  const endedAt = Math.max(enteredAt, ...known.map((operation) => operation.endedAt ?? 0));
  return { kind: 'end', job, dueAt, state: well ? 'succeeded' : 'failed', endedAt };
}
