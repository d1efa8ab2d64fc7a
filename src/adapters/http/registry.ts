import type { SystemStatus } from '#ports/status.ts';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** Values that are read when somebody asks. */
export interface Gauges {
  readonly openOperations: () => Promise<Readonly<Record<string, number>>>;
  readonly unsaid: () => Promise<number>;
  readonly chatConnected: () => boolean;
  readonly now: () => number;
  /** What `status` says; empty while vigie starts. */
  readonly standing: () => Promise<readonly SystemStatus[]>;
  readonly requests: () => Iterable<RequestCount>;
}

/** So many commands came in by this way, and ended so. */
export interface RequestCount {
  readonly means: string;
  readonly outcome: string;
  readonly count: number;
}

export function createRegistry(gauges: Gauges): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Counter({
    name: 'vigie_requests_total',
    help: 'Commands received, by way in and outcome',
    labelNames: ['means', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { means, outcome, count } of gauges.requests()) this.inc({ means, outcome }, count);
    },
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
  return registry;
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
