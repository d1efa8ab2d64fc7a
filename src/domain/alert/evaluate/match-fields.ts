import type { Json, JsonObject } from '#kernel/json.ts';
import { keyWords, type AlertKey } from '../key.ts';
import type { RuleKind } from '../rule.ts';
import { formatted } from './python-format.ts';

/** What was found, and which document is behind it. */
interface Match {
  readonly key: AlertKey;
  readonly value: Json;
  readonly limit: Json;
  readonly matches: number;
  readonly entry: { readonly id: string; readonly index: string } | null;
  readonly fields?: JsonObject;
}

/**
 * What ElastAlert adds to a match, by its type, for texts and subjects (`add_match` and `add_extra` in its `ruletypes.py`, 2.31); of a document also
 * which one it is. What a document says under the same name gives way, as it does there.
 */
export function matchFields(kind: RuleKind, { key, value, limit, matches, entry, fields = {} }: Match): JsonObject {
  const document = entry === null ? {} : { _id: entry.id, _index: entry.index };
  return { ...document, ...fields, ...ofType(kind, { key, value, limit, matches }) };
}

function ofType(kind: RuleKind, { key, value, limit, matches }: Omit<Match, 'entry'>): JsonObject {
  switch (kind.type) {
    case 'spike':
    case 'spike_aggregation':
      return { spike_count: value, reference_count: limit };
    case 'change':
      return { old_value: limit, new_value: value };
    case 'flatline':
      return { key: keyWords(key) || 'all', count: value };
    case 'metric_aggregation': {
      const name = `metric_${kind.metric.field}_${kind.metric.type}`;
      const text = inFormat(kind.formatString, value);
      return { [name]: value, ...(text === null ? {} : { [`${name}_formatted`]: text, metric_agg_value_formatted: text }) };
    }
    case 'percentage_match': {
      const text = inFormat(kind.formatString, value);
      return { percentage: value, denominator: matches, ...(text === null ? {} : { percentage_formatted: text }) };
    }
    default:
      return {};
  }
}

function inFormat(format: string | null, value: Json): string | null {
  return format === null || typeof value !== 'number' ? null : formatted(format, value);
}
