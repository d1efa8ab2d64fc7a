import { days, defineAction, person, spanOfDays, VigieError, z } from '#kit';

const DAY_MS = 86_400_000;
/** Longer, or later than that, is no swap but another rota. */
const LONGEST_MS = 31 * DAY_MS;
const LATEST_MS = 366 * DAY_MS;

/** Somebody takes over for some days. Swapped back by swapping again: the later one wins. */
export default defineAction({
  id: 'oncall-swap',
  uses: ['rota', 'operations'],
  args: ['person', 'days'],
  input: z.strictObject({ person: person(), days: days() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, operation }) {
    // Counted from the request: a plan that is made again must come to the same.
    const { createdAt } = await clients.operations.get(operation);
    const { from, to } = spanOfDays(input.days, createdAt, clients.rota.timezone());
    if (to <= createdAt) throw new VigieError('oncall_swap_past', { until: to });
    if (to - from > LONGEST_MS || from - createdAt > LATEST_MS) throw new VigieError('oncall_swap_long', { days: LONGEST_MS / DAY_MS });
    const name = await clients.rota.person(input.person);
    const others = clients.rota.turns(from, to).filter((turn) => turn.person !== name);
    const instead = [...new Set(others.map((turn) => turn.person))];
    const free = to - from - clients.rota.turns(from, to).reduce((sum, turn) => sum + turn.to - turn.from, 0);
    const basis = { person: name, from, to };
    return { basis, effects: others.length === 0 && free === 0 ? [] : [{ kind: 'swap', instead }] };
  },
  risk: 'safe',
  locks: () => ['rota'],
  async run({ basis, clients, person: by, operation, step }) {
    await step('swap', 'repeatable', async () => {
      await clients.rota.swap(basis, operation, by);
      return true;
    });
    return { swapped: true };
  },
  async verify({ clients, operation }) {
    return clients.rota.stored(operation) ? { state: 'done', result: true } : { state: 'not-done' };
  },
});
