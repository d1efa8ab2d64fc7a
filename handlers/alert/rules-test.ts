import { defineQuery, pastOrAgo, pastSince, rule, z } from '#kit';

const DAY_MS = 86_400_000;
/** What fits on a phone; all of it goes along as a file. */
const SHOWN = 8;

/** How often a rule would have fired: its past, through the same looks that watch the present. */
export default defineQuery({
  id: 'rules-test',
  uses: ['alerts', 'self'],
  args: ['rule'],
  input: z.strictObject({ rule: rule(), since: pastOrAgo().optional() }),
  async run({ input, clients, signal }) {
    const to = clients.self.now();
    const from = pastSince(input.since, { usualMs: DAY_MS, now: to, timezone: clients.self.timezone() });
    const events = await clients.alerts.replay(input.rule, { from, to }, signal);
    const fired = events.filter((each) => each.event === 'fired');
    const lines = events.map((each) => `${new Date(each.at).toISOString()}  ${each.event.padEnd(8)}  ${each.key}  ${each.value}`);
    return {
      rule: input.rule,
      from,
      fired: fired.length,
      keys: new Set(fired.map((each) => each.key)).size,
      events: fired.slice(-SHOWN).map(({ at, key, value }) => ({ at, key, value })),
      more: Math.max(0, fired.length - SHOWN),
      ...(fired.length > SHOWN ? { file: { name: `${input.rule}.txt`, text: lines.join('\n') } } : {}),
    };
  },
});
