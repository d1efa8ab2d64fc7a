import { defineQuery, flag, isOpenEmergency, shownFreezes, z } from '#kit';

/** What is open: waiting, running, indeterminate, and emergencies that nobody closed; `--all` the latest whatever became of them. */
export default defineQuery({
  id: 'operations',
  uses: ['operations', 'freezes'],
  input: z.strictObject({ all: flag().optional() }),
  async run({ input, clients }) {
    const all = input.all === true;
    const found = await clients.operations.list({ open: !all, limit: 20 });
    const operations = found.map((operation) => ({
      id: operation.id,
      action: operation.action,
      target: operation.target,
      state: operation.state,
      requester: operation.requester.username,
      created_at: operation.createdAt,
      at: operation.state === 'approved' ? operation.at : null,
      emergency: isOpenEmergency(operation),
    }));
    const freezes = await shownFreezes(clients);
    return { all, operations, freezes };
  },
});
