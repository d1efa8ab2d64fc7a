import { defineQuery, duration, lookAtConsole, screenMeant, screenTarget, LONGEST_WATCH_MS, watchConsole, word, z } from '#kit';

/** A picture of what a machine's or a guest's screen shows; with `--watch` another one whenever that changes. */
export default defineQuery({
  id: 'console',
  // A screen can show secrets.
  risk: 'danger',
  uses: ['power', 'hypervisor', 'screens', 'self'],
  args: ['screen'],
  input: z.strictObject({ screen: word(), watch: duration().optional() }),
  target: async ({ input, clients, signal }) => screenTarget(await screenMeant(clients, input.screen, signal)),
  async run({ input, clients, signal }) {
    const shown = await lookAtConsole(clients, input.screen, signal);
    return { ...shown, watch_ms: input.watch === undefined ? null : Math.min(input.watch, LONGEST_WATCH_MS) };
  },
  goesOnFor: ({ watch }) => watch ?? null,
  goOn: async ({ input, clients, signal, answer, pause, say }) =>
    await watchConsole(clients, {
      word: input.screen,
      text: typeof answer['text'] === 'string' ? answer['text'] : null,
      forMs: input.watch ?? 0,
      signal,
      pause,
      say: (data) => say({ ...data, watch_ms: null }),
    }),
});
