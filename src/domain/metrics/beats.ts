import type { JsonObject } from '#kernel/json.ts';
import type { Unit } from '../chart.ts';
import type { Curve, Metric, MetricPanel, Reading, Source, Split } from './metric.ts';

/** The fields of Metricbeat's system and docker modules and of Filebeat's access logs, as ECS names them. */
const METRICBEAT = 'metricbeat-*';
const FILEBEAT = 'filebeat-*';

const MOUNTS: Split = { field: 'system.filesystem.mount_point', which: 'all', shown: 'each' };
const DISKS: Split = { field: 'system.diskio.name', which: 'disks', shown: 'sum' };
const INTERFACES: Split = { field: 'system.network.name', which: 'interfaces', shown: 'sum' };
const CONTAINERS: Split = { field: 'container.name', which: 'all', shown: 'each' };
const TASKS: Split = { field: 'container.name', which: 'all', shown: 'sum' };
/** What is in memory or belongs to an image fills no disk. */
const NO_DISK: JsonObject = { bool: { must_not: [{ terms: { 'system.filesystem.type': ['tmpfs', 'devtmpfs', 'overlay', 'squashfs'] } }] } };
const CPU_OF_CONTAINER = 'docker.cpu.total.norm.pct';
const MEMORY_OF_CONTAINER = 'docker.memory.usage.total';
const ANSWERED: JsonObject = { exists: { field: 'http.response.status_code' } };
const SERVER_ERROR: JsonObject = { range: { 'http.response.status_code': { gte: 500 } } };

/** Of an access log: Filebeat's module writes nanoseconds, as ECS wants them. */
const ANSWER_TIME: Source = { kind: 'percentile', field: 'event.duration', percent: 95, divisor: 1_000_000 };

/** What can be asked for without configuring anything, in the order in which help tells it. */
export const BEATS_METRICS: readonly Metric[] = [
  metric('cpu', ['processeur'], {
    host: reading(panel('cpu', 'percent', average('system.cpu.total.norm.pct'))),
    service: reading(panel('cpu', 'percent', average(CPU_OF_CONTAINER)), TASKS),
  }),
  metric('memory', ['mémoire', 'memoire', 'ram'], {
    host: reading(panel('memory', 'percent', average('system.memory.actual.used.pct'))),
    service: reading(panel('memory', 'bytes', average(MEMORY_OF_CONTAINER)), TASKS),
  }),
  metric('load', ['charge'], { host: reading(panel('load', 'load', average('system.load.1'))) }),
  metric('disk', ['disque', 'disks', 'disques'], {
    host: { ...reading(panel('disk', 'percent', highest('system.filesystem.used.pct')), MOUNTS), filter: [NO_DISK] },
  }),
  metric('disk-io', ['diskio', 'disque-io', 'es-disque'], {
    host: reading(
      panel('disk-io', 'bytes_per_second', counter('read', 'system.diskio.read.bytes'), counter('write', 'system.diskio.write.bytes')),
      DISKS,
    ),
  }),
  metric('network', ['réseau', 'reseau', 'net'], {
    host: reading(
      panel('network', 'bytes_per_second', counter('in', 'system.network.in.bytes'), counter('out', 'system.network.out.bytes')),
      INTERFACES,
    ),
  }),
  metric('swap', ['échange'], { host: reading(panel('swap', 'percent', average('system.memory.swap.used.pct'))) }),
  metric('containers', ['conteneurs', 'container', 'conteneur'], { host: containers(), service: containers() }),
  metric('http', ['requests', 'requêtes', 'requetes'], { host: http(), service: http() }),
];

/** What is shown when no metric is named. */
export const USUAL: Readonly<Record<'host' | 'service', readonly string[]>> = {
  host: ['cpu', 'memory', 'disk'],
  service: ['cpu', 'memory', 'http'],
};

function metric(name: string, aliases: readonly string[], readings: Partial<Metric['readings']>): Metric {
  return { name, aliases, words: {}, readings: { host: null, service: null, ...readings } };
}

function reading(one: MetricPanel, split: Split | null = null): Reading {
  return { index: METRICBEAT, filter: [], split, panels: [one] };
}

function containers(): Reading {
  const panels = [
    panel('containers-cpu', 'percent', average(CPU_OF_CONTAINER)),
    panel('containers-memory', 'bytes', average(MEMORY_OF_CONTAINER)),
  ];
  return { index: METRICBEAT, filter: [], split: CONTAINERS, panels };
}

function http(): Reading {
  const panels = [
    panel('http', 'per_second', { part: '', source: { kind: 'events' } }),
    panel('http-errors', 'percent', { part: '', source: { kind: 'share', match: SERVER_ERROR } }),
    { ...panel('http-p95', 'milliseconds', { part: '', source: ANSWER_TIME }), optional: true as const },
  ];
  return { index: FILEBEAT, filter: [ANSWERED], split: null, panels };
}

function panel(title: string, unit: Unit, ...curves: readonly Curve[]): MetricPanel {
  return { title, unit, curves };
}

function average(field: string): Curve {
  return value(field, 'avg');
}

function highest(field: string): Curve {
  return value(field, 'max');
}

function value(field: string, aggregation: Extract<Source, { kind: 'value' }>['aggregation']): Curve {
  return { part: '', source: { kind: 'value', field, aggregation } };
}

function counter(part: string, field: string): Curve {
  return { part, source: { kind: 'counter', field } };
}
