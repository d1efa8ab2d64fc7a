import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '#kernel/clock.ts';
import { SYSTEM_RULE_NAMES, systemRule } from '#domain/alert/system.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { openStore } from '#adapters/store/store.ts';
import { createEngine } from '#messages/engine.ts';
import { createRenderer } from '#messages/post.ts';
import { loadTemplates } from '#messages/templates.ts';
import { createRefusals } from '#outbox/refusals.ts';
import { startSender } from '#outbox/sender.ts';
import { createWitness } from '#outbox/witness.ts';
import { watchClocks } from '#pipeline/alert/clocks.ts';
import { openDesk, type Desk } from '#pipeline/alert/desk.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import { startPolling } from '#pipeline/alert/poll.ts';
import { MemoryPublisher } from '#test/acceptance/alerts/memory-publisher.ts';
import { SETTINGS } from '#test/acceptance/alerts/watchroom.ts';
import { benchRules } from './alerts-rules.ts';
import type { Told } from './alerts-vigie.ts';

/** The alerts of a vigie in a process of its own, whose posts all arrive. After each look it tells what it has used so far, and what is new in its book. */
const {
  url,
  folder,
  rules: count,
} = z.object({ url: z.string(), folder: z.string(), rules: z.int() }).parse(JSON.parse(process.argv[2] ?? '{}'));
const log = {
  info: () => undefined,
  warn: (data: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(data)}\n`),
  error: (data: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(data)}\n`),
};
const rules = new Map([...SYSTEM_RULE_NAMES.map(systemRule), ...benchRules(count)].map((rule) => [rule.name, rule]));
const store = await openStore(join(folder, `vigie-${count}.db`), systemClock);
const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));
const desk = await openDesk({
  store,
  clock: systemClock,
  settings: () => SETTINGS,
  rules: () => rules,
  onCall: () => ({ current: null, next: [] }),
  chart: async () => null,
  probing: new Set(),
  wake: () => sender.wake(),
});
const sender = startSender({
  refusals: createRefusals(store, [], systemClock),
  outbox: store.outbox,
  witness: createWitness(store.outbox, new MemoryPublisher(systemClock)),
  tampered: async () => undefined,
  renderer: createRenderer(
    createEngine(templates, 'Europe/Paris', () => systemClock.now()),
    () => [],
    'Europe/Paris',
  ),
  charts: null,
  clock: systemClock,
  languageOf: () => 'en',
  operationsChannel: 'ops',
  posted: () => undefined,
  log,
});
await rememberSpikes();
// What was compiled is kept for the next start, as vigie's own end would.
process.once('SIGTERM', () => process.exit());
let looks = 0;
let failed = 0;
const known = new Set<string>();
const searches = new Map([['main', connectSearch({ cluster: 'main', urls: [url] })]]);
const kept = { facts: store.cursors, clock: systemClock, log };
startPolling({
  desk: telling(desk),
  clock: systemClock,
  log,
  rules: () => rules,
  searches,
  clocks: await watchClocks({ searches, ...kept }),
  async look(requests, search, signal) {
    const looked = await lookAt(requests, search, signal);
    looks += 1;
    const wrong = looked.find((one) => !one.ok);
    if (wrong?.ok === false) {
      failed += 1;
      log.error(wrong.problem, 'a look failed');
    }
    return looked;
  },
  probing: new Set(),
  probe: () => Promise.reject(new Error('no probes here')),
});

/** Spikes need twice their window before they can fire, and cost nothing until then: these rules have been looked at for hours. */
async function rememberSpikes(): Promise<void> {
  const until = systemClock.now() - 10_000;
  const spikes = [...rules.values()].filter(({ kind }) => kind.type === 'spike');
  const memory = { origin: until - 3 * 3_600_000, until };
  const states = spikes.map(({ name: id, hash }) => ({ id, hash, memory, failures: 0, failingSince: null }));
  const to = Object.fromEntries(spikes.map(({ name }) => [name, until]));
  await desk.change((book) => ({ book, rules: states, looked: { id: 'all', to } }));
}

function telling(real: Desk): Desk {
  return {
    get book() {
      return real.book;
    },
    get ruleStates() {
      return real.ruleStates;
    },
    get looked() {
      return real.looked;
    },
    get round() {
      return real.round;
    },
    freshId: () => real.freshId(),
    async change(act) {
      const round = await real.change(act);
      tell(real);
      return round;
    },
  };
}

function tell({ book }: Desk): void {
  const fresh = [...book.alerts.values()].filter(({ id }) => !known.has(id));
  for (const { id } of fresh) known.add(id);
  const { user, system } = process.cpuUsage();
  const told: Told = {
    at: systemClock.now(),
    looks,
    failed,
    cpuMs: (user + system) / 1_000,
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
    fresh: fresh.map(({ rule, key }) => ({ rule, key })),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
