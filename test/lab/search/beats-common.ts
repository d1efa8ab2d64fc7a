import { isJsonObject, type JsonObject } from '#kernel/json.ts';
import type { Chance } from './chance.ts';

/** What documents are made with. */
export interface Moment {
  readonly time: number;
  /** From 0 at the start to 1 at the end. */
  readonly progress: number;
  readonly hosts: readonly string[];
  readonly chance: Chance;
}

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

/** The members of an object that may be there. */
export function membersOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return value !== undefined && isJsonObject(value) ? value : {};
}
