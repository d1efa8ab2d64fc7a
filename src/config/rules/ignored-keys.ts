/**
 * ElastAlert's options that vigie reads over: they are said to be ignored, each with its reason. A reason completes the sentence
 * "… is ignored: …".
 */
interface Ignored {
  readonly keys: readonly string[];
  readonly why: string;
}

const IGNORED: readonly Ignored[] = [
  {
    keys: [
      'es_host',
      'es_hosts',
      'es_port',
      'es_url_prefix',
      'es_username',
      'es_password',
      'es_bearer',
      'es_api_key',
      'es_send_get_body_as',
      'es_conn_timeout',
      'use_ssl',
      'verify_certs',
      'ssl_show_warn',
      'ca_certs',
      'client_cert',
      'client_key',
      'profile',
      'aws_region',
    ],
    why: 'the cluster is named in vigie.yaml',
  },
  {
    keys: ['mattermost_webhook_url', 'mattermost_proxy', 'mattermost_ignore_ssl_errors'],
    why: 'vigie posts with its own account, as vigie.yaml says',
  },
  {
    keys: [
      'mattermost_username_override',
      'mattermost_emoji_override',
      'mattermost_icon_url_override',
      'mattermost_author_name',
      'mattermost_author_link',
      'mattermost_author_icon',
      'mattermost_image_url',
      'mattermost_thumb_url',
      'mattermost_footer_icon',
    ],
    why: 'vigie shows who it is by its account, and its own chart',
  },
  {
    keys: [
      'mattermost_kibana_discover_color',
      'mattermost_kibana_discover_title',
      'shorten_kibana_discover_url',
      'kibana_username',
      'kibana_password',
      'kibana_verify_certs',
      'kibana_discover_version',
      'kibana_discover_security_tenant',
    ],
    why: 'the link to Kibana is a plain one, in a place of its own',
  },
  {
    keys: [
      'opensearch_url',
      'generate_opensearch_discover_url',
      'opensearch_discover_app_url',
      'opensearch_discover_version',
      'opensearch_discover_index_pattern_id',
      'opensearch_discover_columns',
      'opensearch_discover_from_timedelta',
      'opensearch_discover_to_timedelta',
      'mattermost_attach_opensearch_discover_url',
      'mattermost_opensearch_discover_color',
      'mattermost_opensearch_discover_title',
    ],
    why: 'vigie speaks to Elasticsearch only',
  },
  {
    keys: [
      'summary_table_fields',
      'summary_table_type',
      'summary_table_max_rows',
      'summary_prefix',
      'summary_suffix',
      'aggregate_by_match_time',
      'aggregation_alert_time_compared_with_timestamp_field',
    ],
    why: 'vigie groups alerts into posts by group_by, and waits as vigie.yaml says',
  },
  {
    keys: ['max_query_size', 'max_scrolling', 'max_scrolling_count', 'scroll_keepalive', 'max_threads', 'misfire_grace_time'],
    why: 'vigie asks for counts, and pages through the rest to its end',
  },
  {
    keys: ['scan_entire_timeframe', 'limit_execution_coverage', 'initial_starttime', 'start_date'],
    why: 'vigie keeps what it saw over restarts, and makes up what it missed',
  },
  {
    keys: [
      'kibana4_start_timedelta',
      'kibana4_end_timedelta',
      'use_kibana4_dashboard',
      'use_kibana_dashboard',
      'kibana_dashboard',
      'generate_kibana_link',
      'kibana4_dashboard',
    ],
    why: 'it made links to Kibana 4 and older: kibana_url does so now',
  },
  { keys: ['new_style_string_format'], why: 'texts are filled in the new style' },
  { keys: ['query_timezone'], why: 'times are asked for in UTC, which is the same moment' },
  { keys: ['use_local_time', 'custom_pretty_ts_format'], why: 'times are shown in the zone of vigie.yaml' },
  { keys: ['_source_enabled', 'include_fields', 'replace_dots_in_field_names'], why: 'documents are read as they were stored' },
  { keys: ['include_match_in_root'], why: 'texts are filled from the document itself' },
  { keys: ['realert_key'], why: 'each rule is quiet by itself; to keep another one quiet use inhibits' },
  { keys: ['alert_subject_max_len'], why: 'vigie fits titles to the post' },
  { keys: ['run_enhancements_first'], why: 'there are no enhancements' },
  { keys: ['timestamp_format'], why: 'it is only for timestamp_type: custom' },
  {
    keys: ['notify_alert', 'notify_all_errors', 'notify_email', 'disable_rules_on_error'],
    why: 'a rule that fails is an alert of its own, and is tried again',
  },
  { keys: ['statsd_host', 'statsd_instance_tag'], why: 'vigie serves its figures at /metrics' },
  { keys: ['doc_type', 'field'], why: 'Elasticsearch has no use for it any more' },
  {
    keys: ['skip_invalid', 'rule_file', 'writeback_index', 'writeback_alias', 'alert_time_limit', 'old_query_limit'],
    why: 'it is not for a rule',
  },
];

/** The beginnings of keys that belong to other alerters. */
const FAMILIES: readonly string[] = [
  ...['alerta_', 'alertmanager_', 'chatwork_', 'command', 'datadog_', 'dingtalk_', 'discord_', 'email', 'smtp_', 'exotel_', 'flashduty_'],
  ...['gelf_', 'gitter_', 'googlechat_', 'hipchat_', 'hive_', 'http_post_', 'http_post2_', 'indexer_', 'iris_', 'jira_', 'lark_', 'line_'],
  ...[
    'matrixhookshot_',
    'ms_power_automate_',
    'opsgenie_',
    'pagerduty_',
    'pagertree_',
    'rocket_chat_',
    'servicenow_',
    'service_now_',
    'ses_',
  ],
  ...[
    'slack_',
    'smseagle_',
    'sns_',
    'sqs_',
    'stomp_',
    'telegram_',
    'tencent_sms_',
    'twilio_',
    'victorops_',
    'webex_webhook_',
    'work_wechat_',
  ],
  ...['yzj_', 'zbx_'],
];
/** Keys of other alerters that don't show it. */
const STRANGERS: readonly string[] = [
  ...['from_addr', 'cc', 'bcc', 'assets_dir', 'pipe_match_json', 'pipe_alert_text', 'fail_on_non_zero_exit', 'username', 'password'],
  ...['short_description', 'comments', 'assignment_group', 'subcategory', 'cmdb_ci', 'caller_id'],
];
const NOT_OURS = 'vigie has no such alerter; it posts in Mattermost by itself';

const REASONS: ReadonlyMap<string, string> = new Map([
  ...IGNORED.flatMap(({ keys, why }) => keys.map((key) => [key, why] as const)),
  ...STRANGERS.map((key) => [key, NOT_OURS] as const),
]);

/** Every key that is ignored and known by its whole name. */
export const IGNORED_KEYS: readonly string[] = [...REASONS.keys()];
/** For the documentation. */
export const IGNORED_FAMILIES = { beginnings: FAMILIES, why: NOT_OURS } as const;

/** What the rule editor Praeco writes beside the rule. */
const PRAECO = '__praeco_';

/** Why a key is ignored; null when it isn't one of those. */
export function reasonToIgnore(key: string): string | null {
  const known = REASONS.get(key);
  if (known !== undefined) return known;
  if (key.startsWith(PRAECO)) return 'Praeco keeps it for itself';
  return FAMILIES.some((beginning) => key.startsWith(beginning)) ? NOT_OURS : null;
}

/** Keys without any effect that stand in many rules, and for which the way vigie works is an answer: not worth a word. */
export const NEEDLESS: ReadonlySet<string> = new Set([
  'search_extra_index',
  'raw_count_keys',
  'use_keyword_postfix',
  'include_rule_params_in_first_match_only',
  'mattermost_attach_kibana_discover_url',
]);
