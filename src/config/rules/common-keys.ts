import { z } from 'zod';
import { CHANNEL } from '../kinds.ts';
import { SEVERITIES } from '#domain/alert/rule.ts';
import { field, fields, flag, period, periodOrNone, speech, values, words } from './kinds.ts';

/** ElastAlert's own type for a query: whatever Elasticsearch understands. */
const query = z.record(z.string(), z.json(), { error: 'must be a query of Elasticsearch, such as "term: { field: value }"' });
export const queries = z
  .union([z.array(query), query], { error: 'must be a list of queries, such as "- term: { field: value }"' })
  .transform((given) => (isList(given) ? given : [given]));
const filter = z.array(query, { error: 'must be a list of queries, such as "- term: { field: value }"' });

function isList<T>(given: readonly T[] | object): given is T[] {
  return Array.isArray(given);
}

/** Written by people who also write the rule, so its form alone is checked here. */
const AGGREGATION = z.union([z.string(), z.record(z.string(), z.unknown())], { error: 'must be a duration or a schedule' });

/** What ElastAlert knows of every rule. */
export const elastalertKeys = z.object({
  name: words.optional().describe("The rule's name, unique; without it the name of the file"),
  index: words.optional().describe('Names or patterns of indices, separated by commas'),
  alert: z.unknown().optional().describe('mattermost or debug; vigie posts in Mattermost by itself, so it may be left out'),
  import: z.unknown().optional().describe('A file, or several, with more keys; filters add up, other keys of this file win'),
  is_enabled: flag.nullable().default(true).describe('false: it is loaded and checked, but never looks'),
  description: words.optional().describe('What it is for; shown when there is no summary'),
  owner: words.optional().describe('For texts that name it'),
  category: words.optional().describe('For texts that name it'),
  priority: z.int().optional().describe('Becomes the severity, if none is given: up to 1 info, 2 warning, from 3 critical'),
  filter: filter.default([]).describe('Queries of Elasticsearch that must all match'),
  // ElastAlert takes an empty list as none.
  query_key: fields
    .optional()
    .transform((names) => (names?.length === 0 ? undefined : names))
    .describe('A field or several: each of their values is looked at by itself'),
  timestamp_field: field.default('@timestamp').describe('The field that holds the time'),
  timestamp_type: words.default('iso').describe('iso, unix or unix_ms: how the time is written'),
  use_strftime_index: flag.default(false).describe('%Y, %m and %d in the name of the index stand for any date'),
  search_extra_index: flag.optional().describe('Not needed: the index of every day is searched'),
  buffer_time: period.optional().describe('How far back it looks'),
  run_every: period.optional().describe('How often it looks'),
  query_delay: periodOrNone.default(0).describe('It looks so much later, for documents that arrive late'),
  timeframe: period.optional().describe('The time that is looked at together'),
  limit_execution: words.optional().describe('A cron line: it looks only then'),
  realert: periodOrNone.optional().describe('Quiet for so long after an alert, for each key; 1 minute if not given'),
  exponential_realert: period.optional().describe('realert doubles as long as alerts go on, up to this'),
  aggregation: AGGREGATION.optional().describe('Ignored: vigie groups alerts into posts by itself'),
  aggregation_key: fields.optional().describe('Becomes group_by, if none is given'),
  include: z.array(field).optional().describe('Fields to fetch for the texts; all if not given'),
  top_count_keys: z.array(field).default([]).describe('Fields whose most frequent values are shown'),
  top_count_number: z.int().min(1).default(5).describe('How many of them'),
  raw_count_keys: flag.optional().describe('Not needed: vigie sees which form of a field can be counted'),
  alert_subject: words.optional().describe('Title of the alert'),
  alert_subject_args: z.array(field).optional().describe('Fields that fill the {} of alert_subject'),
  alert_text: words.optional().describe('Text of the alert'),
  alert_text_args: z.array(field).optional().describe('Fields that fill the {} of alert_text'),
  alert_text_kw: z.record(z.string(), field).optional().describe('Field: the name in {} that it fills'),
  alert_text_type: z
    .enum(['alert_text_only', 'alert_text_jinja', 'exclude_fields', 'aggregation_summary_only'])
    .optional()
    .describe('alert_text_jinja: {{ field }} instead of {}; the other forms look alike in vigie'),
  alert_missing_value: words.default('<MISSING VALUE>').describe('Stands where a field is missing'),
  jinja_root_name: words.default('_data').describe("Under this name Jinja's places find every field"),
  include_rule_params_in_matches: z
    .array(field)
    .default([])
    .describe('Keys of this file that texts may name, with rule_param_ before them'),
  include_rule_params_in_first_match_only: flag.optional().describe('Not needed: texts are filled from one document'),
  generate_kibana_discover_url: flag.default(false).describe('Link to the documents in Kibana'),
  kibana_url: words.optional().describe('Address of Kibana, if it is not the one of vigie.yaml'),
  kibana_discover_app_url: words.optional().describe('Where Discover is, whole or after kibana_url'),
  kibana_discover_index_pattern_id: words.optional().describe('Id of the data view'),
  kibana_discover_columns: z.array(field).default([]).describe('Columns to show there'),
  kibana_discover_from_timedelta: periodOrNone.optional().describe('How much before the alert the link begins'),
  kibana_discover_to_timedelta: periodOrNone.optional().describe('How much after it the link ends'),
});

const matchers = z.record(z.string(), words, { error: 'must be a map, such as { host.name: "{host.name}" }' });

/** What vigie adds. */
export const vigieKeys = z.object({
  severity: z.enum(SEVERITIES).optional().describe('info, warning or critical; warning if neither this nor priority is given'),
  for: periodOrNone.optional().describe('It must hold so long before it counts'),
  resolve_after: periodOrNone.optional().describe('Quiet for so long, and it is over'),
  expect: z
    .array(z.union([words, z.record(z.string(), words)], { error: 'must be a value of query_key, or a map of all of them' }))
    .default([])
    .describe('Values of query_key that must report: one that was never seen counts as silent. Maps when query_key has several fields'),
  inhibits: z
    .array(matchers)
    .default([])
    .describe(
      'Alerts that are kept quiet while this one fires: rule, severity or fields; * stands for any text, {field} for its own value',
    ),
  group_by: fields.optional().describe('Alerts that agree in these fields share a post; the host if not given'),
  channel: CHANNEL.optional().describe('Where it is posted; the operations channel if not given'),
  summary: speech.optional().describe('One sentence that says what is wrong'),
  runbook: speech.optional().describe('What to do about it'),
  runbook_url: z
    .string()
    .regex(/^https?:\/\/\S+$/u, 'must be an address such as https://wiki.example.org/disk')
    .optional()
    .describe('Where more about it stands'),
  chart: flag.default(true).describe('Whether the post has a chart'),
  remedy: z.string().min(1).optional().describe('A command that helps, such as restart pad; {field} stands for a value of query_key'),
  cluster: words.optional().describe('Name of the cluster in vigie.yaml; the first one if not given'),
});

const FIELD = z.strictObject({
  title: words.default(''),
  value: words.optional(),
  args: z.array(field).optional(),
  short: flag.default(false),
});

/** What vigie takes over of ElastAlert's Mattermost alerter. */
export const mattermostKeys = z.object({
  mattermost_channel_override: z
    .union([words, values], { error: 'must be the name of a channel' })
    .transform((given) => (typeof given === 'string' ? [given] : given))
    .optional()
    .describe('Becomes channel, if none is given'),
  mattermost_title: words.optional().describe('Title of the alert, instead of alert_subject'),
  mattermost_title_link: words.optional().describe('Address that is added to the text'),
  mattermost_msg_pretext: words.optional().describe('Stands before the text'),
  mattermost_footer: words.optional().describe('Stands after the text'),
  mattermost_msg_color: z
    .string()
    .regex(/^(?:good|warning|danger|#[0-9a-fA-F]{6})$/u, 'must be good, warning, danger or a colour such as #d24b4e')
    .optional()
    .describe("Colour of the post, instead of the severity's"),
  mattermost_msg_fields: z.array(FIELD).default([]).describe('Fields of the post'),
  mattermost_attach_kibana_discover_url: flag.optional().describe('Not needed: generate_kibana_discover_url is enough'),
});

export type ElastalertKeys = z.output<typeof elastalertKeys>;
export type VigieKeys = z.output<typeof vigieKeys>;
export type MattermostKeys = z.output<typeof mattermostKeys>;
