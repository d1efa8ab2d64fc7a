import { describe, expect, it } from 'vitest';
import { exposureOf, networkOf, routersOf } from '#domain/routes/labels.ts';

/** What most tests look at. */
const routesOf = (labels: Readonly<Record<string, string>>) => routersOf(labels).map(({ rule, port }) => ({ rule, port }));

describe("routes of Traefik's labels", () => {
  it('reads version 1', () => {
    expect(routesOf({ 'traefik.frontend.rule': 'Host:pad.picasoft.net', 'traefik.port': '9001' })).toEqual([
      { rule: 'Host:pad.picasoft.net', port: 9001 },
    ]);
  });

  it('reads the segments of version 1, each with its port or the common one', () => {
    const labels = {
      'traefik.port': '80',
      'traefik.web.frontend.rule': 'Host:a',
      'traefik.web.port': '8080',
      'traefik.admin.frontend.rule': 'Host:b',
    };
    expect(routesOf(labels)).toEqual([
      { rule: 'Host:a', port: 8080 },
      { rule: 'Host:b', port: 80 },
    ]);
  });

  it('finds the port of a version 2 router at the service that it names', () => {
    const labels = {
      'traefik.http.routers.pad.rule': 'Host(`pad`)',
      'traefik.http.routers.pad.service': 'etherpad',
      'traefik.http.services.etherpad.loadbalancer.server.port': '9001',
      'traefik.http.services.metrics.loadbalancer.server.port': '9100',
    };
    expect(routesOf(labels)).toEqual([{ rule: 'Host(`pad`)', port: 9001 }]);
  });

  it('takes the only service for a router that names none', () => {
    const labels = {
      'traefik.http.routers.pad.rule': 'Host(`pad`)',
      'traefik.http.services.x.loadbalancer.server.port': '9001',
    };
    expect(routesOf(labels)).toEqual([{ rule: 'Host(`pad`)', port: 9001 }]);
  });

  it('does not guess among several services', () => {
    const labels = {
      'traefik.http.routers.pad.rule': 'Host(`pad`)',
      'traefik.http.services.x.loadbalancer.server.port': '9001',
      'traefik.http.services.y.loadbalancer.server.port': '9002',
    };
    expect(routesOf(labels)).toEqual([{ rule: 'Host(`pad`)', port: null }]);
  });

  it('reads keys without regard to case', () => {
    const labels = {
      'Traefik.HTTP.Routers.Pad.Rule': 'Host(`Pad`)',
      'traefik.http.services.x.loadBalancer.server.port': '9001',
    };
    expect(routesOf(labels)).toEqual([{ rule: 'Host(`Pad`)', port: 9001 }]);
  });

  it('keeps TCP routers apart from HTTP services', () => {
    const labels = {
      'traefik.tcp.routers.db.rule': 'HostSNI(`db`)',
      'traefik.http.services.x.loadbalancer.server.port': '80',
    };
    expect(routesOf(labels)).toEqual([{ rule: 'HostSNI(`db`)', port: null }]);
  });

  it('has no routes where Traefik is switched off', () => {
    expect(routesOf({ 'traefik.enable': 'false', 'traefik.frontend.rule': 'Host:a' })).toEqual([]);
  });

  it('ignores other labels', () => {
    expect(routesOf({ 'com.docker.stack.namespace': 'web', 'traefik.docker.network': 'proxy' })).toEqual([]);
  });

  it('reads entry points, TLS, and what leads to another provider', () => {
    const labels = {
      'traefik.http.routers.dash.rule': 'Host(`dash.example.net`)',
      'traefik.http.routers.dash.entrypoints': 'web, websecure',
      'traefik.http.routers.dash.tls.certresolver': 'letsencrypt',
      'traefik.http.routers.dash.service': 'api@internal',
      'traefik.http.routers.plain.rule': 'Host(`plain.example.net`)',
      'traefik.http.routers.plain.tls': 'false',
    };
    expect(routersOf(labels)).toMatchObject([
      { name: 'dash', entryPoints: ['web', 'websecure'], tls: true, elsewhere: true },
      { name: 'plain', entryPoints: [], tls: false, elsewhere: false },
    ]);
    expect(routersOf({ 'traefik.frontend.rule': 'Host:a', 'traefik.frontend.entryPoints': 'http,https' })).toMatchObject([
      { generation: 1, entryPoints: ['http', 'https'], tls: false },
    ]);
  });

  it('names what of a rule it cannot read, and no hosts', () => {
    expect(routersOf({ 'traefik.http.routers.pad.rule': 'Hots(`pad`)' })).toMatchObject([
      { name: 'pad', condition: null, unread: { found: 'Hots', nearest: 'Host' }, hosts: [] },
    ]);
  });

  it.each([
    [{ 'traefik.enable': 'true' }, 'on'],
    [{ 'Traefik.Enable': '1' }, 'on'],
    [{ 'traefik.enable': 'false' }, 'off'],
    [{}, 'default'],
  ])('reads of %o that it is %s', (labels, exposure) => {
    expect(exposureOf(labels)).toBe(exposure);
  });

  it('reads the network of all generations', () => {
    expect([networkOf({ 'traefik.docker.network': 'proxy' }), networkOf({ 'traefik.swarm.network': 'edge' }), networkOf({})]).toEqual([
      'proxy',
      'edge',
      null,
    ]);
  });
});
