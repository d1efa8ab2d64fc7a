/**
 * The catalogue of errors: each code with the parameters that its words may use. The words, and what to do
 * next, stand in `templates/messages/{en,fr}/errors.md`; a test holds the three together.
 */
export const ERROR_CODES = {
  internal: ['reason'],
  // The grammar of commands
  command_empty: [],
  action_unknown: ['word', 'nearest'],
  option_unknown: ['action', 'option', 'nearest'],
  option_twice: ['action', 'option'],
  option_without_value: ['action', 'option'],
  flag_with_value: ['action', 'option', 'value'],
  argument_missing: ['action', 'argument'],
  argument_invalid: ['action', 'argument', 'value', 'expected'],
  argument_too_many: ['action', 'word'],
  quote_open: ['quote'],
  text_too_long: ['limit'],
  // Who may do what
  person_unknown: ['user'],
  account_unknown: ['account'],
  button_forged: [],
  not_allowed: ['action', 'roles'],
  directory_unreachable: ['reason'],
  quorum_impossible: ['action', 'needed', 'available'],
  // The life of an operation
  operation_unknown: ['id', 'nearest'],
  operation_not_waiting: ['id', 'state'],
  operation_not_cancellable: ['id', 'state'],
  operation_not_indeterminate: ['id', 'state'],
  vote_needs_websocket: ['id'],
  vote_own_danger: ['id'],
  vote_not_allowed: ['id', 'roles'],
  locked: ['lock', 'holder', 'action', 'requester'],
  stale_command: [],
  emergency_not_allowed: ['action'],
  emergency_own: ['id'],
  operation_no_emergency: ['id'],
  template_failed: ['template', 'reason'],
  timeout: ['action', 'limit'],
  cancelled: [],
  settled: ['by', 'reason'],
  interrupted_once: ['step'],
  outcome_unknown: ['step'],
  // Docker Swarm
  swarm_unreachable: ['host', 'reason'],
  swarm_refused: ['host', 'reason'],
  swarm_not_manager: ['host'],
  swarm_not_configured: [],
  service_unknown: ['service', 'nearest'],
  service_changed: ['service'],
  service_not_replicated: ['service', 'mode'],
  image_invalid: ['image'],
  image_unknown: ['image'],
  image_unauthorized: ['image'],
  registry_unreachable: ['registry', 'reason'],
  database_replicas: ['service', 'replicas'],
  database_start_first: ['service'],
  rollout_failed: ['service', 'state', 'reason'],
  release_unknown: ['service', 'release'],
  release_none: ['service'],
  // Mattermost
  chat_unreachable: ['host', 'reason'],
  chat_refused: ['host', 'status', 'id'],
  chat_token_invalid: ['host'],
  // Elasticsearch
  search_unreachable: ['cluster', 'host', 'reason'],
  search_refused: ['cluster', 'status', 'reason'],
  search_busy: ['cluster', 'status'],
  search_incomplete: ['cluster', 'reason'],
  // Alerts
  alert_unknown: ['id', 'nearest'],
  alert_not_open: ['id'],
  silence_unknown: ['id', 'nearest'],
  silence_everything: [],
  matchers_invalid: ['text', 'firing'],
  remedy_too_often: ['target', 'until'],
  remedy_not_allowed: ['command'],
  // Pagers
  pager_unreachable: ['pager', 'reason'],
  pager_refused: ['pager', 'status', 'reason'],
  heartbeat_failed: ['reason'],
  // The rest
  ssh_unreachable: ['host', 'reason'],
  ssh_host_key: ['host', 'expected', 'got'],
  store_unavailable: ['reason'],
} as const satisfies Record<string, readonly string[]>;

export type ErrorCode = keyof typeof ERROR_CODES;
