import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '#kernel/clock.ts';
import { SYSTEM_RULE_NAMES, systemRule } from '#domain/alert/system.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { openStore } from '#adapters/store/store.ts';
import { createEngine } from '#messages/engine.ts';
import { createRenderer } from '#messages/post.ts';
import { loadTemplates } from '#messages/templates.ts';
import { startSender } from '#outbox/sender.ts';
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
  wake: () => sender.wake(),
});
const sender = startSender({
  outbox: store.outbox,
  publisher: new MemoryPublisher(systemClock),
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
let looks = 0;
const known = new Set<string>();
startPolling({
  desk: telling(desk),
  clock: systemClock,
  log,
  rules: () => rules,
  searches: new Map([['main', connectSearch({ cluster: 'main', urls: [url] })]]),
  async look(requests, search, signal) {
    const looked = await lookAt(requests, search, signal);
    looks += 1;
    for (const [index, one] of looked.entries())
      if (!one.ok) log.error({ rule: requests[index]?.rule.name, ...one.problem }, 'a look failed');
    return looked;
  },
  probe: () => Promise.reject(new Error('no probes here')),
});

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
    cpuMs: (user + system) / 1_000,
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
    fresh: fresh.map(({ rule, key }) => ({ rule, key })),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
