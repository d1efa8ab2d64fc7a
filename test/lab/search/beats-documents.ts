import type { JsonObject } from '#kernel/json.ts';
import type { Moment } from './beats-common.ts';
import { chanceOf } from './chance.ts';
import { logDocument } from './beats-logs.ts';
import { metricDocument } from './beats-metrics.ts';

export interface BeatsOptions {
  readonly count: number;
  /** When the last document is from, and how long before it the first; milliseconds. */
  readonly end: number;
  readonly spanMs: number;
  readonly hosts?: number;
  /** Part of them that are metrics, 0 to 1; half by default. */
  readonly share?: number;
  /** The same seed and the same end make the same documents. */
  readonly seed?: number;
}

export interface BeatsDocument {
  readonly kind: 'metrics' | 'logs';
  readonly document: JsonObject;
}

/**
 * Documents in the shape that Metricbeat and Filebeat write (ECS fields), in order of time. Built in, so that alerts and charts
 * have something to show: the disk /var of host-02 grows from 55 % to 97 %; in the last tenth of the time the service `pad` answers
 * 30 % of its requests with 5xx, and host-03's processor is busy.
 */
export function* beatsDocuments({ count, end, spanMs, hosts = 8, share = 0.5, seed = 1 }: BeatsOptions): Generator<BeatsDocument> {
  const names = Array.from({ length: hosts }, (_, number) => `host-${String(number + 1).padStart(2, '0')}`);
  const chance = chanceOf(seed);
  let metrics = 0;
  for (let number = 0; number < count; number += 1) {
    const progress = count === 1 ? 1 : number / (count - 1);
    const moment: Moment = { time: Math.round(end - spanMs * (1 - progress)), progress, hosts: names, chance };
    if (Math.floor((number + 1) * share) > Math.floor(number * share)) {
      yield { kind: 'metrics', document: metricDocument(metrics, moment) };
      metrics += 1;
    } else yield { kind: 'logs', document: logDocument(moment) };
  }
}
