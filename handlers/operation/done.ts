import { defineAction, target, VigieError, word, z } from '#kit';

/** Ends a maintenance before its time: its freeze, its silences, and its people are told. */
export default defineAction({
  id: 'done',
  uses: ['freezes'],
  args: ['subject'],
  input: z.strictObject({ subject: word() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, person }) {
    const found = (await clients.freezes.find(input.subject)).filter(({ lets }) => lets !== undefined);
    const [first] = found;
    if (first === undefined) throw new VigieError('maintenance_unknown', { name: input.subject });
    const basis = {
      scope: first.scope,
      by: first.by,
      own: found.every(({ lets }) => lets === person.id),
      ids: found.map(({ operation }) => operation),
    };
    return { basis, effects: [{ kind: 'done', name: first.scope }] };
  },
  risk: (_input, basis) => (basis.own ? 'safe' : 'change'),
  target: (_input, basis) => target(basis.scope),
  locks: () => ['freezes'],
  async run({ basis, clients, person, step }) {
    // What waits for its end sees it: silences end with it, and its people are told.
    await step('done', 'repeatable', async () => {
      for (const id of basis.ids) await clients.freezes.end(id, person);
      return true;
    });
    return { scope: basis.scope };
  },
  async verify({ basis, clients }) {
    const open = new Set((await clients.freezes.open()).map(({ operation }) => operation));
    return basis.ids.some((id) => open.has(id)) ? { state: 'not-done' } : { state: 'done', result: true };
  },
});
