import { join } from 'node:path';
import { startHttp } from '#adapters/http/server.ts';
import { connectMattermost } from '#adapters/mattermost/connect.ts';
import { openStore } from '#adapters/store/store.ts';
import { systemClock } from '#kernel/clock.ts';
import { loadAssets } from '#app/app/assets.ts';
import { startVigie } from '#app/vigie.ts';
import { LAB_PARTS } from '#test/lab/parts.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';

/** A vigie in a process of its own, over the Swarm in memory: whoever measures it shares no event loop with it. */
const orders: { url: string; token: string; folder: string; slashToken: string; people: readonly string[] } = JSON.parse(
  process.argv[2] ?? '{}',
);
console.log = () => undefined;
const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (data: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(data)}\n`),
};
const swarm = new MemorySwarm(systemClock);
for (let index = 1; index <= 20; index += 1) {
  swarm.registry.push(`registry.lab/service-${index}:1`);
  swarm.createService({ name: `service-${index}`, image: `registry.lab/service-${index}:1`, replicas: 2 });
}
const storeFile = join(orders.folder, 'vigie.db');
const store = await openStore(storeFile, systemClock);
const { entries, templates } = await loadAssets();
const chat = await connectMattermost({
  url: orders.url,
  token: orders.token,
  operationsChannel: 'ops',
  clock: systemClock,
  facts: store.cursors,
  log: quiet,
});
const vigie = await startVigie({
  ...LAB_PARTS,
  roles: [{ role: 'operator', users: orders.people, groups: [], channels: [] }],
  store,
  storeFile,
  clock: systemClock,
  log: quiet,
  ...chat,
  systems: { swarm },
  entries,
  templates,
});
const http = await startHttp({
  host: '127.0.0.1',
  port: 0,
  mattermost: { url: orders.url, slashTokens: [orders.slashToken] },
  gateway: vigie.gateway,
  clock: systemClock,
  ready: () => vigie.ready(),
  metrics: { contentType: 'text/plain', text: async () => '' },
  log: quiet,
});
process.stdout.write(`${http.url}\n`);
