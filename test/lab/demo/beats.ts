import type { JsonObject } from '#kernel/json.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import type { DemoDisks, DiskUse } from './disks.ts';

/** The machines that carry a Beat. */
const HOSTS = ['pica01', 'pica02', 'monitoring'] as const;
type Host = (typeof HOSTS)[number];
const METRICS = 'metricbeat-9.x';
const LOGS = 'filebeat-9.x';
const MINUTE_MS = 60_000;
const PAST_MS = 6 * 3_600_000;
const LIVE_MS = 10_000;
/** What people visit, and how often in each round of the Beats. */
export const WEB = ['etherpad', 'wekan', 'mobilizon', 'dokuwiki', 'mattermost'] as const;
const REQUESTS = 3;

/** What is wrong from some moment on. */
export interface Troubles {
  /** Services that answer a third of their requests with 502. */
  readonly failing: readonly string[];
  /** Machines whose Beat sends nothing. */
  readonly silent: readonly string[];
}

export interface Beats {
  readonly search: MemorySearch;
  /** What is wrong from now on. */
  set(troubles: Partial<Troubles>): void;
  stop(): void;
}

/** Beats of Picasoft's machines in memory: the last six hours by the minute, then on by themselves. */
export function startBeats(clock: { now(): number }, disks: DemoDisks): Beats {
  const search = new MemorySearch(clock, 'main');
  const start = clock.now();
  let troubles: Troubles = { failing: [], silent: [] };
  const house = { search, disks };
  for (let at = start - PAST_MS; at <= start; at += MINUTE_MS) report(house, at, troubles);
  let last = start;
  const timer = setInterval(() => {
    const now = clock.now();
    // Time runs fast while the story is told: no minute of it stays without a report.
    for (let at = last + LIVE_MS; at <= now; at += LIVE_MS) report(house, (last = at), troubles);
  }, 200);
  timer.unref();
  return {
    search,
    set: (change) => {
      troubles = { ...troubles, ...change };
    },
    stop: () => clearInterval(timer),
  };
}

interface House {
  readonly search: MemorySearch;
  readonly disks: DemoDisks;
}

/** One round of all Beats. */
function report({ search, disks }: House, at: number, { failing, silent }: Troubles): void {
  for (const [index, host] of HOSTS.entries()) {
    if (silent.includes(host)) continue;
    const wave = 0.5 + 0.5 * Math.sin(at / 2_700_000 + index * 2);
    const put = (dataset: string, fields: JsonObject): string => search.index(METRICS, { ...common(at, host, dataset), ...fields });
    const cpu = 0.12 + 0.3 * wave + noise(at, index) * 0.06;
    put('system.cpu', { system: { cpu: { total: { norm: { pct: round(cpu) } } } } });
    put('system.load', { system: { load: { '1': round(cpu * 4) } } });
    put('system.memory', { system: { memory: { actual: { used: { pct: round(0.52 + 0.1 * wave) } }, swap: { used: { pct: 0.02 } } } } });
    for (const disk of disks.of(host, at)) put('system.filesystem', { system: { filesystem: filesystem(disk) } });
    const bytes = Math.round((at / 1_000) * (2_000_000 + 500_000 * index));
    put('system.network', { system: { network: { name: 'eth0', in: { bytes }, out: { bytes: Math.round(bytes * 1.4) } } } });
    put('system.diskio', {
      system: { diskio: { name: 'vda', read: { bytes: Math.round(bytes / 3) }, write: { bytes: Math.round(bytes / 2) } } },
    });
  }
  for (const service of WEB)
    for (let request = 0; request < REQUESTS; request += 1) {
      const status = failing.includes(service) && request === 0 ? 502 : 200;
      const ms = (status === 200 ? 40 : 1_500) + 120 * noise(at, request + service.length);
      const answered = {
        service: { name: service },
        http: { response: { status_code: status } },
        event: { dataset: 'traefik.access', duration: Math.round(ms * 1_000_000) },
      };
      search.index(LOGS, { ...common(at + request, 'pica01', 'traefik.access'), ...answered });
    }
}

function filesystem({ mount, totalBytes, usedBytes }: DiskUse): JsonObject {
  const [used, free] = [Math.round(usedBytes), Math.round(totalBytes - usedBytes)];
  return { mount_point: mount, total: totalBytes, used: { pct: round(usedBytes / totalBytes), bytes: used }, free };
}

function common(at: number, host: Host, dataset: string): JsonObject {
  return { '@timestamp': new Date(at).toISOString(), host: { name: host }, event: { dataset } };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** The same for the same moment: a picture of the demo looks alike each time. */
function noise(at: number, seed: number): number {
  const wild = Math.sin(at / 60_000 + seed * 12.9898) * 43_758.5453;
  return wild - Math.floor(wild);
}
