import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { judgeRoutes } from '#domain/routes/judge.ts';
import type { Routes } from '#ports/routes.ts';
import type { ServiceOptions } from '#test/lab/swarm/service-spec.ts';

export interface RoutesScene {
  readonly routes: Routes;
  /** An image that runs, and one that is called `traefik`. */
  readonly images: { readonly web: string; readonly traefik: string };
  createService(options: ServiceOptions): Promise<void>;
  removeService(name: string): Promise<void>;
  /** Names that Traefik serves; null: no API is configured. */
  serves(names: readonly string[] | null): Promise<void>;
  close(): Promise<void>;
}

const V1 = { 'traefik.frontend.rule': 'Host:old.example.net,older.example.net', 'traefik.port': '8080' };
const V2 = {
  'traefik.enable': 'true',
  'traefik.docker.network': 'routes-proxy',
  'traefik.http.routers.pad.rule': 'Host(`pad.example.net`) && !PathPrefix(`/admin`)',
  'traefik.http.routers.pad.entrypoints': 'websecure',
  'traefik.http.services.pad.loadbalancer.server.port': '9001',
};

/** What every implementation of the port promises. */
export function routesContract(open: () => Promise<RoutesScene>): void {
  describe('routes', () => {
    let scene: RoutesScene;
    const made: string[] = [];
    beforeAll(async () => {
      scene = await open();
    });
    afterEach(async () => {
      for (const name of made.splice(0)) await scene.removeService(name);
      await scene.serves(null);
    });
    afterAll(() => scene.close());

    async function create(options: Omit<ServiceOptions, 'image'> & { readonly image?: string }): Promise<void> {
      await scene.createService({ image: scene.images.web, ...options });
      made.push(options.name);
    }
    async function labelled(name: string) {
      return (await scene.routes.labelled()).find((service) => service.name === name);
    }

    it('shows what labels of all generations ask for, on which network, and what runs', async () => {
      await create({ name: 'routes-old', labels: V1 });
      await create({ name: 'routes-pad', labels: V2, networks: ['routes-proxy'] });
      expect(await labelled('routes-old')).toMatchObject({
        exposure: 'default',
        running: 1,
        replicas: 1,
        networks: [],
        proxy: false,
        routers: [{ generation: 1, hosts: ['old.example.net', 'older.example.net'], port: 8080 }],
      });
      expect(await labelled('routes-pad')).toMatchObject({
        exposure: 'on',
        network: 'routes-proxy',
        networks: ['routes-proxy'],
        routers: [{ generation: 2, name: 'pad', hosts: ['pad.example.net'], entryPoints: ['websecure'], port: 9001, unread: null }],
      });
    });

    it('leaves out services that ask for nothing, and knows Traefik', async () => {
      await create({ name: 'routes-quiet' });
      await create({ name: 'routes-traefik', image: scene.images.traefik, networks: ['routes-proxy'] });
      expect(await labelled('routes-quiet')).toBeUndefined();
      expect(await labelled('routes-traefik')).toMatchObject({ proxy: true, routers: [], networks: ['routes-proxy'] });
    });

    it('holds labels against what Traefik serves', async () => {
      await create({ name: 'routes-pad', labels: V2, networks: ['routes-proxy'] });
      expect(await scene.routes.served()).toEqual([]);
      await scene.serves(['pad.example.net']);
      const kinds = async (): Promise<readonly string[]> => {
        const [services, traefiks] = await Promise.all([scene.routes.labelled(), scene.routes.served()]);
        expect(traefiks).toMatchObject([{ problem: null, view: { generation: 2 } }]);
        const own = services.filter(({ name }) => name.startsWith('routes-'));
        return judgeRoutes({ services: own, traefiks, settings: scene.routes.settings() }).map(({ kind }) => kind);
      };
      expect(await kinds()).toEqual([]);
      await scene.serves([]);
      expect(await kinds()).toEqual(['not-served']);
    });

    it('stops when its signal aborts, with that reason', async () => {
      const enough = new Error('enough');
      await expect(scene.routes.labelled(AbortSignal.abort(enough))).rejects.toBe(enough);
    });
  });
}
