import { defineAction, frozenScope, resolveUntil, untilWithReason, VigieError, z } from '#kit';

const DAY_MS = 86_400_000;
/** Nobody remembers why a longer one was set. */
const LONGEST_MS = 60 * DAY_MS;

/** Locks a service, a machine or everything against changes until a moment: `freeze pad until tomorrow 18:00 the general meeting`. */
export default defineAction({
  id: 'freeze',
  uses: ['freezes', 'inventory', 'operations', 'self', 'swarm'],
  args: ['service', 'until'],
  rest: true,
  input: z.strictObject({ service: frozenScope(), until: untilWithReason() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, operation, signal }) {
    // Counted from the request: a plan that is made again must come to the same.
    const { createdAt } = await clients.operations.get(operation);
    const until = resolveUntil(input.until.until, createdAt, clients.self.timezone());
    if (until <= createdAt) throw new VigieError('freeze_past', { until });
    if (until - createdAt > LONGEST_MS) throw new VigieError('freeze_long', { days: LONGEST_MS / DAY_MS });
    const known = input.service === '*' || clients.inventory.knows(input.service);
    const scope = known ? input.service : (await clients.swarm.service(input.service, signal)).name;
    const basis = { scope, until, reason: input.until.reason };
    return { basis, effects: [{ kind: 'freeze', name: scope, until }] };
  },
  risk: 'safe',
  locks: () => ['freezes'],
  async run({ basis, clients, person, operation, step }) {
    await step('freeze', 'repeatable', async () => {
      await clients.freezes.set(basis, operation, person);
      return true;
    });
    return { id: operation };
  },
  async verify({ clients, operation }) {
    const set = (await clients.freezes.open()).some((freeze) => freeze.operation === operation);
    return set ? { state: 'done', result: true } : { state: 'not-done' };
  },
});
