import { defineAction, frozenScope, target, z } from '#kit';

/** Ends a freeze before its time: one by its id, or all of a service. */
export default defineAction({
  id: 'unfreeze',
  uses: ['freezes'],
  args: ['freeze'],
  input: z.strictObject({ freeze: frozenScope() }),
  timeout: '1m',
  cancel: 'never',
  async plan({ input, clients }) {
    const found = await clients.freezes.find(input.freeze);
    const freezes = found.map(({ operation, scope, by, reason, until }) => ({ id: operation, scope, by, reason, until }));
    return { basis: { freezes }, effects: freezes.map(({ id, scope }) => ({ kind: 'unfreeze', id, name: scope })) };
  },
  risk: 'change',
  target: (input, { freezes }) => target(freezes[0]?.scope ?? input.freeze),
  locks: () => ['freezes'],
  async run({ basis, clients, person, step }) {
    await step('unfreeze', 'repeatable', async () => {
      for (const { id } of basis.freezes) await clients.freezes.end(id, person);
      return true;
    });
    return { ended: basis.freezes.length };
  },
  async verify({ basis, clients }) {
    const open = new Set((await clients.freezes.open()).map(({ operation }) => operation));
    return basis.freezes.some(({ id }) => open.has(id)) ? { state: 'not-done' } : { state: 'done', result: true };
  },
});
