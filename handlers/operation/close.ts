import { defineAction, isFinal, operationId, VigieError, target, z } from '#kit';

/** Somebody else than its requester looked at what an emergency did, and closes it. */
export default defineAction({
  id: 'close',
  uses: ['operations'],
  args: ['operation'],
  input: z.strictObject({ operation: operationId() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, person }) {
    const operation = await clients.operations.get(input.operation);
    if (operation.emergency === null) throw new VigieError('operation_no_emergency', { id: operation.id });
    if (operation.startedAt === null) throw new VigieError('emergency_not_run', { id: operation.id, state: operation.state });
    if (!isFinal(operation.state)) throw new VigieError('emergency_under_way', { id: operation.id, state: operation.state });
    if (operation.requester.id === person.id) throw new VigieError('emergency_own', { id: operation.id });
    const basis = { id: operation.id, action: operation.action, target: operation.target, reason: operation.emergency };
    return { basis, effects: operation.closedBy === null ? [{ kind: 'close', operation: operation.id }] : [] };
  },
  risk: 'safe',
  target: (_input, basis) => target(basis.id, ...(basis.target === null ? [] : [basis.target])),
  locks: (_input, basis) => [`operation:${basis.id}`],
  async run({ input, clients, person, step }) {
    await step('close', 'repeatable', async () => {
      await clients.operations.close(input.operation, person);
      return true;
    });
    return { closed: true };
  },
  async verify({ input, clients }) {
    const operation = await clients.operations.get(input.operation);
    return operation.closedBy === null ? { state: 'not-done' } : { state: 'done', result: true };
  },
});
