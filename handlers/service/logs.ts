import { defineQuery, duration, service, text, z } from '#kit';

const TEN_MINUTES_MS = 600_000;
/** Newest lines that are asked for; more than a person reads. */
const TAIL = 2_000;
/** What fits on a phone; longer logs come as a file. */
const SHOWN = 12;

/** What a service's tasks wrote. `--grep` looks for plain text, whatever its case. */
export default defineQuery({
  id: 'logs',
  uses: ['swarm', 'self'],
  args: ['service'],
  input: z.strictObject({ service: service(), since: duration().optional(), grep: text().optional() }),
  async run({ input, clients, signal }) {
    const sinceMs = input.since ?? TEN_MINUTES_MS;
    const lines = await clients.swarm.logs(input.service, { since: clients.self.now() - sinceMs, tail: TAIL }, signal);
    const wanted = input.grep?.toLowerCase();
    const found = wanted === undefined ? lines : lines.filter((line) => line.text.toLowerCase().includes(wanted));
    const printed = found.map(
      (line) => `${new Date(line.at).toISOString()} ${line.node ?? '-'} ${line.stream === 'stderr' ? '!' : ' '} ${line.text}`,
    );
    return {
      service: input.service,
      since_ms: sinceMs,
      grep: input.grep ?? null,
      count: found.length,
      cut: lines.length >= TAIL,
      shown: found
        .slice(-SHOWN)
        .map((line) => line.text)
        .join('\n'),
      hidden: Math.max(0, found.length - SHOWN),
      file: found.length > SHOWN ? { name: `${input.service}.log`, text: `${printed.join('\n')}\n` } : null,
    };
  },
});
