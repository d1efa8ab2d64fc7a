import { defineQuery, z } from '#kit';

/** How many turns ahead are shown. */
const SHOWN = 4;

/** Who is woken now, until when, and who comes after. */
export default defineQuery({
  id: 'oncall',
  uses: ['rota', 'self'],
  input: z.strictObject({}),
  async run({ clients }) {
    const { current, next } = clients.rota.duty(clients.self.now());
    const calendar = clients.rota.calendar();
    return {
      current: current === null ? null : { ...current },
      next: next.slice(0, SHOWN).map((turn) => ({ ...turn })),
      problem: calendar?.problem == null ? null : { code: calendar.problem.code, params: calendar.problem.params },
      ignored: [...(calendar?.ignored ?? [])],
    };
  },
});
