import { defineQuery, VigieError, shownFreezes, z, type ReadClients } from '#kit';

/** Where no job is configured, only what people planned or froze is shown. */
async function jobsOf({ jobs }: Pick<ReadClients, 'jobs'>, others: number) {
  try {
    return await jobs.list();
  } catch (error) {
    if (others > 0 && error instanceof VigieError && error.code === 'jobs_not_configured') return [];
    throw error;
  }
}

/** What vigie does by itself: how the last time went, when the next one is; and what people planned for an hour to come. */
export default defineQuery({
  id: 'jobs',
  uses: ['jobs', 'operations', 'freezes'],
  input: z.strictObject({}),
  async run({ clients }) {
    const open = await clients.operations.list({ open: true, limit: 50 });
    const planned = open.filter(({ at, state }) => at !== null && (state === 'approved' || state === 'waiting'));
    const freezes = await shownFreezes(clients);
    const jobs = await jobsOf(clients, planned.length + freezes.length);
    return {
      freezes,
      planned: planned.map(({ id, action, target, at, state, requester }) => ({
        id,
        action,
        target,
        at,
        state,
        requester: requester.username,
      })),
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
