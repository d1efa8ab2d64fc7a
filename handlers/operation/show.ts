import { defineQuery, operationId, z } from '#kit';

/** Everything that is known of one operation. */
export default defineQuery({
  id: 'show',
  uses: ['operations'],
  args: ['operation'],
  input: z.strictObject({ operation: operationId() }),
  async run({ input, clients }) {
    const operation = await clients.operations.get(input.operation);
    const trail = await clients.operations.trail(operation.id);
    return {
      id: operation.id,
      action: operation.action,
      target: operation.target,
      state: operation.state,
      requester: operation.requester.username,
      created_at: operation.createdAt,
      ended_at: operation.endedAt,
      emergency: operation.emergency,
      closed_by: operation.closedBy,
      problem: operation.problem === null ? null : { code: operation.problem.code, params: operation.problem.params },
      plan_hash: operation.plan?.hash ?? null,
      trail: trail.map((entry) => ({ at: entry.at, kind: entry.kind, by: nameIn(entry.detail, entry.by) })),
    };
  },
});

function nameIn(detail: Readonly<Record<string, unknown>>, by: string): string {
  return typeof detail['username'] === 'string' ? detail['username'] : by;
}
