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
  return { contentType: registry.contentType, text: () => registry.metrics(), requests };
}
