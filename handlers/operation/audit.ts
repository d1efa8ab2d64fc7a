import { defineQuery, duration, z } from '#kit';

const ONE_DAY_MS = 86_400_000;
const SHOWN = 10;
const LIMIT = 5_000;

/** Who did what, from the append-only audit; long ones as a file. */
export default defineQuery({
  id: 'audit',
  uses: ['operations', 'self'],
  input: z.strictObject({ since: duration().optional() }),
  async run({ input, clients }) {
    const sinceMs = input.since ?? ONE_DAY_MS;
    const entries = await clients.operations.audit(clients.self.now() - sinceMs, LIMIT);
    const rows = entries.map((entry) => ({
      seq: entry.seq,
      at: entry.at,
      kind: entry.kind,
      operation: entry.operation,
      by: typeof entry.detail['username'] === 'string' ? entry.detail['username'] : entry.by,
      action: typeof entry.detail['action'] === 'string' ? entry.detail['action'] : null,
    }));
    const text = entries.map((entry) => JSON.stringify(entry)).join('\n');
    return {
      since_ms: sinceMs,
      count: rows.length,
      rows: rows.slice(-SHOWN),
      file: rows.length > SHOWN ? { name: 'audit.jsonl', text: `${text}\n` } : null,
    };
  },
});
