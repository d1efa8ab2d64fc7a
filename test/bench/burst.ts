import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '#kernel/json.ts';
import { bareNode, cpuMs, rssMb, type Bare } from './launch.ts';
import { floorOf, type Row } from './table.ts';
import { startWholeVigie } from './whole-vigie.ts';

const [KEYS, DOCUMENTS, AT_ONCE] = [10_000, 5, 2_500];
const QUIET_RULES = 1_000;
const LEVELS = 40;
const RUN_EVERY_S = 10;
/** By then what starting took is given back, and the first look is over. */
const SETTLED_MS = 12_000;
const BURST_MS = 40_000;
const OPEN_MS = 60_000;

/** What a whole vigie takes in a burst, with ten thousand alerts open, and of a thousand rules with which nothing happens. */
export async function burstRows(minutes: number): Promise<readonly Row[]> {
  const bare = await bareNode();
  return [...(await burst(bare)), ...(await quiet(bare, minutes))];
}

async function burst(bare: Bare): Promise<readonly Row[]> {
  await using vigie = await startWholeVigie([ruleOf('burst', 'user.name', 'error')], [documentOf(new Date().toISOString(), KEYS)]);
  await sleep(SETTLED_MS);
  const before = await rssMb(vigie.process);
  await vigie.mostMb();
  const at = new Date().toISOString();
  for (let number = 0; number < DOCUMENTS; number += 1)
    for (let from = 0; from < KEYS; from += AT_ONCE)
      await vigie.index(Array.from({ length: AT_ONCE }, (_, index) => documentOf(at, from + index)));
  await sleep(BURST_MS);
  const most = await vigie.mostMb();
  const [cpu, asked] = [await cpuMs(vigie.process), await vigie.counted()];
  await sleep(OPEN_MS);
  const open = await vigie.mostMb();
  const [cpuThen, askedThen] = [await cpuMs(vigie.process), await vigie.counted()];
  const memory = (mb: number) => ({
    measured: `${mb} MB (idle ${before} MB)`,
    aim: '< 140 MB',
    ...floorOf(mb, bare.rssMb, 'MB', 'a bare Node'),
  });
  const looks = OPEN_MS / 1_000 / RUN_EVERY_S;
  return [
    { what: 'burst of 10,000 keys × 5 documents: RSS at its most', ...memory(most) },
    { what: '10,000 alerts open: RSS at its most', ...memory(open) },
    { what: '10,000 alerts open: CPU of each look', measured: `${Math.round((cpuThen - cpu) / looks)} ms`, aim: '' },
    {
      what: '10,000 alerts open: requests of each look',
      measured: `${((askedThen.requests - asked.requests) / looks).toFixed(1)}, ${Math.round((askedThen.sent - asked.sent) / looks / 1_000)} kB`,
      aim: '',
    },
  ];
}

async function quiet(bare: Bare, minutes: number): Promise<readonly Row[]> {
  // As in a house, many look at the same documents for different reasons.
  const rules = Array.from({ length: QUIET_RULES }, (_, number) =>
    ruleOf(`quiet ${number}`, number % 2 === 0 ? 'host.name' : 'user.name', `level-${number % LEVELS}`),
  );
  await using vigie = await startWholeVigie(rules, [documentOf(new Date().toISOString(), 0)]);
  await sleep(SETTLED_MS);
  await vigie.mostMb();
  const [cpu, asked] = [await cpuMs(vigie.process), await vigie.counted()];
  for (let second = 0; second < minutes * 60; second += RUN_EVERY_S) {
    await vigie.index([documentOf(new Date().toISOString(), second)]);
    await sleep(RUN_EVERY_S * 1_000);
  }
  const [cpuThen, askedThen] = [await cpuMs(vigie.process), await vigie.counted()];
  const most = await vigie.mostMb();
  const looks = (minutes * 60) / RUN_EVERY_S;
  const requests = askedThen.requests - asked.requests;
  return [
    {
      what: `1,000 quiet rules: RSS at its most`,
      measured: `${most} MB`,
      aim: '< 140 MB',
      ...floorOf(most, bare.rssMb, 'MB', 'a bare Node'),
    },
    { what: `1,000 quiet rules: CPU of ${minutes} min`, measured: `${((cpuThen - cpu) / 1_000).toFixed(1)} s`, aim: '' },
    {
      what: `1,000 quiet rules: requests of ${minutes} min`,
      measured: String(requests),
      aim: '≤ 42',
      ...floorOf(requests, looks, 'looks', 'one for each of'),
    },
  ];
}

function ruleOf(name: string, key: string, level: string): string {
  return (
    `name: ${name}\ntype: frequency\nindex: logs-*\nfilter: [{ term: { log.level: ${level} } }]\nquery_key: ${key}\nnum_events: ${DOCUMENTS}\n` +
    `timeframe: { minutes: 10 }\nbuffer_time: { minutes: 10 }\nrun_every: { seconds: ${RUN_EVERY_S} }\nseverity: warning\n`
  );
}

function documentOf(at: string, number: number): JsonObject {
  return {
    '@timestamp': at,
    user: { name: `user-${number}` },
    host: { name: 'pica01' },
    log: { level: 'error' },
    message: `login failed for user-${number} from 10.0.0.${number % 250}`,
  };
}
