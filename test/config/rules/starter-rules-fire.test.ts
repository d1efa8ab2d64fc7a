import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { replay } from '#pipeline/alert/replay.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { DEFAULTS } from './written.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 2, 8);
const HOUR = 60;
const { rules: all } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });
/** Those of probes look at no documents: see gluster, addresses and names in test/acceptance/alerts/. */
const rules = all.filter(({ kind }) => kind.type !== 'probe');

/** Documents of one minute, by the minute of its phase; those of the Beats have the index and the dataset of their rule. */
type Minute = (minute: number) => readonly JsonObject[];

interface Story {
  readonly index: string;
  readonly well: Minute;
  readonly ill: Minute;
  /** Lengths of the phases in minutes: well, ill, well again. */
  readonly phases?: readonly [number, number, number];
  readonly key: Readonly<Record<string, string>>;
}

const HOST = { host: { name: 'pica01' } };
const one =
  (document: JsonObject): Minute =>
  () => [document];
const many =
  (count: number, document: JsonObject): Minute =>
  () =>
    Array.from({ length: count }, () => document);
const metric = (dataset: string, document: JsonObject): JsonObject => ({ ...HOST, event: { dataset }, ...document });

function hostMetric(dataset: string, document: (value: number) => JsonObject, well: number, ill: number): Story {
  return {
    index: 'metricbeat-8',
    well: one(metric(dataset, document(well))),
    ill: one(metric(dataset, document(ill))),
    key: { 'host.name': 'pica01' },
  };
}

const disk = (pct: number): JsonObject =>
  metric('system.filesystem', { system: { filesystem: { mount_point: '/', type: 'ext4', used: { pct } } } });
const DISK_KEY = { 'host.name': 'pica01', 'system.filesystem.mount_point': '/' };
const diskStory = (well: number, ill: number): Story => ({
  index: 'metricbeat-8',
  well: one(disk(well)),
  ill: one(disk(ill)),
  key: DISK_KEY,
});

const monitor = (status: string, days = 90): JsonObject => ({
  monitor: { name: 'pad', status },
  tls: { server: { x509: { not_after: new Date(START + days * 86_400_000).toISOString() } } },
});
const SERVICE = { container: { labels: { com_docker_swarm_service_name: 'pad' } } };
const SERVICE_KEY = { 'container.labels.com_docker_swarm_service_name': 'pad' };
const request = (code: number): JsonObject => ({
  event: { dataset: 'traefik.access' },
  http: { response: { status_code: code } },
  traefik: { access: { frontend_name: 'pad@docker' } },
});
const event = (action: string): JsonObject => ({
  event: { dataset: 'docker.event' },
  docker: { event: { action, actor: { attributes: { com_docker_swarm_service_name: 'pad' } } } },
});
const cluster = (status: string): JsonObject => ({
  event: { dataset: 'elasticsearch.cluster.stats' },
  elasticsearch: { cluster: { name: 'logs', stats: { status } } },
});
const clusterStory = (ill: string): Story => ({
  index: 'metricbeat-8',
  well: one(cluster('green')),
  ill: one(cluster(ill)),
  key: { 'elasticsearch.cluster.name': 'logs' },
});
const login = (outcome: string): JsonObject => ({ event: { dataset: 'system.auth', outcome }, source: { ip: '192.0.2.7' } });

const STORIES: Readonly<Record<string, Story>> = {
  'Host silent': { index: 'metricbeat-8', well: one(metric('system.cpu', {})), ill: () => [], key: { 'host.name': 'pica01' } },
  'Disk filling up': diskStory(0.7, 0.87),
  'Disk full': diskStory(0.87, 0.95),
  'Disk full soon': {
    index: 'metricbeat-8',
    well: one(disk(0.65)),
    ill: (minute) => [disk(0.65 + minute * 0.0006)],
    phases: [7 * HOUR, 6 * HOUR, 9 * HOUR],
    key: DISK_KEY,
  },
  'Inodes running out': {
    index: 'metricbeat-8',
    well: one(metric('system.filesystem', { free_inodes: 0.5, system: { filesystem: { mount_point: '/', files: 1_000 } } })),
    ill: one(metric('system.filesystem', { free_inodes: 0.05, system: { filesystem: { mount_point: '/', files: 1_000 } } })),
    key: DISK_KEY,
  },
  'CPU busy': hostMetric('system.cpu', (pct) => ({ system: { cpu: { total: { norm: { pct } } } } }), 0.2, 0.95),
  'CPU waits for disks': hostMetric('system.cpu', (pct) => ({ system: { cpu: { iowait: { norm: { pct } } } } }), 0.01, 0.3),
  'CPU taken by others': hostMetric('system.cpu', (pct) => ({ system: { cpu: { steal: { norm: { pct } } } } }), 0.01, 0.3),
  'Memory nearly full': hostMetric('system.memory', (pct) => ({ system: { memory: { actual: { used: { pct } } } } }), 0.6, 0.95),
  'Swap nearly full': hostMetric('system.memory', (pct) => ({ system: { memory: { swap: { used: { pct } } } } }), 0.1, 0.9),
  'Site down': { index: 'heartbeat-8', well: one(monitor('up')), ill: one(monitor('down')), key: { 'monitor.name': 'pad' } },
  'Container keeps dying': {
    index: 'metricbeat-8',
    well: one(event('start')),
    ill: one(event('die')),
    key: { 'docker.event.actor.attributes.com_docker_swarm_service_name': 'pad' },
  },
  'Container unhealthy': {
    index: 'metricbeat-8',
    well: one(metric('docker.healthcheck', { ...SERVICE, docker: { healthcheck: { status: 'healthy' } } })),
    ill: one(metric('docker.healthcheck', { ...SERVICE, docker: { healthcheck: { status: 'unhealthy' } } })),
    key: SERVICE_KEY,
  },
  'Requests fail': {
    index: 'filebeat-8',
    well: many(20, request(200)),
    ill: () => [...many(18, request(200))(0), request(502), request(500), request(503)],
    key: { 'traefik.access.frontend_name': 'pad@docker' },
  },
  'Errors in the log': {
    index: 'filebeat-8',
    well: one({ ...SERVICE, ...HOST, log: { level: 'error' } }),
    ill: many(10, { ...SERVICE, ...HOST, log: { level: 'error' } }),
    phases: [40, 15, 60],
    key: SERVICE_KEY,
  },
  'Backup too old': {
    index: 'filebeat-8',
    well: (minute) =>
      minute % (6 * HOUR) === 0 ? [{ event: { action: 'backup', outcome: 'success' }, service: { name: 'postgres' } }] : [],
    ill: () => [],
    phases: [30 * HOUR, 40 * HOUR, 30 * HOUR],
    key: { 'service.name': 'postgres' },
  },
  'SSH logins fail': {
    index: 'filebeat-8',
    well: one(login('success')),
    ill: many(3, login('failure')),
    phases: [30, 20, 150],
    key: { 'source.ip': '192.0.2.7' },
  },
  'RAID disk failed': {
    index: 'metricbeat-8',
    well: one(metric('system.raid', { system: { raid: { name: 'md0', disks: { failed: 0 } } } })),
    ill: one(metric('system.raid', { system: { raid: { name: 'md0', disks: { failed: 1 } } } })),
    key: { 'host.name': 'pica01', 'system.raid.name': 'md0' },
  },
  'Elasticsearch red': clusterStory('red'),
  'Elasticsearch yellow': clusterStory('yellow'),
};

/** No server of the tests runs scripts: what the script would compute stands in the documents. */
function withoutScript(rule: Rule): Rule {
  return rule.kind.type === 'metric_aggregation'
    ? { ...rule, kind: { ...rule.kind, metric: { ...rule.kind.metric, script: null } } }
    : rule;
}

async function lived(rule: Rule, { index, well, ill, phases = [40, 40, 60] }: Story) {
  const search = new MemorySearch({ now: () => START }, 'main');
  let minute = 0;
  for (const [phase, length] of phases.entries())
    for (let at = 0; at < length; at += 1, minute += 1)
      for (const document of (phase === 1 ? ill : well)(at))
        search.index(index, { '@timestamp': new Date(START + minute * MINUTE + 30_000).toISOString(), ...document });
  const total = phases[0] + phases[1] + phases[2];
  // Ten looks an hour are enough where hours are what counts.
  const runEveryMs = total > 300 ? 6 * MINUTE : rule.runEveryMs;
  const events = [];
  for await (const { event: turn, key, at } of replay([{ ...rule, runEveryMs }], search, { from: START, to: START + total * MINUTE }))
    events.push({ turn, key, minute: Math.floor((at - START) / MINUTE) });
  return { events, from: phases[0], to: phases[0] + phases[1], end: total };
}

describe('starter rules on documents', () => {
  it('each has its story', () => {
    expect(Object.keys(STORIES).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
  });

  it.each(rules.map((rule) => [rule.name, withoutScript(rule)] as const))(
    '%s fires while it is so, and resolves after',
    async (name, rule) => {
      const story = STORIES[name];
      if (story === undefined) throw new Error(`there is no story of ${name}`);
      const { events, from, to, end } = await lived(rule, story);
      expect(events.map(({ turn }) => turn)).toEqual(['fired', 'resolved']);
      expect(events.map(({ key }) => key)).toEqual([story.key, story.key]);
      const [fired, resolved] = events.map(({ minute }) => minute);
      // A spike is a moment: it has the time of the oldest document of its window, as in ElastAlert, and is over when nothing rises any more.
      const spike = rule.kind.type === 'spike' ? rule.kind.timeframeMs / MINUTE : 0;
      expect(fired).toBeGreaterThanOrEqual(from - spike);
      expect(fired).toBeLessThanOrEqual(to);
      expect(resolved).toBeGreaterThanOrEqual(spike > 0 ? from : to);
      expect(resolved).toBeLessThanOrEqual(end);
    },
  );
});
