import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { VIGIE } from '#domain/operation/operation.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Job } from '#domain/schedule/job.ts';
import type { ReadClients } from '#ports/clients.ts';
import { clientsFor } from '../operation/clients.ts';
import type { JobContext } from './context.ts';

/** As long as somebody who asks would wait. */
const ANSWER_MS = 30_000;

/**
 * What the reads of a job found, to be said in the operations channel, each once for an occurrence.
 * @throws what a read throws: nothing of the occurrence is entered, and it is looked at again
 */
export async function answersOf(context: JobContext, { name, commands }: Job, dueAt: number): Promise<readonly OutboxEntry[]> {
  const said: OutboxEntry[] = [];
  for (const [index, { action, input }] of commands.entries()) {
    const handler = context.entries.get(action)?.handler;
    if (handler?.kind !== 'query') continue;
    const late = () => new VigieError('too_slow', { action, limit: ANSWER_MS });
    const clients = clientsFor<ReadClients>(context.clients, handler.uses);
    const data = await handler.run({ input, clients, person: VIGIE, signal: deadline(ANSWER_MS, late) });
    const to = { channel: context.operationsChannel, root: null, underKey: null };
    said.push({ kind: 'create', key: `job:${name}:${dueAt}:${index}`, to, message: { template: `answer:${action}`, data }, seeds: [] });
  }
  return said;
}
