import type { JsonObject } from '#kernel/json.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

/** The machines that carry a Beat. */
const HOSTS = ['pica01', 'pica02', 'monitoring'] as const;
type Host = (typeof HOSTS)[number];
const METRICS = 'metricbeat-9.x';
const LOGS = 'filebeat-9.x';
const MINUTE_MS = 60_000;
const PAST_MS = 6 * 3_600_000;
const LIVE_MS = 10_000;
const GIB = 2 ** 30;

/** When what is wrong in the demo begins, before now: the disk fills since hours, the pad fails since minutes. */
export interface Troubles {
  /** /DATA of pica01 fills up: it passes 90 % some minutes after the start. */
  readonly disk: boolean;
  /** Etherpad answers a third of its requests with 502. */
  readonly pad: boolean;
}

export interface Beats {
  readonly search: MemorySearch;
  /** What is wrong from now on. */
  set(troubles: Partial<Troubles>): void;
  stop(): void;
}

/** Beats of Picasoft's machines in memory: the last six hours by the minute, then on by themselves. */
export function startBeats(clock: { now(): number }): Beats {
  const search = new MemorySearch(clock, 'main');
  const start = clock.now();
  let troubles: Troubles = { disk: true, pad: false };
  for (let at = start - PAST_MS; at <= start; at += MINUTE_MS) report(search, at, start, troubles);
  let last = start;
  const timer = setInterval(() => {
    const now = clock.now();
    // Time runs fast while the story is told: no minute of it stays without a report.
    for (let at = last + LIVE_MS; at <= now; at += LIVE_MS) report(search, (last = at), start, troubles);
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

/** One round of all Beats. */
function report(search: MemorySearch, at: number, start: number, troubles: Troubles): void {
  for (const [index, host] of HOSTS.entries()) {
    const wave = 0.5 + 0.5 * Math.sin(at / 2_700_000 + index * 2);
    const put = (dataset: string, fields: JsonObject): string => search.index(METRICS, { ...common(at, host, dataset), ...fields });
    const cpu = 0.12 + 0.3 * wave + noise(at, index) * 0.06;
    put('system.cpu', { system: { cpu: { total: { norm: { pct: round(cpu) } } } } });
    put('system.load', { system: { load: { '1': round(cpu * 4) } } });
    put('system.memory', { system: { memory: { actual: { used: { pct: round(0.52 + 0.1 * wave) } }, swap: { used: { pct: 0.02 } } } } });
    put('system.filesystem', { system: { filesystem: filesystem('/', 0.41 + index * 0.03) } });
    if (host !== 'monitoring')
      put('system.filesystem', { system: { filesystem: filesystem('/DATA', dataDisk(host, at, start, troubles)) } });
    const bytes = Math.round((at / 1_000) * (2_000_000 + 500_000 * index));
    put('system.network', { system: { network: { name: 'eth0', in: { bytes }, out: { bytes: Math.round(bytes * 1.4) } } } });
    put('system.diskio', {
      system: { diskio: { name: 'vda', read: { bytes: Math.round(bytes / 3) }, write: { bytes: Math.round(bytes / 2) } } },
    });
  }
  for (let request = 0; request < 6; request += 1) access(search, at + request, request, troubles);
}

function dataDisk(host: Host, at: number, start: number, { disk }: Troubles): number {
  if (host !== 'pica01') return 0.58;
  return disk ? Math.min(0.97, 0.885 - 0.22 * ((start - at) / PAST_MS)) : 0.62;
}

function filesystem(mount: string, pct: number): JsonObject {
  const total = 200 * GIB;
  return { mount_point: mount, total, used: { pct: round(pct), bytes: Math.round(total * pct) }, free: Math.round(total * (1 - pct)) };
}

/** @param request number of it in this round: the first ones are the pad's */
function access(search: MemorySearch, at: number, request: number, { pad }: Troubles): void {
  const service = request < 4 ? 'etherpad' : 'wekan';
  const fails = pad && service === 'etherpad' && request % 3 === 0;
  search.index(LOGS, {
    ...common(at, 'pica01', 'traefik.access'),
    service: { name: service },
    http: { response: { status_code: fails ? 502 : 200 } },
  });
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
