import { auditRows, defineQuery, flag, pastOrAgo, pastSince, z } from '#kit';

const ONE_DAY_MS = 86_400_000;
const SHOWN = 10;
const LIMIT = 5_000;

/** Who did what, from the append-only audit: a line for each operation, for what was refused and for what vigie noticed; all of it as a file. */
export default defineQuery({
  id: 'audit',
  uses: ['operations', 'people', 'self'],
  input: z.strictObject({ since: pastOrAgo().optional(), reads: flag().optional() }),
  async run({ input, clients }) {
    const now = clients.self.now();
    const since = pastSince(input.since, { usualMs: ONE_DAY_MS, now, timezone: clients.self.timezone() });
    const entries = await clients.operations.audit(since, LIMIT);
    const reads = entries.filter(({ kind }) => kind === 'read').length;
    const shown = input.reads === true ? entries : entries.filter(({ kind }) => kind !== 'read');
    const rows = await auditRows(shown, clients);
    const text = entries.map((entry) => JSON.stringify(entry)).join('\n');
    return {
      since_ms: now - since,
      count: rows.length,
      reads: input.reads === true ? 0 : reads,
      rows: rows.slice(-SHOWN),
      file: entries.length > SHOWN ? { name: 'audit.jsonl', text: `${text}\n` } : null,
    };
  },
});
