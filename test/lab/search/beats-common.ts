import type { JsonObject } from '#kernel/json.ts';

/** The fields that every Beat writes. */
export function commonFields(time: number, host: string, beat: 'metricbeat' | 'filebeat', dataset: string): JsonObject {
  return {
    '@timestamp': new Date(time).toISOString(),
    ecs: { version: '8.0.0' },
    agent: { type: beat, version: '8.19.0', name: host },
    host: { name: host, hostname: host, os: { platform: 'debian', type: 'linux' } },
    event: { dataset, module: dataset.split('.')[0] ?? dataset },
  };
}
