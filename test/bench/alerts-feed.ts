import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '#kernel/json.ts';
import { commonFields, type Moment } from '#test/lab/search/beats-common.ts';
import { logDocument } from '#test/lab/search/beats-logs.ts';
import { metricDocument } from '#test/lab/search/beats-metrics.ts';
import { chanceOf } from '#test/lab/search/chance.ts';
import { bulk, bulkUnseen } from '#test/real/elasticsearch/bulk.ts';
import { BURST, burstService } from './alerts-rules.ts';

const HOSTS = Array.from({ length: 8 }, (_, number) => `host-0${number + 1}`);
/** Of each kind, each second. */
const A_SECOND = 20;

/** What Beats would send all the time: half metrics, half logs, 40 documents a second. @returns ends it */
export function startFeed(url: string): () => Promise<void> {
  const chance = chanceOf(7);
  let running = true;
  let metrics = 0;
  const feed = async (): Promise<void> => {
    while (running) {
      const begin = Date.now();
      const moment = (index: number): Moment => ({ time: begin - 1_000 + index * 50, progress: 0.5, hosts: HOSTS, chance });
      const second = Array.from({ length: A_SECOND }, (_, index) => moment(index));
      await bulkUnseen(
        url,
        'metricbeat-8.x',
        second.map((one) => metricDocument((metrics += 1), one)),
      );
      await bulkUnseen(
        url,
        'filebeat-8.x',
        second.map((one) => logDocument(one)),
      );
      await sleep(Math.max(0, begin + 1_000 - Date.now()));
    }
  };
  const done = feed();
  return async () => {
    running = false;
    await done;
  };
}

/** Errors that make one frequency rule fire. @returns when searches could see them, ms */
export async function burst(url: string, number: number): Promise<number> {
  const now = Date.now();
  const documents = Array.from({ length: BURST }, (): JsonObject => ({
    ...commonFields(now, burstService(number), 'filebeat', 'burst.log'),
    service: { name: burstService(number) },
    log: { level: 'error' },
    message: 'connection refused by database',
  }));
  await bulk(url, 'filebeat-8.x', documents);
  return Date.now();
}
