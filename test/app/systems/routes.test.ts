import { afterEach, describe, expect, it } from 'vitest';
import { routes } from '#app/app/systems/routes.ts';
import { lookAtRoutes } from '#app/app/systems/routes/doctor.ts';
import { createRoutes } from '#adapters/routes/create-routes.ts';
import { TraefikStandIn } from '#test/lab/network/traefik-api.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { examination, examine } from './examine.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function traefik(routers: TraefikStandIn['played']['routers'] = []): Promise<TraefikStandIn> {
  const api = await TraefikStandIn.start({ version: 3, routers });
  stops.push(() => api.stop());
  return api;
}

describe('doctor, of the routes', () => {
  it('says so when nothing could tell of them', async () => {
    expect(await examine(routes, examination())).toEqual([
      { what: 'routes', ok: true, absent: true, detail: 'neither a Swarm nor traefik.api configured: no routes, no why' },
    ]);
  });

  it('asks each Traefik of the configuration', async () => {
    const well = await traefik([{ name: 'pad', rule: 'Host(`pad.example.net`)' }]);
    const gone = await traefik();
    await gone.stop();
    stops.pop();
    const config = `traefik:\n  api:\n    one: { url: "${well.url}" }\n    two: { url: "${gone.url}" }`;
    expect(await examine(routes, examination(config))).toEqual([
      { what: 'routes', ok: true, absent: true, detail: 'no Swarm configured: no labels' },
      { what: 'Traefik one', ok: true, detail: 'serves 1 routers' },
      { what: 'Traefik two', ok: false, detail: 'traefik_unreachable' },
    ]);
  });

  it('counts what labels ask for, and names a rule that can not be read', async () => {
    const swarm = new MemorySwarm(new WarpClock(20));
    stops.push(() => swarm.close());
    swarm.registry.push('r/pad:1');
    const label = (rule: string) => ({ 'traefik.http.routers.pad.rule': rule, 'traefik.http.services.pad.loadbalancer.server.port': '80' });
    swarm.createService({ name: 'pad', image: 'r/pad:1', labels: label('Host(`pad.example.net`)') });
    const client = createRoutes({ swarm, apis: {}, settings: { exposedByDefault: true, tlsEntryPoints: [] } });
    const look = async () => (await lookAtRoutes(client, examination()))[0];
    expect(await look()).toMatchObject({ ok: true, detail: '1 routers of 1 services, by their labels' });
    swarm.createService({ name: 'blog', image: 'r/pad:1', labels: label('Hots(`blog.example.net`)') });
    expect(await look()).toMatchObject({ ok: false, detail: expect.stringMatching(/1 of 2 rules can't be read: blog Hots/u) });
    swarm.beUnreachable();
    expect(await look()).toMatchObject({ ok: false, detail: 'swarm_unreachable' });
  });
});
