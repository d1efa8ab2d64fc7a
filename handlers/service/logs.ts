import {
  BOUNDS,
  defineQuery,
  duration,
  logSpan,
  moment,
  pastOrAgo,
  printedLogs,
  severity,
  shownLogs,
  sourceName,
  target,
  text,
  z,
} from '#kit';

/** What a service's tasks wrote, or what stands in a machine's journal, with what Filebeat sent of it. `--grep` looks for plain text, whatever its case. */
export default defineQuery({
  id: 'logs',
  uses: ['logs', 'self'],
  args: ['source'],
  input: z.strictObject({
    source: sourceName(),
    since: pastOrAgo().optional(),
    until: moment().optional(),
    grep: text().optional(),
    level: severity().optional(),
    follow: duration().optional(),
  }),
  instead: ({ source, follow, grep, level }) =>
    follow === undefined ? null : { action: 'follow', input: { source, duration: follow, grep, level } },
  async target({ input, clients, signal }) {
    const source = await clients.logs.source(input.source, signal);
    return target(source.name, ...(source.kind === 'host' ? source.names : []));
  },
  async run({ input, clients, signal }) {
    const now = clients.self.now();
    const { since, until } = logSpan(input.since, input.until, now, clients.self.timezone());
    const source = await clients.logs.source(input.source, signal);
    const grep = input.grep?.toLowerCase();
    const query = {
      since,
      tail: BOUNDS.logLines.most,
      ...(until === null ? {} : { until }),
      ...(grep === undefined ? {} : { grep }),
      ...(input.level === undefined ? {} : { level: input.level }),
    };
    const { entries, older, levelless, witnesses } = await clients.logs.read(source, query, signal);
    const shown = shownLogs(entries, source.kind, clients.self.timezone());
    const printed = printedLogs(entries, source.kind);
    return {
      source: source.name,
      kind: source.kind,
      since_ms: until === null ? now - since : null,
      since,
      until,
      grep: input.grep ?? null,
      level: input.level ?? null,
      count: entries.length,
      older: older || printed.length < entries.length,
      levelless,
      shipped: entries.filter(({ from }) => from === 'filebeat').length,
      witnesses: witnesses.map(({ origin, cluster, problem, notes, interrupted }) => ({
        origin,
        cluster,
        problem: problem === null ? null : { code: problem.code, params: problem.params },
        notes: [...notes],
        interrupted,
      })),
      whole: witnesses.every(({ interrupted }) => !interrupted),
      shown: shown.text,
      hidden: shown.hidden,
      file: shown.hidden > 0 || shown.cut ? { name: `${source.name}.log`, text: `${printed.join('\n')}\n` } : null,
    };
  },
});
