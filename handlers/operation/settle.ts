import { defineAction, operationId, outcome, text, VigieError, target, z } from '#kit';

/** A person looked, and says how an operation ended that vigie couldn't judge. Its locks are given back. */
export default defineAction({
  id: 'settle',
  uses: ['operations'],
  args: ['operation', 'outcome', 'reason'],
  rest: true,
  input: z.strictObject({ operation: operationId(), outcome: outcome(), reason: text() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients }) {
    const operation = await clients.operations.get(input.operation);
    if (operation.state !== 'indeterminate')
      throw new VigieError('operation_not_indeterminate', { id: operation.id, state: operation.state });
    const basis = { id: operation.id, action: operation.action, target: operation.target };
    return { basis, effects: [{ kind: 'settle', outcome: input.outcome, reason: input.reason }] };
  },
  risk: 'danger',
  target: (_input, basis) => target(basis.id, ...(basis.target === null ? [] : [basis.target])),
  locks: (_input, basis) => [`operation:${basis.id}`],
  async run({ input, clients, person, step }) {
    await step('settle', 'repeatable', async () => {
      await clients.operations.settle(input.operation, input.outcome, input.reason, person);
      return true;
    });
    return { outcome: input.outcome };
  },
  async verify({ input, clients }) {
    const operation = await clients.operations.get(input.operation);
    return operation.state === 'indeterminate' ? { state: 'not-done' } : { state: 'done', result: true };
  },
});
