import { describe, expect, it } from 'vitest';
import { routesOf } from '#adapters/docker/routes.ts';

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
});
