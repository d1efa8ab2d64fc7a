import { defineQuery, z } from '#kit';

/** What vigie does by itself: how the last time went, when the next one is. */
export default defineQuery({
  id: 'jobs',
  uses: ['jobs'],
  input: z.strictObject({}),
  async run({ clients }) {
    const jobs = await clients.jobs.list();
    return {
      failing: jobs.filter(({ last }) => last !== null && last.state !== 'succeeded' && last.state !== 'started').length,
      jobs: jobs.map(({ name, commands, last, lastMs, next }) => ({
        name,
        commands,
        state: last?.state ?? null,
        because: last?.because ?? null,
        at: last?.enteredAt ?? null,
        ms: lastMs,
        operations: last?.operations ?? [],
        next,
      })),
    };
  },
});
