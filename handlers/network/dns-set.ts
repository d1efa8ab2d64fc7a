import { defineAction, duration, planName, runName, target, word, z } from '#kit';

const listed = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((part) => part !== '');

/** Gives a public name other addresses, at its zone's own server. */
export default defineAction({
  id: 'dns-set',
  uses: ['names', 'routes', 'self'],
  args: ['domain'],
  input: z.strictObject({ domain: word(), add: word().optional(), remove: word().optional(), ttl: duration().optional() }),
  timeout: '10m',
  cancel: 'never',
  plan: async ({ input: { domain, add, remove, ttl }, clients, signal }) =>
    await planName(
      clients,
      { domain, add: listed(add), remove: listed(remove), ttl: ttl === undefined ? null : Math.max(1, Math.round(ttl / 1_000)) },
      signal,
    ),
  risk: 'danger',
  target: (input, { name }) => target(name, ...(input.domain === name ? [] : [input.domain])),
  locks: (_input, { zone }) => [`zone:${zone}`],
  run: async (context) => await runName(context),
  // Said again, a change that was done is none; one that wasn't is done, if the name still is as it was planned for.
  verify: async () => ({ state: 'not-done' }),
});
