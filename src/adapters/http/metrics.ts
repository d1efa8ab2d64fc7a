import type { SystemStatus } from '#ports/status.ts';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  readonly requests: Counter<'means' | 'outcome'>;
}

/** @param gauges values that are read when somebody asks */
export function createMetrics(gauges: {
  readonly openOperations: () => Promise<Readonly<Record<string, number>>>;
  readonly unsaid: () => Promise<number>;
  readonly chatConnected: () => boolean;
  readonly now: () => number;
  /** What `status` says; empty while vigie starts. */
  readonly standing: () => Promise<readonly SystemStatus[]>;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'vigie_requests_total',
    help: 'Commands received, by way in and outcome',
    labelNames: ['means', 'outcome'],
    registers,
  });
  new Gauge({
    name: 'vigie_operations_open',
    help: 'Operations that have not ended, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries(await gauges.openOperations())) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'vigie_outbox_pending',
    help: 'Posts that Mattermost has not taken yet',
    registers,
    async collect() {
      this.set(await gauges.unsaid());
    },
  });
  new Gauge({
    name: 'vigie_chat_connected',
    help: '1 while the websocket to Mattermost is up',
    registers,
    collect() {
      this.set(gauges.chatConnected() ? 1 : 0);
    },
  });
  const standing = oncePer(STANDING_MS, gauges.now, gauges.standing);
  new Gauge({
    name: 'vigie_system_troubles',
    help: 'What status says is wrong, by system; a system that does not answer is left out',
    labelNames: ['system'],
    registers,
    async collect() {
      this.reset();
      for (const { system, lines, problem } of await standing())
        if (problem === null) this.set({ system }, lines.filter(({ level }) => level === 'trouble').length);
    },
  });
  new Gauge({
    name: 'vigie_system_unknown',
    help: '1 where a system did not answer: nobody knows how it stands',
    labelNames: ['system'],
    registers,
    async collect() {
      this.reset();
      for (const { system, problem } of await standing()) this.set({ system }, problem === null ? 0 : 1);
    },
  });
  return { contentType: registry.contentType, text: () => registry.metrics(), requests };
}

/** Whoever scrapes every few seconds asks the house no oftener than this. */
const STANDING_MS = 30_000;

/** The same answer for so long, and for all who ask while it is under way. */
function oncePer<T>(ms: number, now: () => number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    if (last === null || now() - last.at > ms) last = { at: now(), answer: ask() };
    return last.answer;
  };
}
