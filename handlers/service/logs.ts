import { BOUNDS, defineQuery, duration, service, text, z, type LogLine } from '#kit';

const TEN_MINUTES_MS = 600_000;
/** What fits on a phone; longer logs come as a file. */
const SHOWN = 12;
const SHOWN_CHARACTERS = 2_400;
const SHOWN_LINE = 240;

/** What a service's tasks wrote. `--grep` looks for plain text, whatever its case. */
export default defineQuery({
  id: 'logs',
  uses: ['swarm', 'self'],
  args: ['service'],
  input: z.strictObject({ service: service(), since: duration().optional(), grep: text().optional() }),
  async run({ input, clients, signal }) {
    const sinceMs = input.since ?? TEN_MINUTES_MS;
    const query = { since: clients.self.now() - sinceMs, tail: BOUNDS.logLines.most };
    const grep = input.grep?.toLowerCase();
    const { lines, notes, older, whole } = await clients.swarm.logs(input.service, grep === undefined ? query : { ...query, grep }, signal);
    const shown = newest(
      lines.slice(-SHOWN).map((line) => shortened(line.text, SHOWN_LINE, line.cut)),
      SHOWN_CHARACTERS,
    );
    const printed = newest(lines.map(print), BOUNDS.logText.most);
    const hidden = lines.length - shown.length;
    const isCut = lines.some(({ text: said, cut }) => cut > 0 || said.length > SHOWN_LINE);
    return {
      service: input.service,
      since_ms: sinceMs,
      grep: input.grep ?? null,
      count: lines.length,
      older: older || printed.length < lines.length,
      whole,
      notes: [...notes],
      shown: shown.join('\n'),
      hidden,
      file: hidden > 0 || isCut ? { name: `${input.service}.log`, text: `${printed.join('\n')}\n` } : null,
    };
  },
});

function print({ at, node, stream, text: said, cut }: LogLine): string {
  return `${new Date(at).toISOString()} ${node ?? '-'} ${stream === 'stderr' ? '!' : ' '} ${shortened(said, said.length, cut)}`;
}

/** With a mark of how much is missing. */
function shortened(said: string, most: number, cut: number): string {
  const missing = Math.max(0, said.length - most) + cut;
  return missing === 0 ? said : `${said.slice(0, most)}… (+${missing})`;
}

/** As many of the last lines as fit, one at least. */
function newest(lines: readonly string[], most: number): readonly string[] {
  let left = most;
  const first = lines.findLastIndex((line) => (left -= line.length + 1) < 0);
  return lines.slice(Math.min(first + 1, Math.max(0, lines.length - 1)));
}
