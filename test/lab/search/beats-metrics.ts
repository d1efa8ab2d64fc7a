import type { JsonObject } from '#kernel/json.ts';
import { commonFields, type Moment } from './beats-common.ts';
import { clamped, rounded } from './chance.ts';

const SETS = ['cpu', 'load', 'memory', 'filesystem', 'container'] as const;
const SERVICES = ['web', 'pad', 'chat', 'mail', 'cloud', 'wiki'] as const;
const MOUNTS = ['/', '/var', '/home'] as const;
const MEMORY_BYTES = 8 * 1024 ** 3;
const DISK_BYTES = 100 * 1024 ** 3;

type SetMaker = (host: string, moment: Moment) => JsonObject;

const MAKERS: Readonly<Record<(typeof SETS)[number], SetMaker>> = { cpu, load, memory, filesystem, container };

/** @param number of the document among the metrics: hosts and sets take turns */
export function metricDocument(number: number, moment: Moment): JsonObject {
  const host = moment.hosts[Math.floor(number / SETS.length) % moment.hosts.length] ?? '';
  const set = SETS[number % SETS.length] ?? 'cpu';
  const docker = set === 'container';
  return {
    ...commonFields(moment.time, host, 'metricbeat', docker ? 'docker.cpu' : `system.${set}`),
    metricset: { name: docker ? 'cpu' : set, period: 10_000 },
    service: { type: docker ? 'docker' : 'system' },
    ...MAKERS[set](host, moment),
  };
}

const busy = (host: string, { progress }: Moment): boolean => progress > 0.9 && host === 'host-03';
/** More by day than by night. */
const daily = (time: number): number => 0.5 + 0.5 * Math.sin((time / 86_400_000) * 2 * Math.PI);

function cpu(host: string, moment: Moment): JsonObject {
  const total = clamped((busy(host, moment) ? 0.9 : 0.15 + 0.4 * daily(moment.time)) + moment.chance.between(-0.08, 0.08));
  const norm = (part: number): JsonObject => ({ norm: { pct: rounded(total * part) } });
  return { system: { cpu: { cores: 4, total: { ...norm(1), pct: rounded(total * 4) }, user: norm(0.7), system: norm(0.3) } } };
}

function load(host: string, moment: Moment): JsonObject {
  const one = (busy(host, moment) ? 7 : 0.3 + 1.5 * daily(moment.time)) + moment.chance.between(0, 0.6);
  return {
    system: {
      load: { cores: 4, 1: rounded(one, 2), 5: rounded(one * 0.9, 2), 15: rounded(one * 0.8, 2), norm: { 1: rounded(one / 4, 3) } },
    },
  };
}

function memory(_host: string, { time, chance }: Moment): JsonObject {
  const used = clamped(0.45 + 0.2 * daily(time) + chance.between(-0.05, 0.05));
  return {
    system: {
      memory: {
        total: MEMORY_BYTES,
        used: { pct: rounded(used), bytes: Math.round(used * MEMORY_BYTES) },
        actual: { used: { pct: rounded(used * 0.85) } },
      },
    },
  };
}

function filesystem(host: string, { progress, hosts, chance }: Moment): JsonObject {
  const mount = chance.pick(MOUNTS);
  const usual = 0.3 + 0.1 * MOUNTS.indexOf(mount) + 0.02 * hosts.indexOf(host) + chance.between(-0.01, 0.01);
  const used = host === 'host-02' && mount === '/var' ? 0.55 + 0.42 * progress : clamped(usual);
  return {
    system: {
      filesystem: {
        mount_point: mount,
        device_name: `/dev/vda${MOUNTS.indexOf(mount) + 1}`,
        type: 'ext4',
        total: DISK_BYTES,
        used: { pct: rounded(used), bytes: Math.round(used * DISK_BYTES) },
        free: Math.round((1 - used) * DISK_BYTES),
      },
    },
  };
}

function container(host: string, { hosts, chance }: Moment): JsonObject {
  const service = chance.pick(SERVICES);
  const name = `${service}_app_1`;
  const id = `c0ffee${SERVICES.indexOf(service)}${hosts.indexOf(host)}`;
  return {
    docker: { container: { name, id, image: `${service}:latest` }, cpu: { total: { norm: { pct: rounded(chance.between(0.01, 0.3)) } } } },
    container: { name, image: { name: `${service}:latest` }, runtime: 'docker' },
  };
}
