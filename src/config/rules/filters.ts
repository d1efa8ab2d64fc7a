import { toJsonObject, type JsonObject } from '#kernel/json.ts';
import { isRecord } from '#kernel/json.ts';

/** ElastAlert's old way of writing filters has each in a `query`. */
export function plainQuery(written: Readonly<Record<string, unknown>>): JsonObject {
  const { query } = written;
  return toJsonObject(isRecord(query) ? query : written);
}

/** With `use_strftime_index`: `logstash-%Y.%m.%d` is `logstash-*`, and the range of time does the rest. */
export function withoutDates(index: string): string {
  return index
    .split(',')
    .map((part) => part.trim().replace(/%[a-zA-Z](?:.*%[a-zA-Z])?/u, '*'))
    .join(',');
}
