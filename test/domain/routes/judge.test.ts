import { describe, expect, it } from 'vitest';
import { hostsOf } from '#domain/routes/condition.ts';
import { judgeRoutes } from '#domain/routes/judge.ts';
import { exposureOf, networkOf, routersOf } from '#domain/routes/labels.ts';
import { readRule } from '#domain/routes/rule.ts';
import type { RoutedService, Routing, ServedRouter, TraefikView } from '#domain/routes/served.ts';

const WELL = {
  'traefik.http.routers.pad.rule': 'Host(`pad.example.net`)',
  'traefik.http.routers.pad.entrypoints': 'websecure',
  'traefik.http.services.pad.loadbalancer.server.port': '9001',
};

function service(name: string, labels: Readonly<Record<string, string>>, change: Partial<RoutedService> = {}): RoutedService {
  const labelled = { exposure: exposureOf(labels), routers: routersOf(labels), network: networkOf(labels) };
  return { name, replicas: 1, running: 1, ...labelled, networks: [], proxy: false, ...change };
}

function served(name: string, rule: string, change: Partial<ServedRouter> = {}): ServedRouter {
  const { condition } = readRule(rule);
  const hosts = condition === null ? [] : hostsOf(condition);
  return {
    name,
    provider: 'swarm',
    protocol: 'http',
    rule,
    condition,
    hosts,
    tls: true,
    status: 'enabled',
    errors: [],
    servers: [],
    ...change,
  };
}

function findings(services: readonly RoutedService[], settings: Partial<Routing['settings']> = {}, ...views: readonly TraefikView[]) {
  return judgeRoutes({
    services,
    traefiks: views.map((view, index) => ({ name: `t${index + 1}`, view, problem: null })),
    settings: { exposedByDefault: true, tlsEntryPoints: ['websecure', 'https'], ...settings },
  });
}

describe('what labels ask for', () => {
  it('is well where nothing is wrong', () => {
    expect(findings([service('pad', WELL)])).toEqual([]);
  });

  it('lacks a port', () => {
    const { 'traefik.http.services.pad.loadbalancer.server.port': _, ...labels } = WELL;
    expect(findings([service('pad', labels)])).toEqual([{ kind: 'no-port', service: 'pad', router: 'pad' }]);
    const dash = { ...labels, 'traefik.http.routers.pad.service': 'api@internal' };
    expect(findings([service('pad', dash)])).toEqual([]);
  });

  it('has no task that runs', () => {
    expect(findings([service('pad', WELL, { running: 0 })])).toEqual([
      { kind: 'no-task', service: 'pad', router: 'pad', host: 'pad.example.net' },
    ]);
  });

  it('has no TLS, where that is known', () => {
    const plain = { ...WELL, 'traefik.http.routers.pad.entrypoints': 'web' };
    expect(findings([service('pad', plain)])).toMatchObject([{ kind: 'no-tls', host: 'pad.example.net' }]);
    expect(findings([service('pad', { ...plain, 'traefik.http.routers.pad.tls': 'true' })])).toEqual([]);
    const { 'traefik.http.routers.pad.entrypoints': _, ...unsaid } = WELL;
    expect(findings([service('pad', unsaid)])).toEqual([]);
    const view: TraefikView = { generation: 2, routers: [served('pad', 'Host(`pad.example.net`)', { tls: false })] };
    expect(findings([service('pad', unsaid)], {}, view)).toMatchObject([{ kind: 'no-tls' }]);
  });

  it('has TLS where one of the routers for the name has it: the other one redirects', () => {
    const both = {
      ...WELL,
      'traefik.http.routers.pad-web.rule': 'Host(`pad.example.net`)',
      'traefik.http.routers.pad-web.entrypoints': 'web',
    };
    expect(findings([service('pad', both)])).toEqual([]);
  });

  it('is asked for by two services', () => {
    const other = { ...WELL, 'traefik.http.routers.pad.rule': 'Host(`blog.example.net`, `PAD.example.net`)' };
    expect(findings([service('pad', WELL), service('blog', other)])).toEqual([
      { kind: 'twice', service: 'pad', router: 'pad', host: 'pad.example.net', others: ['blog/pad'] },
    ]);
  });

  it('is no quarrel where paths, entry points or protocols tell them apart', () => {
    const api = { ...WELL, 'traefik.http.routers.pad.rule': 'Host(`pad.example.net`) && PathPrefix(`/api`)' };
    const web = { ...WELL, 'traefik.http.routers.pad.entrypoints': 'web', 'traefik.http.routers.pad.tls': 'true' };
    for (const labels of [api, web]) expect(findings([service('pad', WELL), service('other', labels)])).toEqual([]);
  });

  it('is not served where services are not exposed by default', () => {
    expect(findings([service('pad', WELL)], { exposedByDefault: false })).toEqual([{ kind: 'not-exposed', service: 'pad', router: 'pad' }]);
    const on = { ...WELL, 'traefik.enable': 'true' };
    expect(findings([service('pad', on)], { exposedByDefault: false })).toEqual([]);
  });

  it('can not be read', () => {
    const labels = { ...WELL, 'traefik.http.routers.pad.rule': 'Host(`pad.example.net`) && PathPrefx(`/x`)' };
    expect(findings([service('pad', labels)])).toMatchObject([{ kind: 'unread', unread: { found: 'PathPrefx', nearest: 'PathPrefix' } }]);
  });
});

describe('what Traefik serves', () => {
  const view = (...routers: readonly ServedRouter[]): TraefikView => ({ generation: 2, routers });

  it('agrees with the labels', () => {
    expect(findings([service('pad', WELL)], {}, view(served('pad', 'Host("pad.example.net")')))).toEqual([]);
  });

  it('lacks what labels ask for, and has what none asks for', () => {
    expect(findings([service('pad', WELL)], {}, view(served('old', 'Host(`old.example.net`)')))).toEqual([
      { kind: 'not-served', service: 'pad', router: 'pad', host: 'pad.example.net', traefik: 't1' },
      { kind: 'only-served', service: null, router: 'old', host: 'old.example.net', traefik: 't1' },
    ]);
  });

  it('is no quarrel where a file or Traefik itself asks for it', () => {
    const own = served('dash', 'Host(`dash.example.net`)', { provider: 'file' });
    expect(findings([service('pad', WELL)], {}, view(served('pad', 'Host(`pad.example.net`)'), own))).toEqual([]);
  });

  it('has another rule for the same router', () => {
    const found = findings([service('pad', WELL)], {}, view(served('pad', 'Host(`pad.example.net`) && PathPrefix(`/x`)')));
    expect(found).toMatchObject([
      { kind: 'differs', service: 'pad', traefik: 't1', served: 'Host(`pad.example.net`) && PathPrefix(`/x`)' },
    ]);
  });

  it('refuses a router, or has found a server down', () => {
    const bad = served('pad', 'Host(`pad.example.net`)', { status: 'disabled', errors: ['the service "x@swarm" does not exist'] });
    expect(findings([service('pad', WELL)], {}, view(bad))).toMatchObject([
      { kind: 'refused', reason: 'the service "x@swarm" does not exist' },
    ]);
    const down = served('pad', 'Host(`pad.example.net`)', { servers: [{ url: 'http://10.0.1.5:9001', up: false }] });
    expect(findings([service('pad', WELL)], {}, view(down))).toMatchObject([{ kind: 'server-down', url: 'http://10.0.1.5:9001' }]);
  });

  it('is asked each of several', () => {
    expect(findings([service('pad', WELL)], {}, view(served('pad', 'Host(`pad.example.net`)')), view())).toMatchObject([
      { kind: 'not-served', traefik: 't2' },
    ]);
  });

  it('is read of version 1 by its names', () => {
    const labels = { 'traefik.frontend.rule': 'Host:pad.example.net', 'traefik.port': '9001' };
    const old: TraefikView = {
      generation: 1,
      routers: [served('frontend-Host-pad', 'Host(`pad.example.net`)', { provider: 'docker', tls: null })],
    };
    expect(findings([service('pad', labels)], {}, old)).toEqual([]);
  });
});
