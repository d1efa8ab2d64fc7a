import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { RuleMemory } from '#domain/alert/look.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import { call } from '#test/real/elasticsearch/bulk.ts';
import { startCountingProxy } from '#test/real/elasticsearch/counting-proxy.ts';
import { startElasticsearch } from '#test/real/elasticsearch/server.ts';
import { burst, startFeed } from './alerts-feed.ts';
import { benchRules, burstService } from './alerts-rules.ts';
import { startWatcher, type Known, type Watcher } from './alerts-vigie.ts';
import { cpuWithoutCompiler } from './java-cpu.ts';
import { floorOf, quantile, type Row } from './table.ts';

const ELASTICSEARCH = join(import.meta.dirname, '../real/elasticsearch');
const RULES = 50;
const DOCUMENTS = 200_000;
/** So the seeded past has as many documents a second as the feed. */
const PAST_MINUTES = 83;
const BURST_EVERY_MS = 20_000;
/** What the feed alone costs is measured for so long, while somebody searches: an index that nobody searches isn't refreshed. */
const BASELINE_MS = 60_000;
/** Frequency rules in fifty: each fires once. */
const MOST_BURSTS = 15;
/** Looks of all rules before anything is measured, without a pause: at ten seconds' pace, fifty minutes. */
const WARM_LOOKS = 300;
const PACE_MS = 10_000;
const SIZES = [10, 100, 1_000];
/** Looks before the counting begins: the first one learns the indices, the next ones are still compiled. */
const WARM = 2;
const COUNTED = 3;

/** What is missing for an Elasticsearch of our own; null when it can be started. */
export async function lackingForAlerts(): Promise<string | null> {
  try {
    await promisify(execFile)(join(ELASTICSEARCH, 'start'), ['--prepare']);
    return null;
  } catch (error) {
    const said = z.object({ stderr: z.string() }).safeParse(error).data?.stderr.trim().split('\n').at(-1);
    return `Elasticsearch can't be started, which needs a JDK and mvn: ${said ?? String(error)}`;
  }
}

interface Server {
  readonly url: string;
  /** Of the server so far, without its compiler, ms. */
  readonly cpu: () => Promise<number>;
}

/** What alerts cost, and how soon they come, on a real Elasticsearch that is fed all the while. */
export async function benchAlerts(minutes: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-alerts-'));
  const elasticsearch = await startElasticsearch();
  const { url } = elasticsearch;
  try {
    const seed = ['--url', url, '--count', String(DOCUMENTS), '--minutes', String(PAST_MINUTES)];
    await promisify(execFile)(process.execPath, [join(ELASTICSEARCH, 'seed-beats.ts'), ...seed]);
    const endFeed = startFeed(url);
    try {
      await warmUp(url, folder);
      const server = { url, cpu: () => cpuWithoutCompiler(elasticsearch.pid) };
      const rows = [...(await fifty(server, folder, minutes))];
      for (const size of SIZES) rows.push(...(await quiet(server, folder, size)));
      return rows;
    } finally {
      await endFeed();
    }
  } finally {
    await elasticsearch.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server that has run for days has compiled what it does all the time; so has a vigie that was started before. */
async function warmUp(url: string, folder: string): Promise<void> {
  const proxy = await startCountingProxy(url);
  const watcher = startWatcher(proxy, folder, 10);
  try {
    await watcher.looked(WARM);
  } finally {
    await watcher.stop();
    await proxy.stop();
  }
  await lookOverAndOver(url);
}

async function lookOverAndOver(url: string): Promise<void> {
  const search = connectSearch({ cluster: 'main', urls: [url] });
  const rules = benchRules(RULES);
  const memories = new Map<string, RuleMemory>();
  const start = Date.now() - WARM_LOOKS * PACE_MS;
  try {
    for (let look = 0; look < WARM_LOOKS; look += 1) {
      const span = { from: start + look * PACE_MS, to: start + (look + 1) * PACE_MS };
      const requests = rules.map((rule) => ({ rule, span, memory: memories.get(rule.name) ?? null, open: [] }));
      for (const [index, looked] of (await lookAt(requests, search)).entries())
        if (looked.ok) memories.set(rules[index]?.name ?? '', looked.look.memory);
    }
  } finally {
    await search.close();
  }
}

/** Fifty rules every ten seconds, of which one fires each twenty. */
async function fifty({ url, cpu }: Server, folder: string, minutes: number): Promise<readonly Row[]> {
  const feedShare = await shareOfFeed({ url, cpu });
  const proxy = await startCountingProxy(url);
  const began = Date.now();
  const before = await cpu();
  const watcher = startWatcher(proxy, folder, RULES);
  try {
    const first = await watcher.looked(1);
    const seen = await bursts(url, began + minutes * 60_000);
    await sleep(Math.max(0, began + minutes * 60_000 - Date.now()));
    const last = watcher.known.at(-1) ?? first;
    const searchMs = (await cpu()) - before;
    const feedMs = feedShare * (Date.now() - began);
    // The last burst may still be under way.
    await sleep(11_500);
    return costs(minutes, { first, last, searchMs, feedMs }, delays(watcher, seen));
  } finally {
    await watcher.stop();
    await proxy.stop();
  }
}

/** Of one core, from 0 on. */
async function shareOfFeed({ url, cpu }: Server): Promise<number> {
  const before = await cpu();
  const begin = Date.now();
  while (Date.now() - begin < BASELINE_MS) {
    await call(url, 'GET', '/metricbeat-*,filebeat-*/_search?size=0');
    await sleep(PACE_MS);
  }
  return ((await cpu()) - before) / (Date.now() - begin);
}

/** Bursts until shortly before `end`, each at another moment between two looks. @returns when each could be seen */
async function bursts(url: string, end: number): Promise<readonly number[]> {
  const seen: number[] = [];
  const start = Date.now();
  while (seen.length < MOST_BURSTS) {
    const at = start + seen.length * BURST_EVERY_MS + ((seen.length * 3_700) % 10_000);
    if (at >= end) break;
    await sleep(Math.max(0, at - Date.now()));
    seen.push(await burst(url, seen.length));
  }
  return seen;
}

/** From a burst that could be seen to the alert in the book, in seconds; null for one that never came. */
function delays(watcher: Watcher, seen: readonly number[]): readonly (number | null)[] {
  return seen.map((at, number) => {
    const found = watcher.known.find(({ fresh }) =>
      fresh.some(({ rule, key }) => rule === `frequency-${number}` && key['host.name'] === burstService(number)),
    );
    return found === undefined ? null : (found.at - at) / 1_000;
  });
}

interface Costs {
  readonly first: Known;
  readonly last: Known;
  readonly searchMs: number;
  readonly feedMs: number;
}

function costs(minutes: number, { first, last, searchMs, feedMs }: Costs, detected: readonly (number | null)[]): readonly Row[] {
  const times = detected.filter((time) => time !== null);
  const alone = Math.max(0, searchMs - feedMs);
  return [
    {
      what: `alerts: CPU of vigie, ${RULES} rules for ${minutes} min`,
      measured: `${seconds(last.cpuMs)} (start and first look ${seconds(first.cpuMs)})`,
      aim: '< 1.4 s',
      elastalert: '28 s',
    },
    {
      what: 'alerts: RSS after the first look and at the end',
      measured: `${Math.round(first.rssMb)} MB, ${Math.round(last.rssMb)} MB`,
      aim: 'flat',
      elastalert: '134 MB, 138 MB and growing',
    },
    {
      what: 'alerts: requests',
      measured: `${last.requests} in ${last.looks} looks, ${last.failed} of which failed`,
      aim: '≤ 30',
      ...floorOf(last.requests, last.looks, 'looks', 'one for each of'),
      elastalert: '2,100',
    },
    { what: 'alerts: received', measured: `${(last.received / 1e6).toFixed(2)} MB`, aim: '< 0.95 MB', elastalert: '95–115 MB' },
    {
      what: "alerts: Elasticsearch's CPU, its compiler aside",
      measured: `${seconds(searchMs)} (${seconds(alone)} without the feed)`,
      aim: '< 9.5 s',
      elastalert: '15–19 s',
    },
    {
      what: `alerts: ${times.length} of ${detected.length} bursts detected, median after`,
      measured: `${quantile(times, 0.5)} s (worst ${quantile(times, 1)} s)`,
      aim: '< 11 s, always',
      elastalert: '7.2 s (worst 13.4 s)',
    },
  ];
}

/** What one look of so many rules costs when nothing happens. */
async function quiet({ url, cpu }: Server, folder: string, rules: number): Promise<readonly Row[]> {
  const proxy = await startCountingProxy(url);
  const watcher = startWatcher(proxy, folder, rules);
  try {
    const from = await watcher.looked(WARM);
    const before = await cpu();
    const to = await watcher.looked(WARM + COUNTED);
    const searchMs = ((await cpu()) - before) / COUNTED;
    const looks = to.looks - from.looks;
    const failed = to.failed === from.failed ? '' : `, ${to.failed - from.failed} of ${looks} failed`;
    return [
      {
        what: `alerts: ${rules} quiet rules, each look`,
        measured: `${round((to.requests - from.requests) / looks)} requests, ${round((to.received - from.received) / looks / 1e3)} kB, ${round((to.cpuMs - from.cpuMs) / looks)} ms of vigie's CPU, ${round(searchMs)} ms of Elasticsearch's with the feed${failed}`,
        aim: '1 request',
        ...floorOf((to.requests - from.requests) / looks, 1, 'request', 'a look of'),
      },
    ];
  } finally {
    await watcher.stop();
    await proxy.stop();
  }
}

function seconds(ms: number): string {
  return `${round(ms / 1_000)} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
