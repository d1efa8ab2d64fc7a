import { defineAction, duration, follow, severity, sourceName, target, text, VigieError, z, type Following } from '#kit';

const USUAL_MS = 120_000;
/** Somebody watches for a while; whoever wants more asks again. */
const LONGEST_MS = 600_000;

/** Shows what a service or a machine writes, as it comes: an operation of its own, so that it can be stopped, and survives a restart. It changes nothing. */
export default defineAction({
  id: 'follow',
  like: 'logs',
  risk: 'read',
  uses: ['logs', 'self'],
  args: ['source', 'duration'],
  input: z.strictObject({
    source: sourceName(),
    duration: duration().optional(),
    grep: text().optional(),
    level: severity().optional(),
  }),
  timeout: '12m',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const ms = input.duration ?? USUAL_MS;
    if (ms > LONGEST_MS) throw new VigieError('follow_long', { limit: LONGEST_MS });
    const source = await clients.logs.source(input.source, signal);
    const names = source.kind === 'host' ? source.names : [];
    const grep = input.grep?.toLowerCase() ?? null;
    const basis: Following = { kind: source.kind, name: source.name, names, ms, grep, level: input.level ?? null };
    return { basis, effects: [{ kind: 'follow', name: source.name, ms }] };
  },
  target: (_input, { name, names }) => target(name, ...names),
  locks: () => [],
  run: ({ clients, basis, signal, pause, step, progress }) => follow(clients, basis, { signal, pause, step, progress }),
  // When it began is nothing that could have half happened.
  verify: async () => ({ state: 'not-done' }),
});
